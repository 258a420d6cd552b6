package io.forkscope.models.perl;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.SourceNames;
import java.util.List;
import java.util.stream.Collectors;

/** Perl expressions that make values from {@code $i}, and the statements of actions. */
final class PerlSource {

  /** What append appends. */
  static final String APPENDED = "-appended";

  private PerlSource() {}

  /** The expression of a value. */
  static String expression(Value value) {
    return switch (value.kind()) {
      case "int" -> integer(Long.parseLong(value.attribute("from", "0")));
      case "float" -> "$i + 0.5";
      case "string" -> string(value);
      case "array" ->
          value.parts().stream()
              .map(PerlSource::expression)
              .collect(Collectors.joining(", ", "[ ", " ]"));
      case "hash" -> hash(value);
      case "object" -> "bless(" + hash(value) + ", 'Thing')";
      default -> throw new IllegalArgumentException("no expression makes a " + value.kind());
    };
  }

  private static String integer(long from) {
    return from == 0 ? "$i" : "$i + " + from;
  }

  static String string(Value value) {
    String repeat = value.attribute("repeat", "1");
    IndexFormat format = IndexFormat.of(value.attribute("format", "key-%09d"));
    String by = value.attribute("by", "sprintf");
    if (by.equals("concat")) {
      if (format.width() != 0 || !repeat.equals("1")) {
        throw new IllegalArgumentException(
            "a string by=concat has a format whose number has no width, and is not repeated");
      }
      return '"' + format.before() + "${i}" + format.after() + '"';
    }
    if (!by.equals("sprintf")) {
      throw new IllegalArgumentException(
          Nearest.refusal("way to make a string", by, List.of("sprintf", "concat")));
    }
    return "sprintf('" + format.printf() + "', $i)" + (repeat.equals("1") ? "" : " x " + repeat);
  }

  private static String hash(Value value) {
    String[] keys = SourceNames.keys(value);
    StringBuilder source = new StringBuilder("{ ");
    for (int i = 0; i < keys.length; i++) {
      source.append(i > 0 ? ", " : "").append(keys[i]).append(" => ");
      source.append(expression(value.parts().get(i)));
    }
    return source.append(" }").toString();
  }

  /** The statements of an action. */
  static String statement(Step step, Scenario scenario) {
    if (step.verb().equals("nothing")) {
      return "";
    }
    if (step.verb().equals(PerlModel.EXIT)) {
      return "exit 0;";
    }
    if (step.verb().equals("import")) {
      return "require " + step.argument("module", "Storable") + ";";
    }
    if (step.verb().equals("allocate")) {
      return "my $n = "
          + step.argument("count", "100000")
          + "; for my $i (0 .. $n - 1) { $kept[@kept] = sprintf('new-%09d', $i) }";
    }
    Population target = scenario.population(step.target().orElse("data"));
    String d = SourceNames.identifier(target.name());
    String stride = step.argument("stride", "1");
    String loop =
        "for ($i = 0; $i < @"
            + d
            + "; "
            + (stride.equals("1") ? "$i++" : "$i += " + stride)
            + ") { ";
    String element = "$" + d + "[$i]";
    return target.holder().equals("map")
        ? onHash(step, target, d)
        : onArray(step, target, d, loop, element);
  }

  private static String onArray(
      Step step, Population target, String d, String loop, String element) {
    return switch (step.verb()) {
      case "count" -> "$t = @" + d + ";";
      case "iterate" -> "for my $x (@" + d + ") { }";
      case "index" -> loop + element + " }";
      case "sample" -> sample(step, d);
      case "copy-scalar" -> loop + "my $x = " + element + "; }";
      case "length" -> loop + "$t += length(" + element + ") }";
      case "equal" -> loop + "$t++ if " + element + " eq 'zzz' }";
      case "number" -> loop + "$t += " + element + " }";
      case "stringify" -> loop + "$t += length(\"" + element + "\") }";
      case "match" -> loop + "$t++ if " + element + " =~ /z/ }";
      case "capture" -> loop + "$t += length($1) if " + element + " =~ /(.)/ }";
      case "append" -> loop + element + " .= '" + APPENDED + "' }";
      case "pop" -> "while (@" + d + ") { pop @" + d + " }";
      case "grep" -> "$t = grep { $_ eq 'z' } @" + d + ";";
      case "map" -> "$t = () = map { 1 } @" + d + ";";
      case "copy" -> "my @e = @" + d + "; $t = @e;";
      case "sort" -> "my @e = sort @" + d + "; $t = @e;";
      case "sort-numeric" -> "my @e = sort { $a <=> $b } @" + d + "; $t = @e;";
      case "sort-block" -> "my $x = 'text'; my @e = sort { $x <=> $b } @" + d + "; $t = @e;";
      case "join" -> "$t = length(join ',', @" + d + ");";
      case "pass" -> "my $f = sub { 1 }; " + loop + "$f->(" + element + ") }";
      case "index-inner" -> loop + "$t += " + element + "[0] }";
      case "write-inner" -> loop + element + "[0] = $i }";
      case "read-key" -> loop + "$t += " + element + "{" + SourceNames.keys(target.of())[0] + "} }";
      case "write-key" -> loop + element + "{" + SourceNames.keys(target.of())[0] + "} = $i }";
      case "assign" -> loop + element + " = $i }";
      case "clear" -> "@" + d + " = ();";
      default -> throw new IllegalArgumentException("no statement for " + step.verb());
    };
  }

  private static String onHash(Step step, Population target, String d) {
    String key = string(target.of().parts().get(0));
    String loop = "for ($i = 0; $i < " + target.count() + "; $i++) { ";
    return switch (step.verb()) {
      case "count" -> "$t = %" + d + ";";
      case "each" -> "while (my ($k, $v) = each %" + d + ") { }";
      case "keys" -> "for my $k (keys %" + d + ") { }";
      case "values" -> "for my $v (values %" + d + ") { }";
      case "lookup" -> loop + "$t += $" + d + "{ " + key + " } }";
      case "exists" -> loop + "$t++ if exists $" + d + "{ " + key + " } }";
      case "assign" -> "$_ = 1 for values %" + d + ";";
      case "delete" -> loop + "delete $" + d + "{ " + key + " } }";
      case "clear" -> "%" + d + " = ();";
      default -> throw new IllegalArgumentException("no statement for " + step.verb());
    };
  }

  private static String sample(Step step, String d) {
    double hotRatio = Double.parseDouble(step.argument("hot-ratio", "0.1"));
    double hotShare = Double.parseDouble(step.argument("hot-share", "0.9"));
    String index =
        switch (step.argument("distribution", "uniform")) {
          case "hot" ->
              "rand() < " + hotShare + " ? int(rand($n * " + hotRatio + ")) : int(rand($n))";
          case "zipf" -> "int($n ** rand()) - 1";
          default -> "int(rand($n))";
        };
    String touch =
        switch (step.argument("touch", "read")) {
          case "copy" -> "my $x = $" + d + "[$k];";
          case "assign" -> "$" + d + "[$k] = $k;";
          default -> "$" + d + "[$k];";
        };
    return "my $n = @"
        + d
        + "; for ($i = 0; $i < "
        + (long) Double.parseDouble(step.argument("count", "1000"))
        + "; $i++) { my $k = "
        + index
        + "; "
        + touch
        + " }";
  }
}
