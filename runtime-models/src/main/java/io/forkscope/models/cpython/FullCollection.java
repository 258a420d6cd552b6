package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.List;

/**
 * What collections write: the GC head of every tracked object of the generations they collect. A
 * full one leaves out what is frozen.
 */
final class FullCollection {

  /**
   * Containers that an import makes between two checks of the eval breaker: marshal makes those of
   * a module in one call. Measured on 3.12.1 and 3.13.0: collections that imports of ten modules
   * bring about start 29 and 36 containers past the threshold, in the mean.
   */
  private static final int FIRST_USE_ROUND = 64;

  private FullCollection() {}

  /** A full collection. */
  static void run(ProcessState state) {
    WriteSink heads = state.sink(CPythonCauses.GC_HEAD);
    writeHeadsSince(state, state.collector.frozenUntil(), heads);
    if (state.rules.collectionRelinksCells()) {
      state.populations.values().forEach(held -> relinkCells(held, heads));
    }
    state.waiting.free(state.heap, state.sink(CPythonCauses.RELEASE));
    state.collectCycles();
    state.interpreter.touchTracked(
        CPythonCauses.GC_INTERPRETER, withFirstUses(state, interpreterStep(state), true));
    state.seen = Seen.BY_FULL;
    state.fullySeenUntil = state.collector.clock();
    state.seenOnce.clear();
  }

  /**
   * What a collection finds of the interpreter's own depends on what earlier ones have untracked.
   */
  private static String interpreterStep(ProcessState state) {
    if (state.frozen) {
      return state.collected ? "collect.collected-frozen" : "collect.frozen";
    }
    if (state.collected) {
      return "collect.collected";
    }
    if (state.collector.holdsStartup(1)) {
      boolean young = state.collector.holdsStartup(0) || !state.baseline.has("collect.young");
      return young ? "collect" : "collect.young";
    }
    return "collect.swept";
  }

  /** A collection that runs by itself, of objects made since a clock of the collector. */
  static void automatic(ProcessState state, int generation, long since) {
    if (generation == 2) {
      run(state);
      return;
    }
    writeHeadsSince(state, since, state.sink(CPythonCauses.GC_HEAD));
    if (state.baseline.has("sweep.young")) {
      state.touchInterpreter(CPythonCauses.GC_INTERPRETER, "sweep.young");
    }
    Baseline.Pages own =
        state.collector.holdsStartup(generation)
            ? state.baseline.pages(generation == 0 ? "sweep.start" : middleStep(state))
            : Baseline.Pages.NONE;
    for (ProcessState.UsedBefore use : state.usedBefore) {
      Baseline.Pages made = madeByFirstUse(state, use, since, true);
      if (use.imports()) { // measured as what it adds, of other steps as what is touched
        own = own.plus(made, 1);
      } else {
        state.interpreter.touch(CPythonCauses.GC_INTERPRETER, made);
      }
    }
    state.interpreter.touch(CPythonCauses.GC_INTERPRETER, own);
  }

  /**
   * What a middle collection finds of the interpreter's own: less by what a first use has written
   * of it, where that was measured.
   */
  private static String middleStep(ProcessState state) {
    String later = "sweep.later.beside";
    String beside = state.startupWasYoung || !state.baseline.has(later) ? "sweep.beside" : later;
    String alone = state.startupWasYoung ? "sweep" : "sweep.later";
    return state.hasUsedFirst() && state.baseline.has(beside) ? beside : alone;
  }

  /** Pages of a step that goes through all that is tracked: what first uses have made too. */
  static Baseline.Pages withFirstUses(ProcessState state, String step, boolean collects) {
    Baseline.Pages pages = state.baseline.pages(step);
    for (ProcessState.UsedBefore use : state.usedBefore) {
      pages = pages.plus(madeByFirstUse(state, use, state.collector.frozenUntil(), collects), 1);
    }
    return pages;
  }

  /** Pages of what a first use before the fork has made since a clock of the collector. */
  private static Baseline.Pages madeByFirstUse(
      ProcessState state, ProcessState.UsedBefore use, long since, boolean collects) {
    String swept = use.subsystem() + ".swept";
    String emptied = swept + ".collected";
    boolean more = collects && state.followsCollection(use) && state.baseline.has(emptied);
    String step = more ? emptied : swept;
    long from = Math.max(since, use.from());
    return from < use.to() && state.baseline.has(step)
        ? state.baseline.pages(step).part(use.to() - from, use.to() - use.from())
        : Baseline.Pages.NONE;
  }

  /**
   * Containers that are made and stay for a while: runs the collections that this brings about.
   *
   * @param tracked how many of them stay tracked
   */
  static void makeContainers(ProcessState state, long count, long tracked) {
    makeContainers(state, count, tracked, 1);
  }

  /** The same for containers that one call of a C function makes and leaves behind. */
  static void makeContainersInCall(ProcessState state, long count) {
    makeContainers(state, count, 0, Math.max(1, count));
  }

  /** Containers that one call of a C function makes and drops before it returns. */
  static void dropContainersInCall(ProcessState state, long count) {
    state.collector.allocateInCall(
        count, (generation, since) -> automatic(state, generation, since));
  }

