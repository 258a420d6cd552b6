package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.List;

/** What a full collection writes: the GC head of every object that is tracked and not frozen. */
final class FullCollection {

  private FullCollection() {}

  static void run(ProcessState state) {
    WriteSink heads = state.sink(CPythonCauses.GC_HEAD);
    if (!state.frozen) {
      for (HeldPopulation held : state.populations.values()) {
        if (!held.deleted) {
          writeHeads(state, held, heads);
        }
      }
    }
    if (state.rules.collectionRelinksCells()) {
      state.populations.values().forEach(held -> relinkCells(held, heads));
    }
    String before = state.collected ? "collected" : "";
    String step =
        state.frozen
            ? state.collected ? "collect.collected-frozen" : "collect.frozen"
            : before.isEmpty() ? "collect" : "collect.collected";
    state.touchInterpreter(CPythonCauses.GC_INTERPRETER, step);
    state.untracked = true;
  }

  /** Containers that are made and stay for a while: runs the collections that this brings about. */
  static void makeContainers(ProcessState state, long count) {
    state.collector.takeStartupSweep();
    if (state.collector.allocate(count, count) > 0) {
      run(state);
    } else if (state.collector.takeStartupSweep() && !state.frozen) {
      state.touchInterpreter(CPythonCauses.GC_INTERPRETER, "collect");
    }
  }

  private static void writeHeads(ProcessState state, HeldPopulation held, WriteSink heads) {
    int bytes = state.layout.gcHeadBytes();
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (Node node : nodes) {
      if (node.gcOffset >= 0 && isTracked(node, state.untracked)) {
        held.write(node, node.object, heads, node.gcOffset, bytes);
        if (node.kind("cycle")) {
          held.write(node, node.second, heads, 0, bytes);
        }
        if (node.kind("object") && anyPartTracked(node, state.untracked)) {
          held.write(node, node.third, heads, 0, bytes);
        }
      }
    }
  }

  /**
   * Tuples are tracked until a collection finds only atoms in them, dicts from the first container
   * they take: _PyTuple_MaybeUntrack, MAINTAIN_TRACKING. All other containers always.
   */
  static boolean isTracked(Node node, boolean seen) {
    return switch (node.value.kind()) {
      case "tuple" -> !seen || anyPartTracked(node, true);
      case "dict" -> anyPartTracked(node, seen);
      default -> node.isContainer();
    };
  }

  private static boolean anyPartTracked(Node node, boolean seen) {
    return node.parts.stream().anyMatch(part -> isTracked(part, seen));
  }

  private static void relinkCells(HeldPopulation held, WriteSink heads) {
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (Node node : nodes) {
      if (node.kind("int") || node.kind("float")) {
        held.write(node, node.object, heads, 0, 8);
      }
    }
  }
}
