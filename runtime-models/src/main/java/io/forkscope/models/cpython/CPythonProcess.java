package io.forkscope.models.cpython;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.GlibcFreed;
import io.forkscope.models.allocator.GlibcMalloc;
import java.util.ArrayList;
import java.util.List;

/** One simulated interpreter, taking a scenario. */
final class CPythonProcess implements RuntimeProcess {

  /** Measured where a program that makes a deque is the first to import it: 3.9. */
  private static final String IMPORT_COLLECTIONS = "import.collections";

  /** Keys of 2,730 entries and their index, the largest that do not get a mapping. */
  private static final int LAST_KEYS_PAGES = 18;

  private final Scenario plan;
  private final ProcessState state;
  private final ObservedAddresses told;
  private final ActionRunner actions;

  /** A process whose populations lie where {@code told} says, as far as it does. */
  CPythonProcess(Scenario plan, ProcessState state, ObservedAddresses told) {
    this.plan = plan;
    this.state = state;
    this.told = told;
    this.actions = new ActionRunner(state);
  }

  @Override
  public void build() {
    if (plan.options().getOrDefault("collector", "on").equals("off")) {
      state.collector.enabled(false);
    }
    for (Population population : plan.populations()) {
      build(population);
    }
    state.names.lay(state.memory);
    if (!told.isEmpty()) {
      moveToTold();
    }
    for (Step step : plan.preparations()) {
      prepare(step);
    }
    if (state.program == ProgramKind.GUNICORN) {
      state.made(GunicornProgram.MASTER_CONTAINERS);
    }
  }

  private void moveToTold() {
    ToldPlacement placement = new ToldPlacement(told);
    placement.map(state.memory);
    for (int i = 0; i < plan.populations().size(); i++) {
      placement.place(state.population(plan.populations().get(i).name()), i, state);
    }
  }

  private void build(Population population) {
    PopulationBuilder builder = new PopulationBuilder(state.layout, state.heap);
    if (population.holder().equals("deque") && state.baseline.has(IMPORT_COLLECTIONS)) {
      state.usedBeforeFork(IMPORT_COLLECTIONS, IMPORT_COLLECTIONS);
    }
    state.heap.beginPopulation();
    boolean buffer = isBuffer(population.holder());
    long firstPool = state.heap.endOfPools();
    long firstChunk = state.heap.endOfHeap();
    Node root = builder.buildPopulation(population.of(), buffer ? 0 : population.count());
    long length = (population.count() + population.keepEvery() - 1) / population.keepEvery();
    double each = (double) (state.heap.endOfHeap() - firstChunk) / Math.max(1, population.count());
    GlibcMalloc.Block table = holderTable(population, length, firstPool);
    if (population.holder().equals("list")) {
      leaveHoles(root, population.count());
      if (state.version == CPythonVersion.V2_7 && population.keepEvery() == 1) {
        long hole = new HolderTables(state.layout).holeOfList(state.heap, length, each);
        state.heap.leaveTop(Math.toIntExact(hole / PageSize.BASE_BYTES));
      }
    }
    state.populations.put(
        population.name(),
        new HeldPopulation(
            population, root, population.keepEvery(), length, length, table, state.version));
    long count = population.count();
    long made = made(root, count);
    if (state.counts == ReferenceCounts.TABLE) {
      writeCounts(root);
    }
    Collector collector = state.collector;
    state.births.put(
        population.name(),
        new Birth(collector.clock(), count, made, firstPool, state.heap.endOfPools()));
    long tracked = FullCollection.tracked(root, count);
    long free =
        collector.clock() == 0 && state.program.isAlone()
            ? FreeLists.taken(root, state.started.free())
            : 0;
    state.takenFromFreeLists += free;
    collector.takeFromFreeLists(free, made == 0 ? 0 : (double) tracked / made);
    long counted = made - free;
    collector.holdsMeanwhile(root.kind("function") ? state.version.containersOfCompiler() : 0);
    collector.allocate(
        counted,
        made == 0 ? 0 : (long) (tracked * ((double) counted / made)),
        FullCollection.seenTwice(root).stream().mapToLong(n -> n.objectsOf(count, root)).sum(),
        count == 0 ? 0 : (made + count - 1) / count,
        state::collectedBeforeFork);
    collector.holdsMeanwhile(0);
    if (population.keepEvery() > 1) {
      builder.dropOthers(root, population);
      state.waiting.addDropped(state.population(population.name()));
      dropOtherCycles(root, population.keepEvery());
      collector.drop(FreeLists.freedContainers(root, count - length));
    }
  }