  private static void makeContainers(ProcessState state, long count, long tracked, long together) {
    state.collector.allocate(
        count, tracked, together, (generation, since) -> automatic(state, generation, since));
  }

  /** Containers of a first use. */
  static void makeContainersOfFirstUse(ProcessState state, String subsystem) {
    long containers = state.containersOfFirstUse(subsystem);
    makeContainers(state, containers, containers, FIRST_USE_ROUND);
  }

  /** Objects of so many elements that the collector still tracks after it has seen them. */
  static long tracked(Node root, long elements) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    long tracked = 0;
    for (Node node : nodes) {
      if (isTracked(node, Seen.BY_YOUNG)) {
        int each = node.kind("cycle") ? 2 : node.kind("closure") ? 3 : 1;
        tracked += each * node.objectsOf(elements, root);
      }
    }
    return tracked;
  }

  private static void writeHeadsSince(ProcessState state, long since, WriteSink heads) {
    for (HeldPopulation held : state.populations.values()) {
      Birth birth = state.birth(held);
      if (!held.isDeleted()) {
        writeHeads(state, held, birth.firstElementSince(since), state.seen, heads);
        if (state.seen == Seen.BY_FULL) {
          long unseen = birth.firstElementSince(Math.max(since, state.fullySeenUntil));
          writeHeads(state, held, unseen, Seen.BY_YOUNG, heads);
        }
        if (state.seen != Seen.NEVER) {
          long unseen = birth.firstElementSince(Math.max(since, state.collector.youngSince()));
          writeHeads(state, held, unseen, Seen.NEVER, heads);
          writeHeadsOfSeenOnce(state, held, birth, since, heads);
        }
      }
    }
    state.kept.writeSince(since, heads, 0, state.layout.gcHeadBytes());
  }

  /**
   * A collection meets a tuple before the tuples in it, which it first takes for unreachable and
   * moves to the end of its list (move_unreachable): it untracks those, and the next one the outer.
   */
  private static void writeHeadsOfSeenOnce(
      ProcessState state, HeldPopulation held, Birth birth, long since, WriteSink heads) {
    List<Node> nodes = seenTwice(held.root);
    if (nodes.isEmpty()) {
      return;
    }
    List<long[]> intervals = new ArrayList<>(state.seenOnce);
    intervals.add(new long[] {state.collector.middleSince(), state.collector.youngSince()});
    for (long[] interval : intervals) {
      long from = birth.firstElementSince(Math.max(since, interval[0]));
      long end = birth.firstElementSince(interval[1]);
      for (Node node : nodes) {
        int bytes = state.layout.gcHeadBytes();
        held.writeBetween(from, end, node, node.object, heads, node.gcOffset, bytes);
      }
    }
  }

  /** Tuples of tuples that a second collection untracks. */
  static List<Node> seenTwice(Node root) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    nodes.removeIf(
        node ->
            !node.kind("tuple")
                || isTracked(node, Seen.BY_YOUNG)
                || node.parts.stream().noneMatch(part -> part.kind("tuple")));
    return nodes;
  }

  private static void writeHeads(
      ProcessState state, HeldPopulation held, long from, Seen seen, WriteSink heads) {
    int bytes = state.layout.gcHeadBytes();
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (Node node : nodes) {
      if (node.gcOffset >= 0 && isTracked(node, seen)) {
        held.writeFrom(from, node, node.object, heads, node.gcOffset, bytes);
        if (node.kind("cycle") || node.kind("closure")) {
          held.writeFrom(from, node, node.second, heads, 0, bytes);
        }
        if (node.kind("closure")) {
          held.writeFrom(from, node, node.third, heads, 0, bytes);
        }
        if (node.kind("function") && seen == Seen.NEVER) { // of code, and untracked from then on
          held.writeFrom(from, node, node.fourth, heads, 0, bytes);
        }
        if (node.kind("object") && isDictTracked(node, seen)) {
          held.writeFrom(from, node, node.third, heads, 0, bytes);
        }
      }
    }
  }

  /**
   * Tuples are tracked until a collection finds only atoms in them, dicts from the first container
   * they take (MAINTAIN_TRACKING, Objects/dictobject.c) until a full one finds only atoms. All
   * other containers always.
   */
  static boolean isTracked(Node node, Seen seen) {
    return switch (node.value.kind()) {
      case "tuple" -> seen == Seen.NEVER || anyPartTracked(node, seen);
      case "dict" -> isDictTracked(node, seen);
      default -> node.isContainer();
    };
  }

  static boolean isDictTracked(Node node, Seen seen) {
    return anyPartTracked(node, seen == Seen.BY_FULL ? seen : Seen.NEVER);
  }

  private static boolean anyPartTracked(Node node, Seen seen) {
    return node.parts.stream().anyMatch(part -> mayBeTracked(part, seen));
  }

  /**
   * Whether a tuple or dict that holds an object stays tracked: of its containers only tuples are
   * asked whether they are (_PyObject_GC_MAY_BE_TRACKED, Include/objimpl.h, later
   * Include/internal/pycore_gc.h).
   */
  static boolean mayBeTracked(Node node, Seen seen) {
    return switch (node.value.kind()) {
      case "tuple" -> isTracked(node, seen);
      case "choice" -> anyPartTracked(node, seen);
      default -> node.isContainer();
    };
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
