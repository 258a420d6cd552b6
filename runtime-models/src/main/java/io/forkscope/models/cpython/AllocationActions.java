package io.forkscope.models.cpython;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.allocator.GlibcMalloc;
import io.forkscope.models.cpython.CPythonHeap.Domain;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Steps that make objects or drop those of a population. */
final class AllocationActions {

  private final ProcessState state;

  AllocationActions(ProcessState state) {
    this.state = state;
  }

  /** What a step made and keeps until the next such step has made its own. */
  record Made(Map<Domain, List<BlockRun>> blocks, GlibcMalloc.Block table) {}

  void allocate(Step step) {
    if (step.argument("keep", "true").equals("false")) {
      state.touchInterpreter(CPythonCauses.ALLOCATION, "allocate.dropped");
      return;
    }
    state.interpreter.touch(CPythonCauses.ALLOCATION, state.ownPagesOfList(count(step)));
    state.growList(count(step));
    make(step, made -> FullCollection.makeContainers(state, made, made));
  }

  /** The same before the fork. */
  void warm(Step step) {
    if (!step.argument("keep", "true").equals("false")) {
      make(step, state::made);
    }
  }

  private static long count(Step step) {
    return Long.parseLong(step.argument("count", "1"));
  }

  private void make(Step step, LongConsumer containers) {
    long count = count(step);
    Map<Domain, List<BlockRun>> blocks = new EnumMap<>(Domain.class);
    Domain floats = state.heap.scalars(true);
    switch (step.argument("kind", "float")) {
      case "float" -> take(blocks, floats, state.layout.floatBytes(), count);
      case "int" -> {
        long from = Long.parseLong(step.argument("from", "0"));
        int bytes = state.layout.sumBytes(from, from + count - 1);
        take(blocks, state.heap.scalars(false), bytes, count);
      }
      case "str" -> {
        TextFormat format = TextFormat.of(step.argument("format", "z%09d"));
        int characters =
            Integer.parseInt(step.argument("repeat", "1")) * format.characters(count - 1);
        take(blocks, Domain.OBJECT, state.layout.strBytes(characters, format.widest()), count);
      }
      case "empty-list" -> keepContainers(takeLists(blocks, count), containers);
      case "float-list" -> {
        take(blocks, floats, state.layout.floatBytes(), count);
        take(blocks, Domain.MEMORY, 8, count);
        keepContainers(takeLists(blocks, count), containers);
      }
      default ->
          throw new IllegalArgumentException(
              "kind "
                  + step.argument("kind", "")
                  + " is none of float, int, str, empty-list, float-list");
    }
    long bytes = new HolderTables(state.layout).appendedListBytes(count);
    GlibcMalloc.Block table = state.heap.table(Math.max(8, bytes), 8 * count, true);
    if (step.argument("keep", "true").equals("last")) {
      state.lastMade.ifPresent(this::drop);
      state.lastMade = Optional.of(new Made(blocks, table));
    }
  }

  private List<BlockRun> takeLists(Map<Domain, List<BlockRun>> into, long count) {
    return take(into, Domain.OBJECT, state.layout.listBytes(), count);
  }

  private List<BlockRun> take(
      Map<Domain, List<BlockRun>> into, Domain domain, int bytes, long count) {
    List<BlockRun> runs = state.heap.allocate(domain, bytes, count);
    into.computeIfAbsent(state.heap.poolsOf(domain, bytes), d -> new ArrayList<>()).addAll(runs);
    return runs;
  }

  /** Counts containers that nothing drops, which later collections and {@code gc} go through. */
  private void keepContainers(List<BlockRun> blocks, LongConsumer containers) {
    long clock = state.collector.clock();
    containers.accept(blocks.stream().mapToLong(BlockRun::count).sum());
    state.kept.add(clock, blocks);
  }

  private void drop(Made made) {
    made.blocks().values().forEach(state.kept::remove);
    made.blocks().forEach((domain, runs) -> release(domain, runs, true));
    state.heap.releaseTable(made.table());
  }

  private void keepWeakReferences(long count, LongConsumer containers) {
    int bytes = state.layout.weakReferenceBytes();
    keepContainers(state.heap.allocate(Domain.OBJECT, bytes, count), containers);
  }

  /** weakref.ref of every element: a new object each, linked into the element's list. */
  void weakReferences(HeldPopulation held) {
    if (!state.warm.contains("weak-reference")) {
      state.growListOfFirstUse("weak-reference", held.length);
    }
    state.use("weak-reference");
    held.touch(held.root, state.references());
    if (held.root.isShared()) { // one object has one weak reference
      return;
    }
    int list = // tp_weaklistoffset; of others it was measured with the object's first page
        held.root.kind("function") ? state.layout.functionDictOffset() + Long.BYTES : 0;
    held.write(
        held.root,
        held.root.object,
        state.sink(CPythonCauses.STORE),
        Math.max(0, held.root.headerOffset) + list,
        8);
    keepWeakReferences(held.length, made -> FullCollection.makeContainers(state, made, made));
    long bytes = new HolderTables(state.layout).appendedListBytes(held.length);
    state.heap.table(Math.max(8, bytes), 8 * held.length, true);
  }

