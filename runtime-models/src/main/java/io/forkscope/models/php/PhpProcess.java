package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;

/** One simulated process of PHP 8.2's command line. */
final class PhpProcess implements RuntimeProcess {

  /** Elements of the arrays that {@code warm-up} builds, unless it says otherwise. */
  private static final String WARM_UP_COUNT = "200";

  private static final long PAGE = 4096;

  private final Scenario plan;
  private final ObservedAddresses told;
  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final PhpCollector collector;
  private final PhpObjectStore store;
  private final PhpRandom random;
  private final PhpBuilder builder;
  private final PhpRelease release;
  private final PhpKept kept;
  private final PhpIncludes includes;
  private final List<PhpPopulation> populations;
  private final PhpActions actions;

  PhpProcess(Scenario plan, ProcessMemory memory, ObservedAddresses told) {
    this.plan = plan;
    this.told = told;
    this.memory = memory;
    this.heap = PhpStartup.lay(memory, PhpModel.opcache(plan).equals("on"));
    this.store = new PhpObjectStore(memory, heap, PhpStartup.OBJECT_STORE);
    this.collector = new PhpCollector(memory, heap, store);
    this.populations = new ArrayList<>();
    this.random = new PhpRandom(plan.seed());
    this.kept = new PhpKept();
    this.includes = new PhpIncludes(memory, heap, PhpModel.opcache(plan).equals("on"));
    this.builder = new PhpBuilder(memory, heap, collector, store, random);
    this.release = new PhpRelease(memory, heap, store);
    this.actions = actions();
    if (plan.options().getOrDefault("collector", "on").equals("off")) {
      collector.disable();
    }
  }

  private PhpProcess(PhpProcess parent, ProcessMemory memory, int childIndex) {
    this.plan = parent.plan;
    this.told = parent.told;
    this.memory = memory;
    this.heap = new ZendMemory(parent.heap, memory, PhpCauses.ALLOCATION, PhpCauses.FREE);
    this.store = new PhpObjectStore(parent.store, memory, heap);
    this.collector = new PhpCollector(parent.collector, memory, heap, store);
    this.populations = new ArrayList<>();
    parent.populations.forEach(population -> populations.add(new PhpPopulation(population)));
    this.random = new PhpRandom(parent.random);
    this.kept = new PhpKept(parent.kept);
    this.includes = new PhpIncludes(parent.includes, memory, heap);
    this.builder = new PhpBuilder(memory, heap, collector, store, random);
    this.release = new PhpRelease(memory, heap, store);
    this.actions = actions();
    random.seed(plan.seed() + 1000L * (childIndex + 1));
  }

  private PhpActions actions() {
    return new PhpActions(
        memory, heap, collector, builder, release, kept, includes, random, populations);
  }

  @Override
  public void build() {
    for (Population population : plan.populations()) {
      populations.add(builder.build(population, populations));
    }
    for (Step step : plan.preparations()) {
      prepare(step);
    }
    if (!told.isEmpty()) {
      new PhpToldPlacement(told, populations, memory).place(populations);
    }
  }

  private void prepare(Step step) {
    switch (step.verb()) {
      case "warm-up" -> warmUp(Long.parseLong(step.argument("count", WARM_UP_COUNT)));
      default -> actions.take(step);
    }
  }

  /** Takes the actions on small arrays of the same kinds, and drops them. */
  private void warmUp(long count) {
    List<PhpPopulation> small = new ArrayList<>();
    for (Population of : plan.populations()) {
      Population fewer =
          new Population(of.name(), of.holder(), of.of(), count, of.shuffleSeed(), of.keepEvery());
      PhpPopulation built = builder.build(fewer, populations);
      populations.add(small.size(), built); // found by its name before the one that stays
      small.add(built);
    }
    plan.actions().forEach(actions::take);
    for (PhpPopulation population : small) {
      if (population.alive) {
        actions.unset(population);
      }
    }
    populations.removeAll(small);
  }

  @Override
  public RuntimeProcess fork(ProcessMemory childMemory, int childIndex) {
    return new PhpProcess(this, childMemory, childIndex);
  }

  /** Measured on php8.2-cli 8.2.36: 4 to 10 pages in the child, 2 in the parent. */
  @Override
  public void afterFork(boolean isChild) {
    WriteSink sink = memory.sink(PhpCauses.FORK);
    sink.write(PhpStartup.STACK, 8);
    sink.writeRange(PhpStartup.DATA, isChild ? 4 * PAGE : PAGE);
    if (isChild) {
      sink.writeRange(PhpStartup.OTHER, 2 * PAGE);
    }
  }

  @Override
  public void request(long request) {
    WriteSink sink = memory.sink(PhpCauses.INTERPRETER);
    // the VM stack's current page, and a page of the C stack: measured, an empty action breaks 2
    sink.write(PhpStartup.VM_STACK, 8);
    sink.write(PhpStartup.STACK + PAGE, 8);
    plan.actions().forEach(actions::take);
  }
}
