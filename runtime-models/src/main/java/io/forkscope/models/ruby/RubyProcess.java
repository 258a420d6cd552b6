package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.GlibcArena;
import io.forkscope.models.allocator.KernelMappings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One CRuby process: its heaps, its collector and its populations. */
final class RubyProcess implements RuntimeProcess, RubyRoots {

  private static final long BRK_START = 0x5555_5555_9000L;
  private static final long MAPPINGS_END = 0x7f00_0000_0000L;
  private static final long MAPPINGS_BYTES = 64L << 30;
  private static final long THREAD_HEAP = 0x7e00_0000_0000L;
  private static final int PAGE = 4096;

  /** Objects of the start image moved from which on what refers to them is written. */
  private static final int IMAGE_MOVES = 1000;

  /**
   * measured: symbols that the result of a compaction brings (Symbol.all_symbols), if few objects
   * of the start image were moved and if many were.
   */
  private static final int FEW_TYPES = 5;

  private static final int MANY_TYPES = 15;

  /**
   * Assumed: what follows on building a population, Process.kill and fork take small blocks, so
   * that a malloc limit passed shows.
   */
  private static final int MARK_BLOCK_BYTES = 64;

  /** Elements of the population that warming builds. */
  private static final int WARM_COUNT = 200;

  /** What the first call of a method takes, traced: {@code struct rb_class_cc_entries}, and one. */
  static final int[] CALL_CACHE_BYTES = {24, 16};

  /**
   * What the parent takes as soon as it has forked, traced: tables of call caches, for what it
   * calls to wait.
   */
  private static final int[] PARENT_BYTES = {128, 512};

  /**
   * What Thread.new and join take from the arena of the thread that calls them, traced: its call
   * caches, the thread and its fiber, a stack for signals, and pthread_create's vector.
   */
  private static final int[] THREAD_BYTES = {
    24, 16, 376, 600, 24, 64, 24, 16, 48, 40, 16384, 288, 24, 16
  };

  /** measured: the smallest block of the start image that gets a mapping of its own. */
  private static final long MMAP_THRESHOLD = 233_472;

  private final Scenario plan;
  private final ObservedAddresses told;
  private final ProcessMemory memory;
  private final KernelMappings mappings;
  private final GlibcArena brk;
  private final RubyHeap heap;
  private final RubyCollector collector;
  private final RubyXmalloc xmalloc;
  private final RubyTransientHeap transientHeap;
  private final List<RubyPopulation> populations = new ArrayList<>();
  private final RubyActions actions;
  private final RubyBuilder builder;

  private final RubyInterned interned;
  private final RubyObjectIds objectIds;
  private final RubyEvacuation evacuation;

  private final RubyRandoms randoms;
  private final RubyStack stack;
  private final RubyWarmed warmed;
  private final RubyCallTable mainCalls;

  private int typesMoved;

  /** Whether a block of the program's top level runs, whose frame refers to its classes. */
  private boolean inBlock;

  private boolean hasSampled;
  private final RubyInterpreter interpreter;
  private final RubyMarkStack markStack;
  private final RubyLibraries libraries;

  /** A process that has not started. */
  RubyProcess(Scenario plan, ProcessMemory memory, ObservedAddresses told) {
    this.plan = plan;
    this.told = told;
    this.memory = memory;
    this.mappings =
        new KernelMappings(memory, memory.sink(RubyCauses.MALLOC), MAPPINGS_END, MAPPINGS_BYTES);
    this.brk = new GlibcArena(memory, BRK_START, MAPPINGS_END, mappings);
    this.heap = new RubyHeap(memory, brk, mappings);
    this.markStack = new RubyMarkStack(RubyStartImage.CRUBY_3_1, BRK_START);
    loadImage(RubyStartImage.CRUBY_3_1);
    this.interpreter = new RubyInterpreter(memory, heap, BRK_START);
    this.interned =
        new RubyInterned(brk, BRK_START, RubyProgram.names(plan), memory.sink(RubyCauses.START));
    this.objectIds = new RubyObjectIds();
    this.evacuation = new RubyEvacuation(this, RubyBuilder.holdsTransientBlocks(plan));
    this.collector = new RubyCollector(heap, this);
    this.xmalloc = new RubyXmalloc(memory, brk, heap, collector);
    this.transientHeap = new RubyTransientHeap(memory);
    this.actions = new RubyActions(this);
    this.libraries = new RubyLibraries(this);
    this.stack = new RubyStack(heap, collector);
    this.warmed = new RubyWarmed(heap);
    this.builder = new RubyBuilder(this, plan, populations, !told.isEmpty());
    this.randoms = new RubyRandoms(this);
    this.mainCalls = RubyCallTable.ofMain();
  }