  /** Weak references that a warm-up has made and that nothing drops. */
  void keepWeakReferences(long count) {
    keepWeakReferences(count, state::made);
  }

  /** Drops elements of a population that nobody else knows. */
  void dropOther(Node root) {
    Map<Domain, List<BlockRun>> dropped = new EnumMap<>(Domain.class);
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    for (Node node : nodes) {
      if (node.kind("cycle")) {
        state.cycleGarbage.drop(node, 0, 1);
      } else {
        drop(node, 0, Long.MAX_VALUE, 1, dropped);
        keepTuples(node, dropped.getOrDefault(Domain.OBJECT, List.of()));
      }
    }
    dropped.forEach((domain, runs) -> release(domain, runs, true));
  }

  /** Of blocks that go those of tuples wait, as far as there is room. */
  private void keepTuples(Node node, List<BlockRun> going) {
    int items = FreeLists.itemsOfTuple(node);
    List<BlockRun> tuples = FreeLists.waiting(node).get(0).runs();
    if (items > 0 && items <= FreeLists.MOST_ITEMS && !tuples.isEmpty()) {
      going.removeAll(tuples);
      going.addAll(state.waiting.add(items, tuples));
    }
  }

  /** Drops every element, or every {@code every}-th. */
  void delete(HeldPopulation held, long every) {
    state.use("delete");
    state.useOnKinds("delete", held.root);
    Map<Domain, List<BlockRun>> dropped = new EnumMap<>(Domain.class);
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (Node node : nodes) {
      drop(held, node, every, dropped);
    }
    long gone = (held.length + every - 1) / every;
    state.collector.drop(FreeLists.freedContainers(held.root, gone));
    if (every == 1) {
      FreeLists.keepOf(held, state.birth(held), state.heap);
      if (held.lastIsNamed) {
        FreeLists.keepLast(held, state.birth(held), state.heap);
      }
    }
    boolean all = nodes.stream().allMatch(node -> !isInPools(node) || isDropped(node, held, every));
    dropped.forEach((domain, runs) -> release(domain, runs, all));
    if (dropped.containsKey(Domain.MEMORY) && state.heap.isSmallRoomTaken()) {
      state.interpreter.touch(
          CPythonCauses.RELEASE, Baseline.Pages.ofHeap(ProcessState.SMALL_ROOM_PAGES));
    }
    GlibcMalloc.Block table = held.table;
    if (every == 1) {
      state.heap.releaseTable(table);
    } else if (held.length > 0) {
      long kept = held.length - (held.length + every - 1) / every;
      long bytes = kept * held.elementBytes();
      long garbage = (held.length - kept) * held.elementBytes(); // list_ass_subscript
      if (!state.heap.mapsAtOnce(garbage)) {
        state.heap.reuseTop(Math.toIntExact(garbage / PageSize.BASE_BYTES));
      }
      state.sink(CPythonCauses.STORE).writeRange(table.address(), Math.max(8, bytes));
      if (2 * kept <= held.length) { // list_resize
        table = state.heap.shrinkTable(table, Math.max(8, bytes * 9 / 8));
      }
    }
    state.populations.put(held.population.name(), afterwards(held, table, every));
  }

  /** Drops every {@code stride}-th element of a list for another object; few of them. */
  void replace(HeldPopulation held, long stride) {
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (long index = 0; index < held.length; index += stride) {
      dropElement(held, nodes, held.element(index), index / stride);
    }
  }

  /**
   * Drops what an index holds.
   *
   * @param nodes of what it holds, its own last
   * @param before how many were dropped before
   */
  private void dropElement(HeldPopulation held, List<Node> nodes, long element, long before) {
    for (Node node : nodes) {
      long object = node.indices.firstAtLeast(element, node.count);
      if (!node.isOf(object, element)) {
        continue;
      }
      if (node.kind("cycle") || node.kind("function")) {
        held.touchElement(nodes.get(nodes.size() - 1), state.sink(CPythonCauses.RELEASE), element);
      } else if (before < FreeLists.kept(node, nodes)) {
        save(node, object);
      } else {
        Map<Domain, List<BlockRun>> dropped = new EnumMap<>(Domain.class);
        drop(node, element, element + 1, 1, dropped);
        dropped.forEach((domain, runs) -> release(domain, runs, false));
      }
    }
  }

