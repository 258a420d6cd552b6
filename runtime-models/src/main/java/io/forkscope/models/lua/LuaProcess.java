package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.ArrayList;
import java.util.List;

/** One simulated process of the command {@code lua5.4}. */
final class LuaProcess implements RuntimeProcess {

  /** Elements of the tables that {@code warm-up} builds, unless it says otherwise. */
  private static final String WARM_UP_COUNT = "200";

  private static final long PAGE = 4096;

  /** Blocks up to which malloc is followed chunk by chunk: up to a second where many are freed. */
  private static final long MOST_CHUNKS = 4_000_000;

  private final Scenario plan;
  private final ObservedAddresses told;
  private final ProcessMemory memory;
  private final GlibcHeap heap;
  private final LuaStringTable strings;
  private final LuaCollector collector;
  private final List<LuaPopulation> populations = new ArrayList<>();
  private final LuaBuilder builder;
  private final LuaRandom random;
  private final LuaActions actions;

  /** Nodes of the table that names the populations. */
  private long names;

  LuaProcess(Scenario plan, ProcessMemory memory, ObservedAddresses told) {
    this.plan = plan;
    this.told = told;
    this.memory = memory;
    LuaHeapImage image = new LuaHeapImage();
    LuaStart start = LuaStart.of(plan);
    heap = image.lay(memory, blocks(plan) <= MOST_CHUNKS, start.garbage());
    strings = new LuaStringTable(memory, heap, plan.seed(), start.names());
    collector = new LuaCollector(memory, heap, image, strings, populations, start);
    if (start.incremental) {
      collector.changeMode(false);
      collector.collect();
    }
    builder = new LuaBuilder(memory, heap, strings, collector, populations);
    random = new LuaRandom(plan.seed());
    actions = new LuaActions(memory, heap, collector, builder, populations, random);
  }

  private LuaProcess(LuaProcess parent, ProcessMemory memory, int childIndex) {
    plan = parent.plan;
    told = parent.told;
    this.memory = memory;
    heap = parent.heap.fork(memory);
    strings = new LuaStringTable(parent.strings, memory, heap);
    parent.populations.forEach(population -> populations.add(new LuaPopulation(population)));
    collector = new LuaCollector(parent.collector, memory, heap, strings, populations);
    builder = new LuaBuilder(memory, heap, strings, collector, populations);
    random = new LuaRandom(plan.seed() + 1000L * (childIndex + 1));
    actions = new LuaActions(memory, heap, collector, builder, populations, random);
  }

  /** Blocks that the populations take. */
  private static long blocks(Scenario plan) {
    long blocks = 0;
    for (Population of : plan.populations()) {
      blocks +=
          of.count() * new LuaPopulation(of.name(), of.holder(), of.of(), false, 0).roles.size();
    }
    return blocks;
  }

  @Override
  public void build() {
    LuaStart start = LuaStart.of(plan);
    int index = 0;
    for (Population population : plan.populations()) {
      builder.build(population);
      shuffle(population);
      if (start.namesPopulations()) {
        name(index++);
      }
    }
    for (Step step : plan.preparations()) {
      if (step.verb().equals("warm-up")) {
        warmUp(Long.parseLong(step.argument("count", WARM_UP_COUNT)));
      } else {
        actions.take(step);
      }
    }
    // what the program makes last lies above all else and keeps the top where it is; making it is
    // also where the debt of tables that grew, which luaH_resize does not check, is paid
    for (int bytes : start.madeLast()) {
      take(bytes);
      collector.check();
    }
    if (!told.isEmpty()) {
      new LuaToldPlacement(told, populations, memory).place(plan, populations);
    }
  }

  private long take(int bytes) {
    long block = heap.allocate(bytes);
    memory.sink(LuaCauses.STARTUP).write(block, bytes);
    collector.account(bytes);
    return block;
  }

  /** {@code P.name = …}, the index-th name: the nodes of a table double when they are full. */
  private void name(int index) {
    if (Integer.bitCount(index) < 2) {
      long nodes = take(LuaSizes.NODE_BYTES * Math.max(1, 2 * index));
      if (index > 0) {
        heap.free(names, (long) LuaSizes.NODE_BYTES * index);
        collector.account(-(long) LuaSizes.NODE_BYTES * index);
      }
      names = nodes;
    }
  }

  /**
   * Draws what the shuffle of a list draws; where its elements lie afterwards makes no difference.
   */
  private void shuffle(Population population) {
    if (population.shuffleSeed() >= 0 && !population.holder().equals("map")) {
      random.seed(population.shuffleSeed());
      LuaPopulation list = populations.get(populations.size() - 1);
      list.limited = true;
      for (long i = list.count; i > 1; i--) {
        random.below((double) i);
      }
    }
  }

  /** Takes the actions on small tables of the same kinds, and drops them. */
  private void warmUp(long count) {
    List<LuaPopulation> kept = List.copyOf(populations);
    for (Population of : plan.populations()) {
      builder.build(
          new Population(of.name(), of.holder(), of.of(), count, of.shuffleSeed(), of.keepEvery()));
    }
    List<LuaPopulation> small = new ArrayList<>(populations);
    small.removeAll(kept);
    plan.actions().forEach(actions::take);
    small.forEach(population -> population.dropped = true);
  }

  @Override
  public RuntimeProcess fork(ProcessMemory childMemory, int childIndex) {
    return new LuaProcess(this, childMemory, childIndex);
  }

  /** Measured on lua5.4 5.4.4: 4 pages in the child, 9 in the parent. */
  @Override
  public void afterFork(boolean isChild) {
    WriteSink sink = memory.sink(LuaCauses.FORK);
    sink.writeRange(LuaHeapImage.DATA, (isChild ? 3 : 2) * PAGE);
    sink.write(isChild ? LuaHeapImage.OTHER : LuaHeapImage.STACK, 8);
    LuaHeapImage.touchForked(sink);
  }

  @Override
  public void request(long request) {
    plan.actions().forEach(actions::take);
  }
}
