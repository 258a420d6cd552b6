package io.forkscope.core.casefile;

import io.forkscope.core.scenario.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One node of a YAML text that knows its place, so that refusals name line and column. */
final class YamlTree {

  private final String file;
  private final Node node;

  YamlTree(String file, Node node) {
    this.file = file;
    this.node = node;
  }

  boolean isScalar() {
    return node instanceof ScalarNode;
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** A refusal at this place. */
  CaseFileException refuse(String reason) {
    return new CaseFileException(
        node.getStartMark()
            .map(m -> file + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
            .orElse(file),
        reason);
  }

  /** The text of a scalar. */
  String text(String what) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw refuse(what + " must be a single value");
  }

  /** A whole number, underscores allowed. */
  long number(String what, long least, long most) {
    String text = text(what).replace("_", "");
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      if (!text.matches("[+-]?[0-9]+")) {
        throw refuse(what + " must be a whole number, not '" + text + "'");
      }
    }
    throw refuse(what + " must be " + least + " to " + most + ", not " + text);
  }

  /** The items of a list. */
  List<YamlTree> items(String what) {
    if (!(node instanceof SequenceNode sequence)) {
      throw refuse(what + " must be a list");
    }
    List<YamlTree> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new YamlTree(file, item));
    }
    return items;
  }

  /** The entries of a mapping in their order; keys are texts and differ. */
  Map<String, YamlTree> entries(String what) {
    return entries(what, key -> true, List.of());
  }

  /** The entries of a mapping whose keys are all known. */
  Map<String, YamlTree> entries(String what, Collection<String> known) {
    return entries(what, known::contains, known);
  }

  private Map<String, YamlTree> entries(
      String what, Predicate<String> accepted, Collection<String> known) {
    if (!(node instanceof MappingNode mapping)) {
      throw refuse(what + " must be a mapping");
    }
    Map<String, YamlTree> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      YamlTree key = new YamlTree(file, tuple.getKeyNode());
      String name = key.text("a key");
      if (!accepted.test(name)) {
        throw key.refuse(Nearest.refusal("key of " + what, name, known));
      }
      if (entries.put(name, new YamlTree(file, tuple.getValueNode())) != null) {
        throw key.refuse("the key '" + name + "' is there twice");
      }
    }
    return entries;
  }
}