  /**
   * Writes to keys {@code 0, stride, …} of a dict. One that is new goes to the slot of its hash,
   * itself, or to that of its index; one that is there has its value dropped for another. A dict of
   * str alone makes a table for all keys when it gets another one: insertion_resize, 3.11
   * Objects/dictobject.c.
   */
  void writeKeys(HeldPopulation held, long stride) {
    Node key = held.root.parts.get(0);
    HolderTables tables = new HolderTables(state.layout);
    boolean text = key.kind("str");
    if (text && state.version.atLeast(CPythonVersion.V3_11)) {
      long bytes = tables.dictBytes(held.length, false);
      GlibcMalloc.Block table = state.heap.table(bytes, bytes, false);
      state.heap.releaseTable(held.table);
      state.populations.put(held.population.name(), held.withTable(table));
      return;
    }
    WriteSink store = state.sink(CPythonCauses.STORE);
    boolean old = state.version == CPythonVersion.V2_7;
    long from = text ? held.length : Long.parseLong(key.value.attribute("from", "0"));
    List<Node> nodes = new ArrayList<>();
    held.root.parts.get(1).collect(nodes);
    long dropped = 0;
    for (long i = 0; i < held.length; i += stride) {
      boolean there = i >= from && i < from + held.length;
      long offset =
          old ? 24 * i : there ? tables.dictEntryOffset(held.length, i - from) : Integer.BYTES * i;
      store.write(held.table.address() + 8 + offset, old || there ? 24 : Integer.BYTES);
      if (there) {
        dropElement(held, nodes, i - from, dropped++);
      }
    }
  }

  /** An object joins the free list of its type, and so do the keys of a dict; items do not. */
  private void save(Node node, long object) {
    WriteSink release = state.sink(CPythonCauses.RELEASE);
    node.object.write(release, node.headerOffset, Long.BYTES, object, object + 1, 1);
    if (node.kind("list")) {
      node.second
          .select(object, object + 1, 1)
          .forEach(items -> state.heap.release(Domain.MEMORY, items));
    } else {
      node.second.write(release, 0, Long.BYTES, object, object + 1, 1);
    }
  }

  /** Later steps find nothing in a population of which everything was dropped. */
  private HeldPopulation afterwards(HeldPopulation held, GlibcMalloc.Block table, long every) {
    boolean all = every == 1;
    Node root =
        all
            ? new PopulationBuilder(state.layout, state.heap).build(held.population.of(), 0)
            : held.root;
    long length = all ? 0 : held.length;
    long left = held.length - (held.length + every - 1) / every;
    return new HeldPopulation(held.population, root, held.step, length, left, table, state.version);
  }

  private void drop(HeldPopulation held, Node node, long every, Map<Domain, List<BlockRun>> into) {
    long step = Math.multiplyExact(every, held.step);
    // Cycles stay until a collection, functions in their module: they lose a reference.
    if (node.kind("cycle") || node.kind("function")) {
      node.touch(state.references(), step);
      if (node.kind("cycle")) {
        state.cycleGarbage.drop(node, 0, step);
      }
      return;
    }
    if (node.kind("char")) {
      node.touch(state.references(), step);
      return;
    }
    drop(node, 0, Long.MAX_VALUE, step, into);
  }

  /** Whether an arena that holds objects of a node may hold others' too. */
  private boolean isInPools(Node node) {
    boolean scalar = node.kind("int") || node.kind("float");
    return !node.object.isEmpty() && !(scalar && state.heap.scalars(node.kind("float")).isCell());
  }

  /** Whether every object of a node goes with every {@code every}-th element. */
  private static boolean isDropped(Node node, HeldPopulation held, long every) {
    return every == 1
        || node.select(node.object, 0, Long.MAX_VALUE, every * held.step).stream()
                .mapToLong(BlockRun::count)
                .sum()
            == node.count;
  }

  /** Drops the objects of elements {@code from, from + step, …} below {@code to}. */
  private void drop(Node node, long from, long to, long step, Map<Domain, List<BlockRun>> into) {
    boolean scalar = node.kind("int") || node.kind("float");
    Domain first = scalar ? state.heap.scalars(node.kind("float")) : Domain.OBJECT;
    boolean keys = node.kind("dict") && state.layout.dictHasKeysBlock();
    Domain second =
        node.kind("str") || node.kind("closure") || keys ? Domain.OBJECT : Domain.MEMORY;
    add(into, first, node.select(node.object, from, to, step));
    add(into, second, node.select(node.second, from, to, step));
    add(into, Domain.OBJECT, node.select(node.third, from, to, step));
  }

  private void add(Map<Domain, List<BlockRun>> into, Domain domain, List<BlockRun> runs) {
    for (BlockRun run : runs) {
      Domain pools = state.heap.poolsOf(domain, run.blockBytes());
      into.computeIfAbsent(pools, d -> new ArrayList<>()).add(run);
    }
  }

  private void release(Domain domain, List<BlockRun> runs, boolean all) {
    for (List<BlockRun> turns : BlockRun.turns(runs)) {
      if (all) {
        state.heap.releaseAll(domain, turns);
      } else {
        turns.forEach(run -> state.heap.release(domain, run));
      }
    }
  }
}