  private void dropOtherCycles(Node root, int every) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    nodes.removeIf(node -> !node.kind("cycle"));
    for (int offset = 1; offset < every; offset++) {
      for (Node cycle : nodes) {
        state.cycleGarbage.drop(cycle, offset, every);
      }
    }
  }

  private boolean isCell(Node node) {
    boolean scalar = node.kind("int") || node.kind("float");
    return scalar && state.heap.scalars(node.kind("float")).isCell();
  }

  /** A list that grows beside elements of malloc moves over them, and is mapped in the end. */
  private void leaveHoles(Node root, long count) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    HolderTables tables = new HolderTables(state.layout);
    long items = GlibcFreed.LARGE_BYTES / 8; // smaller ones wait in the tcache
    for (long full = tables.appendedListBytes(items) / 8;
        full < count && !state.heap.mapsAtOnce(8 * full);
        full = tables.appendedListBytes(full + 1) / 8) {
      long element = full;
      if (state.heap.fitsOwnRoom(8 * full)) {
        continue; // it still grows there
      }
      nodes.stream()
          .filter(node -> !isCell(node))
          .mapToLong(node -> node.address(element))
          .filter(address -> address >= 0)
          .forEach(state.heap::leaveHole);
    }
  }

  /** Every object's count is written when it is made; in its header that needs no word. */
  private void writeCounts(Node root) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    for (Node node : nodes) {
      node.object.write(state.references(), node.headerOffset, Long.BYTES);
      if (node.secondHeaderOffset >= 0) {
        node.second.write(state.references(), node.secondHeaderOffset, Long.BYTES);
      }
      if (node.thirdHeaderOffset >= 0) {
        node.third.write(state.references(), node.thirdHeaderOffset, Long.BYTES);
      }
    }
  }

  private static boolean isBuffer(String holder) {
    return switch (holder) {
      case "array", "bytes", "bytearray", "mmap" -> true;
      default -> false;
    };
  }

  private GlibcMalloc.Block holderTable(Population population, long length, long firstPool) {
    HolderTables tables = new HolderTables(state.layout);
    return switch (population.holder()) {
      case "list" -> {
        boolean display = population.of().parts().isEmpty() && isConstant(population);
        if (population.keepEvery() > 1) {
          yield slicedTable(tables, population.count(), length, display);
        }
        yield display
            ? state.heap.table(Math.max(8, 8 * length), 8 * length, false)
            : tables.appendedList(state.heap, length, firstPool);
      }
      case "dict" -> {
        boolean strings = population.of().parts().get(0).kind().equals("str");
        yield dictTable(tables.dictBytes(length, strings), tables.dictBytesBefore(length, strings));
      }
      case "set" -> {
        long bytes = tables.setBytes(length);
        if (state.heap.mapsAtOnce(bytes)) {
          state.heap.leaveTop(StartedInterpreter.setRoomPages(state.version));
        }
        yield tableAfter(tables.setBytesBefore(length), bytes);
      }
      case "deque" -> {
        if (population.shuffleSeed() >= 0 || population.keepEvery() > 1) {
          throw new IllegalArgumentException(
              "a deque is neither shuffled nor thinned out: population " + population.name());
        }
        yield tables.dequeBlocks(state.heap, length);
      }
      case "array" -> state.heap.table(Math.max(8, 8 * length), 8 * length, true);
      case "mmap" -> filledMapping(length);
      default -> state.heap.table(Math.max(8, length), length, false);
    };
  }

  /** A mapping of its own, and the bytes that were written into it and dropped. */
  private GlibcMalloc.Block filledMapping(long length) {
    long bytes = state.layout.bytesBytes(0) + length;
    if (state.heap.mapsAtOnce(bytes)) {
      state.heap.releaseTable(state.heap.table(bytes, bytes, false));
    } else {
      state.heap.leaveTop(Math.toIntExact(bytes / PageSize.BASE_BYTES));
    }
    return state.heap.mapping(length);
  }

  /** The whole list has grown before its slice is made, and goes after it. */
  private GlibcMalloc.Block slicedTable(
      HolderTables tables, long count, long length, boolean constant) {
    long bytes = Math.max(8, constant ? 8 * count : tables.appendedListBytes(count));
    int roomTaken = state.heap.ownRoomTaken();
    GlibcMalloc.Block whole = state.heap.table(bytes, 8 * count, !constant);
    GlibcMalloc.Block slice = state.heap.table(Math.max(8, 8 * length), 8 * length, false);
    state.heap.releaseTable(whole);
    if (!whole.mapped()) {
      state.heap.leaveTable(8 * count, roomTaken);
    }
    return slice;
  }

  /** dictresize, Objects/dictobject.c: tables double, and leave the heap for a mapping. */
  private GlibcMalloc.Block dictTable(long bytes, long bytesBefore) {
    if (state.layout.dictHasKeysBlock() && state.heap.mapsAtOnce(bytes)) {
      if (state.heap.fitsOwnRoom(LAST_KEYS_PAGES * PageSize.BASE_BYTES)) {
        state.heap.leaveTop(LAST_KEYS_PAGES);
      } else {
        state.heap.leaveTop();
      }
    }
    GlibcMalloc.Block table = tableAfter(bytesBefore, bytes);
    if (state.layout.dictHasKeysBlock() && !table.mapped() && !state.heap.isRoomTaken()) {
      // those before it lie free below it, together as large; a first use takes them
      state.heap.leaveTop(Math.toIntExact(bytes / PageSize.BASE_BYTES));
    }
    return table;
  }

  /**
   * A table that is filled before the smaller one is freed, which raises malloc's threshold to its
   * size if it was a mapping.
   */
  private GlibcMalloc.Block tableAfter(long bytesBefore, long bytes) {
    if (!state.heap.mapsAtOnce(bytesBefore)) {
      return state.heap.table(bytes, bytes, false);
    }
    GlibcMalloc.Block before = state.heap.table(bytesBefore, bytesBefore, false);
    GlibcMalloc.Block table = state.heap.table(bytes, bytes, false);
    state.heap.releaseTable(before);
    return table;
  }

  /** {@code [None] * n} and its like are made at their final size. */
  static boolean isConstant(Population population) {
    return switch (population.of().kind()) {
      case "none", "true", "empty-tuple", "builtin-type", "heap-type", "literal" -> true;
      case "int" -> Boolean.parseBoolean(population.of().attribute("same", "false"));
      default -> false;
    };
  }

  /** Containers of so many elements. */
  private static long made(Node root, long elements) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    long made = 0;
    for (Node node : nodes) {
      made += node.containers() * node.objectsOf(elements, root);
    }
    return made;
  }

  private void prepare(Step step) {
    switch (step.verb()) {
      case "warm-up" -> warmUp(Long.parseLong(step.argument("count", "200")));
      case "collect" -> {
        int generation = Integer.parseInt(step.argument("generation", "2"));
        state.tidied |= generation == 2 && !state.collected;
        state.asked |= generation == 2;
        state.askedYoung |= generation < 2;
        state.collectedBeforeFork(generation, 0);
        state.collector.collect(generation);
      }
      case "disable-collector" -> state.collector.enabled(false);
      case "freeze" -> state.freeze();
      case "hash" -> {
        // Hashes are kept in headers that building has written already: nothing new is touched.
        HeldPopulation hashed = state.population(step.argument("on", ""));
        Applicability.check(step, hashed.population, state.version);
        hashed.lastIsNamed = state.program == ProgramKind.PLAIN;
      }
      case "import" -> {
        actions.warm(step, 0);
        for (String module : step.argument("modules", "").split(",", -1)) {
          state.warm.add(module.strip());
        }
      }
      default -> throw new IllegalArgumentException("CPython cannot prepare " + step.verb());
    }
  }

  // A server is warmed by requests on its own data, everything else on other data of its make.
  private void warmUp(long count) {
    if (!ServeActions.serves(plan)) {
      warmUpOnOthers(count);
      return;
    }
    for (long i = 0; i < count; i++) {
      request(i);
    }
  }

  /** Leaves the pools that other data have filled, free but resident. */
  private void warmUpOnOthers(long count) {
    PopulationBuilder builder = new PopulationBuilder(state.layout, state.heap);
    List<Node> others = new ArrayList<>();
    long containers = 0;
    long freed = 0;
    for (Population population : plan.populations()) {
      // Of functions the pools go back with their arena more often than not.
      boolean none = isBuffer(population.holder()) || population.of().kind().equals("function");
      Node root = builder.build(population.of(), none ? 0 : count);
      others.add(root);
      containers += made(root, count);
      freed += FreeLists.freedContainers(root, count);
    }
    state.collector.allocateFor(
        containers,
        freed,
        () -> plan.actions().forEach(step -> actions.warm(step, count)),
        state::collectedBeforeFork);
    others.forEach(actions::dropOther);
  }

  @Override
  public RuntimeProcess fork(ProcessMemory memory, int childIndex) {
    ProcessState child = state.fork(memory, childIndex);
    if (state.rules.forkSortsFreed()) {
      state.heap.sortAllFreed(CPythonCauses.FORK);
      child.heap.sortAllFreed(CPythonCauses.FORK);
    }
    return new CPythonProcess(plan, child, told);
  }

  @Override
  public void afterFork(boolean isChild) {
    state.interpreter.afterFork();
    if (isChild && state.program == ProgramKind.GUNICORN) {
      int made = GunicornProgram.WORKER_CONTAINERS;
      FullCollection.makeContainers(state, made, made);
    }
  }

  @Override
  public void request(long request) {
    for (int i = 0; i < plan.actions().size(); i++) {
      actions.take(plan.actions().get(i), i, request);
    }
  }
}
