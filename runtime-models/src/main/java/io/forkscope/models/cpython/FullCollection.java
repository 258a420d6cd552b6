package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.List;

/**
 * What collections write: the GC head of every tracked object of the generations they collect. A
 * full one leaves out what is frozen.
 */
final class FullCollection {

  private FullCollection() {}

  /** A full collection. */
  static void run(ProcessState state) {
    WriteSink heads = state.sink(CPythonCauses.GC_HEAD);
    writeHeadsSince(state, state.collector.frozenUntil(), heads);
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

  /** A collection that runs by itself, of objects made since a clock of the collector. */
  static void automatic(ProcessState state, int generation, long since) {
    if (generation == 2) {
      run(state);
      return;
    }
    writeHeadsSince(state, since, state.sink(CPythonCauses.GC_HEAD));
    if (generation == 1 && since == 0 && state.collector.startupIsYoung() && !state.frozen) {
      state.touchInterpreter(CPythonCauses.GC_INTERPRETER, "collect");
    }
  }

  /** Containers that are made and stay for a while: runs the collections that this brings about. */
  static void makeContainers(ProcessState state, long count) {
    state.collector.allocate(
        count, count, 1, (generation, since) -> automatic(state, generation, since));
  }

  private static void writeHeadsSince(ProcessState state, long since, WriteSink heads) {
    for (HeldPopulation held : state.populations.values()) {
      Birth birth = state.births.get(held.population.name());
      if (!held.deleted && birth != null) {
        writeHeads(state, held, birth.firstElementSince(since), heads);
      }
    }
    state.kept.writeHeadsSince(since, heads, state.layout.gcHeadBytes());
  }

  private static void writeHeads(
      ProcessState state, HeldPopulation held, long from, WriteSink heads) {
    int bytes = state.layout.gcHeadBytes();
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (Node node : nodes) {
      if (node.gcOffset >= 0 && isTracked(node, state.untracked)) {
        held.writeFrom(from, node, node.object, heads, node.gcOffset, bytes);
        if (node.kind("cycle")) {
          held.writeFrom(from, node, node.second, heads, 0, bytes);
        }
        if (node.kind("object") && anyPartTracked(node, state.untracked)) {
          held.writeFrom(from, node, node.third, heads, 0, bytes);
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