  private RubyProcess(RubyProcess parent, ProcessMemory memory) {
    this.plan = parent.plan;
    this.told = parent.told;
    this.memory = memory;
    this.mappings = new KernelMappings(parent.mappings, memory, memory.sink(RubyCauses.MALLOC));
    this.brk = parent.brk.fork(memory, mappings);
    this.heap = parent.heap.fork(memory, brk, mappings);
    this.collector = new RubyCollector(parent.collector, heap, this);
    this.xmalloc = new RubyXmalloc(memory, brk, heap, collector);
    this.transientHeap = parent.transientHeap.fork(memory);
    parent.populations.forEach(p -> populations.add(p.copy()));
    this.actions = new RubyActions(this);
    this.interned = parent.interned.copy();
    this.objectIds = parent.objectIds.copy();
    this.evacuation = new RubyEvacuation(parent.evacuation, this);
    this.interpreter = new RubyInterpreter(parent.interpreter, memory, heap);
    this.hasSampled = parent.hasSampled;
    this.mainCalls = parent.mainCalls.copy();
    this.randoms = new RubyRandoms(parent.randoms, this);
    this.markStack = parent.markStack.copy();
    this.libraries = new RubyLibraries(parent.libraries, this);
    this.stack = new RubyStack(parent.stack, heap, collector, populations);
    this.warmed = new RubyWarmed(parent.warmed, heap);
    this.builder = new RubyBuilder(this, plan, populations, !told.isEmpty());
  }

  private void loadImage(RubyStartImage image) {
    WriteSink start = memory.sink(RubyCauses.START);
    brk.loadTop(BRK_START + image.topOffset(), BRK_START + image.endOffset());
    brk.loadMmapThreshold(MMAP_THRESHOLD);
    long written = BRK_START;
    for (int[] range : image.untouchedPages) {
      start.writeRange(written, BRK_START + (long) range[0] * PAGE - written);
      written = BRK_START + (range[1] + 1L) * PAGE;
    }
    start.writeRange(written, BRK_START + image.topOffset() - written);
    for (RubyStartImage.Chunk chunk : image.chunks) {
      long at = BRK_START + chunk.offset();
      switch (chunk.list()) {
        case "cached" -> brk.loadCached(at, chunk.bytes());
        case "fast" -> brk.loadFast(at, chunk.bytes());
        default -> brk.loadBinned(at, chunk.bytes(), chunk.list().equals("unsorted"));
      }
    }
    heap.load(image, BRK_START);
  }

  @Override
  public void build() {
    RubyOwnObjects own = RubyOwnObjects.of(plan);
    heap.allocate(new byte[] {RubySlots.live(0)}, 0, own.live(), collector);
    heap.allocate(new byte[] {RubySlots.doomed()}, 0, own.dropped(), collector);
    if (plan.options().getOrDefault("gc", "on").equals("off")) {
      collector.disable();
    }
    for (Population population : plan.populations()) {
      callOnMain("build " + population.name());
      builder.build(population, false);
      xmalloc.free(xmalloc.malloc(MARK_BLOCK_BYTES), MARK_BLOCK_BYTES);
    }
    for (Step step : plan.preparations()) {
      prepare(step);
    }
    if (!told.isEmpty()) {
      new RubyToldPlacement(told, heap).place(plan, populations);
    }
    callOnMain("mark");
    callOnMain("fork");
    swept();
    if (RubyVocabulary.hasThreads(plan)) {
      // measured: collections of another thread find no array there that was thinned out
      stack.overwrite();
    }
    xmalloc.free(xmalloc.malloc(MARK_BLOCK_BYTES), MARK_BLOCK_BYTES);
  }

  /** Puts the buffer of an array in the C heap. */
  private void giveBuffer(RubyPopulation of) {
    of.buffer = xmalloc.mallocQuietly(of.bufferBytes());
    RubyHeapPage page = of.holderPage;
    if (page != null) {
      page.hold(of.holderSlot, of.buffer, of.bufferBytes());
    }
  }

  /** Takes an action on 200 elements built for it, to which only the stack refers afterwards. */
  private void warm(Step step, Population like) {
    boolean sized = like.holder().equals("array") || like.holder().equals("hash");
    RubyPopulation other =
        builder.build(
            new Population(
                like.name(), like.holder(), like.of(), sized ? WARM_COUNT : like.count(), -1, 1),
            true);
    actions.take(step, other);
    populations.remove(other);
    warmed.warmed(other, step.verb());
  }

