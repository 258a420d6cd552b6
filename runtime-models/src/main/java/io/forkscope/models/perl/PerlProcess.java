package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One simulated process of perl 5.36. */
final class PerlProcess implements RuntimeProcess {

  /** Pages of code, layers and handles that an exit frees. Measured, see {@link PerlCauses}. */
  private static final long EXIT_PAGES = 60;

  /**
   * Buckets of the hash of marks that the program has. Measured, as the next: a trace of malloc.
   */
  private static final long MARKS_BLOCK_BYTES = 64;

  /**
   * Two blocks that an exit takes: malloc sorts all that was freed if no free chunk is as large.
   */
  private static final long EXIT_BLOCK_BYTES = 80;

  private final Scenario plan;
  private final ObservedAddresses told;
  private final ProcessMemory memory;

  /** Values up to which malloc is followed chunk by chunk: some tenths of a second. */
  private static final long MOST_CHUNKS = 1_000_000;

  private final PerlHeap heap;
  private final PerlStacks stacks;
  private final PerlKeys keyTable;
  private final PerlScalars scalars;
  private final PerlModules modules;
  private final PerlBuilder builder;
  private final List<PerlPopulation> populations = new ArrayList<>();
  private final PerlRandom random;
  private final PerlActions actions;

  PerlProcess(Scenario plan, ProcessMemory memory, ObservedAddresses told) {
    this.plan = plan;
    this.told = told;
    this.memory = memory;
    GlibcHeap malloc = PerlImage.lay(memory, values(plan) <= MOST_CHUNKS);
    heap = new PerlHeap(memory, malloc);
    PerlImage.addFreeSlots(heap);
    stacks = new PerlStacks(memory, malloc);
    keyTable = new PerlKeys(memory, malloc);
    scalars = new PerlScalars(memory, heap, stacks);
    modules = new PerlModules(memory, heap, keyTable);
    builder = new PerlBuilder(memory, heap, stacks, scalars, keyTable);
    random = new PerlRandom(plan.seed());
    actions = actions();
  }

  private PerlProcess(PerlProcess parent, ProcessMemory memory, int childIndex) {
    plan = parent.plan;
    told = parent.told;
    this.memory = memory;
    heap = new PerlHeap(parent.heap, memory);
    stacks = new PerlStacks(parent.stacks, memory, heap.malloc());
    keyTable = new PerlKeys(parent.keyTable, memory, heap.malloc());
    scalars = new PerlScalars(parent.scalars, memory, heap, stacks);
    modules = new PerlModules(parent.modules, memory, heap, keyTable);
    builder = new PerlBuilder(memory, heap, stacks, scalars, keyTable);
    parent.populations.forEach(population -> populations.add(new PerlPopulation(population)));
    random = new PerlRandom(plan.seed() + 1000L * (childIndex + 1));
    actions = actions();
  }

  /** Values of all populations, each of which may take a block of the C heap. */
  private static long values(Scenario plan) {
    return plan.populations().stream().mapToLong(of -> of.count() * values(of.of())).sum();
  }

  private static long values(Value value) {
    return 1 + value.parts().stream().mapToLong(PerlProcess::values).sum();
  }

  private PerlActions actions() {
    return new PerlActions(
        memory, stacks, scalars, builder, populations, modules, keyTable, random);
  }

  @Override
  public void build() {
    for (Population population : plan.populations()) {
      PerlPopulation built = builder.build(population);
      if (population.shuffleSeed() >= 0 && !built.isMap) {
        random.seed(population.shuffleSeed());
        built.shuffle(random);
      }
      populations.add(built);
    }
    take("prepare_", plan.preparations());
    heap.malloc().allocateZeroed(MARKS_BLOCK_BYTES);
    if (!told.isEmpty()) {
      new PerlToldPlacement(told, populations, heap, memory).place();
    }
  }

  @Override
  public RuntimeProcess fork(ProcessMemory childMemory, int childIndex) {
    return new PerlProcess(this, childMemory, childIndex);
  }

  /** Measured on perl 5.36.0: 11 pages in the child, 10 in the parent. */
  @Override
  public void afterFork(boolean isChild) {
    WriteSink sink = memory.sink(PerlCauses.FORK);
    sink.writeRange(PerlImage.HEAP, (isChild ? 8L : 4L) * PerlImage.PAGE);
    sink.writeRange(PerlImage.DATA, (isChild ? 2L : 3L) * PerlImage.PAGE);
    sink.write(PerlImage.OTHER, 8);
    if (!isChild) {
      sink.writeRange(PerlImage.STACK, 2L * PerlImage.PAGE);
    }
  }

  @Override
  public void request(long request) {
    take("act_", plan.actions());
  }

  /** Each step is a function of its own in the program. */
  private void take(String function, List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      scalars.enter(function + i);
      actions.take(steps.get(i));
      if (steps.get(i).verb().equals(PerlModel.EXIT)) {
        exit();
      }
    }
  }

  /**
   * Leaving the file's scope clears its variables, but one that a function uses too is held by the
   * function (scope.c, SAVEt_CLEARSV). Objects are destroyed in any case; package variables are
   * left as they are.
   */
  private void exit() {
    memory
        .sink(PerlCauses.DESTRUCTION)
        .writeRange(PerlImage.HEAP + 250L * PerlImage.PAGE, EXIT_PAGES * PerlImage.PAGE);
    heap.malloc().allocateZeroed(EXIT_BLOCK_BYTES);
    heap.malloc().allocateZeroed(EXIT_BLOCK_BYTES);
    for (PerlPopulation population : populations) {
      if (population.count == 0 || population.emptied) {
        continue;
      }
      if (PerlModel.lexical(plan) && !isUsedByAFunction(population.name)) {
        scalars.clear(population);
        keyTable.forget(population.isMap ? population.count : 0);
      } else {
        scalars.destroyObjects(population);
      }
    }
  }

  private boolean isUsedByAFunction(String name) {
    return Stream.concat(plan.preparations().stream(), plan.actions().stream())
        .anyMatch(step -> step.target().orElse("").equals(name));
  }
}
