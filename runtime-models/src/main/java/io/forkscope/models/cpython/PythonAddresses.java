package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Spells the lines that write down where the objects of populations lie. Column {@code 0.1} holds
 * the objects of the second part of each element of the first population, as the holder has them.
 * Not told: what a set holds, dicts before 3.6, what lies below a choice, and blocks that are no
 * objects, as the items of a list.
 */
final class PythonAddresses {
  private final List<String> lines = new ArrayList<>();

  private PythonAddresses() {}

  /** The name of a part's column. */
  static String part(String column, int index) {
    return column + "." + index;
  }

  /** The lines, for populations in variables {@code p0}, {@code p1}, … */
  static List<String> lines(List<Population> populations, CPythonVersion version) {
    PythonAddresses told = new PythonAddresses();
    told.lines.add("told = open('addresses', 'w')");
    for (int i = 0; i < populations.size(); i++) {
      Population population = populations.get(i);
      String column = String.valueOf(i);
      if (population.holder().equals("list")) {
        told.tell(population.of(), column, "p" + i);
      } else if (population.holder().equals("dict") && version.atLeast(CPythonVersion.V3_6)) {
        told.tell(population.of().parts().get(0), part(column, 0), "p" + i + ".keys()");
        told.tell(population.of().parts().get(1), part(column, 1), "p" + i + ".values()");
      }
    }
    told.lines.add("told.close()");
    return told.lines;
  }

  private void tell(Value value, String column, String objects) {
    String name = "t" + column.replace('.', '_');
    lines.add(name + " = list(" + objects + ")");
    lines.add("told.write('" + column + "')");
    lines.add("for o in " + name + ": told.write(' %d' % id(o))");
    lines.add("told.write('\\n')");
    for (int i = 0; i < value.parts().size(); i++) {
      String part =
          switch (value.kind()) {
            case "tuple", "list" -> "o[" + i + "]";
            case "dict" -> "o['" + key(value, i) + "']";
            case "object", "slots" -> "o." + key(value, i);
            default -> "";
          };
      if (!part.isEmpty()) {
        tell(value.parts().get(i), part(column, i), part + " for o in " + name);
      }
    }
  }

  private static String key(Value value, int index) {
    return PythonText.identifiers(value.attribute("keys", "")).get(index);
  }
}