  private void prepare(Step step) {
    RubyPopulation on = populationOf(step);
    stack.prepare(step, on.shape.kind());
    warmed.prepare(step.verb(), RubyVocabulary.inner(step).verb(), on);
    switch (step.verb()) {
      case "gc" -> {
        int times = Integer.parseInt(step.argument("times", "1"));
        inBlock = times > 1;
        for (int i = 0; i < times; i++) {
          collector.collect(true);
        }
        inBlock = false;
      }
      case "disable" -> collector.disable();
      case "compact" -> compact();
      case "enable" -> collector.enable();
      case "require" -> libraries.require(RubyVerbs.library(step));
      case "run" -> actions.take(RubyVocabulary.inner(step), on);
      case "warm" -> warm(RubyVocabulary.inner(step), on.plan);
      default -> throw new IllegalArgumentException("no such preparation: " + step.verb());
    }
  }

  /** {@code GC.compact}. */
  void compact() {
    collector.compact();
    interned.addTypes(this, typesMoved);
  }

  private RubyPopulation populationOf(Step step) {
    String name = step.target().orElse(populations.get(0).plan.name());
    return populations.stream()
        .filter(p -> p.plan.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no population " + name));
  }

  /** The population that made an element. */
  RubyPopulation maker(RubyPopulation on, int element) {
    if (element >= on.shared) {
      return on;
    }
    return populations.stream()
        .filter(p -> p.lends(on.plan) > element)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no population made " + on.plan.name()));
  }

  /** How many elements of a population, from the first, others hold too. */
  int lentBy(RubyPopulation lender) {
    return populations.stream()
        .filter(p -> p.owner > lender.owner)
        .mapToInt(p -> lender.lends(p.plan))
        .max()
        .orElse(0);
  }

  @Override
  public RuntimeProcess fork(ProcessMemory childMemory, int childIndex) {
    return new RubyProcess(this, childMemory);
  }

  @Override
  public void afterFork(boolean isChild) {
    interpreter.forked(isChild);
    if (isChild) {
      GlibcArena parents = brk.fork(memory);
      for (int bytes : PARENT_BYTES) {
        parents.calloc(bytes, memory.sink(RubyCauses.FORK));
      }
      randoms.useDefault(RubyCauses.FORK);
      if (RubyVocabulary.hasThreads(plan)) {
        startThread(memory.sink(RubyCauses.FORK));
      }
    }
  }

  private void startThread(WriteSink sink) {
    for (int bytes : THREAD_BYTES) {
      brk.malloc(bytes, sink);
    }
    brk.startThread(RubyVocabulary.hasOneArena(plan) ? 0 : THREAD_HEAP, sink);
  }

  @Override
  public void request(long request) {
    callOnMain("request");
    for (Step step : plan.actions()) {
      actions.take(step, populationOf(step));
    }
    swept();
  }

  /**
   * Accounts the call cache of a step's method, which its first call takes: vm_search_cc. Where it
   * lies is part of the verb's first use.
   */
  void call(String code) {
    if (callOnMain(code)) {
      for (int bytes : CALL_CACHE_BYTES) {
        collector.malloced(GlibcArena.usableBytes(bytes));
      }
    }
  }

  /** Calls a method of the main object: of a step, by its code; whether it is the first time. */
  boolean callOnMain(String method) {
    return mainCalls.call(method, xmalloc);
  }

  /** Whether no sample was taken before; one is from now on. */
  boolean isFirstSample() {
    boolean first = !hasSampled;
    hasSampled = true;
    return first;
  }

  RubyInterpreter interpreter() {
    return interpreter;
  }

  RubyRandoms randoms() {
    return randoms;
  }

  /** Counters as GC.stat gives them, for comparison with a real process. */
  String stat() {
    return collector.stat();
  }

  /** The tables of the VM. */
  RubyInterned interned() {
    return interned;
  }

  ProcessMemory memory() {
    return memory;
  }

  RubyHeap heap() {
    return heap;
  }

  GlibcArena brk() {
    return brk;
  }

  RubyCollector collector() {
    return collector;
  }

  RubyStack stack() {
    return stack;
  }

  RubyObjectIds objectIds() {
    return objectIds;
  }

  RubyTransientHeap transientHeap() {
    return transientHeap;
  }

  RubyLibraries libraries() {
    return libraries;
  }

  RubyXmalloc xmalloc() {
    return xmalloc;
  }

  @Override
  public void marking(boolean full) {
    stack.marking(full);
    for (RubyPopulation population : populations) {
      population.ageHolders();
    }
  }

  @Override
  public boolean[] heldByOld() {
    boolean[] held = new boolean[RubySlots.OWNERS];
    Arrays.fill(held, true);
    held[RubySlots.HELD] = false;
    for (RubyPopulation population : populations) {
      held[population.owner] = population.isHeldByOld();
    }
    return held;
  }

  @Override
  public @Nullable RubyPopulation behind() {
    return stack.behind();
  }

  @Override
  public RubyMarkWork markWork() {
    int objects = populations.isEmpty() ? 0 : newest().shape.liveSlots();
    return new RubyMarkWork(heap.liveObjects(), elements(), objects);
  }

  @Override
  public long elements() {
    return populations.isEmpty()
        ? 0
        : Math.max(0, newest().built(heap.givenOut()) - newest().shared);
  }

  private RubyPopulation newest() {
    return populations.get(populations.size() - 1);
  }

  @Override
  public void markStack(long aged, long names, boolean full, @Nullable RubyMarkWork steps) {
    // a holder's elements are pushed together, what one of them holds when it is popped
    long young = aged;
    if (!populations.isEmpty()) {
      young = aged * newest().pushedEach() / Math.max(1, newest().shape.slotsOfHolder());
    }
    long deepest = young;
    boolean findsClass = false;
    if (full) {
      for (RubyPopulation population : populations) {
        long built = population.built(heap.givenOut());
        if (steps != null && population == newest()) {
          built = population.shared + steps.together(elements());
        }
        if (built * population.pushedEach() >= deepest) {
          deepest = built * population.pushedEach();
          findsClass = steps == null && !inBlock && population.hasOwnClass();
        }
      }
      interpreter.write(RubyStartImage.CRUBY_3_1.collectPages, RubyCauses.COLLECTOR);
    }
    boolean[] held = heldByOld();
    boolean old = !populations.isEmpty() && held[newest().owner];
    evacuation.promotes(full, old ? transientHeap.marked() : 0, held);
    WriteSink sink = memory.sink(RubyCauses.MARK_STACK);
    if (full) {
      markStack.reachAll(
          deepest, interned.symbolStrings(), findsClass, evacuation::promoteAllBut, brk, sink);
    } else {
      markStack.reachYoung(young, names, evacuation::promoteAllBut, brk, sink);
    }
  }

  @Override
  public void markAgain() {
    markStack.idle(brk, memory.sink(RubyCauses.MARK_STACK));
  }

  @Override
  public void marked(boolean inSteps) {
    stack.marked(inSteps);
  }

  @Override
  public void transientHeapMarking() {
    transientHeap.startMarking();
  }

  @Override
  public void transientHeapMarked(RubyCollector of) {
    long tables = evacuation.evacuate();
    libraries.evacuate();
    for (RubyPopulation population : populations) {
      if (population.buffer == 0 && population.isArray()) {
        giveBuffer(population);
      }
    }
    RubyPopulation left = warmed.alive();
    if (left != null && left.buffer == 0 && left.isArray()) {
      giveBuffer(left);
    }
    of.accounted(tables * GlibcArena.usableBytes(RubyTransientHeap.TABLE_BYTES));
  }

  @Override
  public void died(RubyHeapPage page, int slot, int state) {
    if (RubySlots.owner(state) == RubySlots.WITH_ID) {
      objectIds.take(this);
    }
    long[] blocks = page.takeBlocks(slot);
    if (blocks != null) {
      WriteSink sink = memory.sink(RubyCauses.SWEEP_FREE);
      for (int i = 0; i < blocks.length; i += 2) {
        collector.freed(blocks[i + 1] - 8);
        brk.free(BRK_START + blocks[i] + 16, blocks[i + 1] - 8, sink);
      }
    }
    long address = page.blockAddress(slot);
    if (address != 0) {
      if (!RubyTransientHeap.holds(address)) {
        xmalloc.free(address, page.blockBytes(slot));
      }
      page.hold(slot, 0, 0);
    }
  }

  @Override
  public void swept() {
    for (RubyPopulation population : populations) {
      if (population.dropsSymbols) {
        new RubyDroppedSymbols(heap, population).takeOut(this);
      }
    }
  }

  @Override
  public void moved(RubyCompaction compaction) {
    interpreter.write(RubyStartImage.CRUBY_3_1.compactPages, RubyCauses.COMPACT);
    WriteSink sink = memory.sink(RubyCauses.COMPACT);
    typesMoved = FEW_TYPES;
    if (compaction.moved(0) > IMAGE_MOVES) {
      typesMoved = MANY_TYPES;
      heap.writeImagePages(RubyStartImage.CRUBY_3_1.compactSlots, sink);
    }
    for (RubyPopulation population : populations) {
      population.moved(compaction.moved(population.owner), this, sink);
      if (RubyShape.hasHashOfObjects(population.plan.of())) {
        compaction.writeTables(population.owner);
      }
      for (RubyPopulation lender : populations.subList(0, population.owner - 1)) {
        population.lentMoved(lender, compaction.moved(lender.owner), this, sink);
      }
    }
  }
}
