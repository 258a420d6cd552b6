package io.forkscope.core.simulation;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.ForkPlan.Acting;
import io.forkscope.core.scenario.KernelOption;
import io.forkscope.core.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Runs one scenario: builds the parent, forks, lets everybody act, counts at the marks. A pure
 * function of the scenario and the model.
 *
 * <p>Processes take turns request by request, the parent last; so where parent and child race for a
 * page, the child has written it first. The order decides who copies and who keeps the frame, never
 * whether the page is still shared.
 */
public final class Simulation {

  /** About so many times the memory of a family is noted, marks and replacements apart. */
  private static final long MEMORY_NOTES = 48;

  /** Moments at which peaks are looked at where the parent acts; about one a second of a save. */
  private static final int SAMPLES = 32;

  /** One process with the model that moves it. */
  private record Actor(CowProcess memory, RuntimeProcess runtime) {}

  private final Scenario scenario;
  private final PageSize pages;
  private final TreeMap<Long, Long> aligned = new TreeMap<>();
  private final CowProcess parentMemory;
  private final RuntimeProcess parent;
  private final List<Actor> children = new ArrayList<>();
  private long forked;

  private Simulation(Scenario scenario, RuntimeModel model, KernelRules rules) {
    this.scenario = scenario;
    this.pages = PagedMemory.pageSize(scenario);
    parentMemory = new CowSpace(rules).create("parent");
    parent = model.start(KernelOption.withoutAny(scenario), memory(parentMemory));
  }

  /**
   * Runs a scenario under the rules of kernels since 5.8.
   *
   * @throws IllegalArgumentException if the scenario asks for what the model does not know
   */
  public static Trajectory run(Scenario scenario, RuntimeModelProvider provider) {
    return run(scenario, provider, KernelRules.SINCE_5_8);
  }

  /** Runs a scenario on a model, under the rules of kernels since 5.8. */
  public static Trajectory run(Scenario scenario, RuntimeModel model) {
    return new Simulation(scenario, model, KernelRules.SINCE_5_8).run();
  }

  /** Runs a scenario under the rules of a kernel. */
  public static Trajectory run(
      Scenario scenario, RuntimeModelProvider provider, KernelRules rules) {
    return new Simulation(scenario, provider.create(scenario.version()), rules).run();
  }

  private Trajectory run() {
    parent.build();
    for (int i = 0; i < scenario.fork().children(); i++) {
      children.add(forkChild());
    }
    ErosionRecorder recorder =
        new ErosionRecorder(parentMemory.space(), parentMemory, "requests", sleepers());
    long sampleEvery = Math.max(1, scenario.requests().count() / SAMPLES);
    recorder.mark(0, acting());
    recorder.memory(0);
    long every = Math.max(1, scenario.requests().count() / MEMORY_NOTES);
    long request = 0;
    for (long mark : scenario.requests().marks()) {
      while (request < mark) {
        if (replaces(request)) {
          replaceWorkers(request, recorder);
        }
        serve(request++);
        if (request % every == 0 && request < mark && !replaces(request)) {
          recorder.memory(request);
        }
        if (scenario.fork().acting() == Acting.PARENT && request % sampleEvery == 0) {
          recorder.sample();
        }
      }
      if (mark > 0) {
        recorder.mark(mark, acting());
        recorder.memory(mark);
      }
    }
    return recorder.finish(acting(), scenario.fork().children());
  }

  private ProcessMemory memory(CowProcess process) {
    ProcessMemory memory = new SimulatedMemory(process);
    return pages == PageSize.BASE_4K ? memory : new PagedMemory(memory, pages, aligned);
  }

  private Actor forkChild() {
    CowProcess memory = parentMemory.fork("child " + (forked + 1));
    RuntimeProcess runtime = parent.fork(memory(memory), Math.toIntExact(forked++));
    parent.afterFork(false);
    runtime.afterFork(true);
    return new Actor(memory, runtime);
  }

  private boolean replaces(long request) {
    long after = scenario.requests().recycleAfter();
    return scenario.fork().acting() != Acting.PARENT
        && after > 0
        && request > 0
        && request % after == 0;
  }

  /** Every worker ends, one slot after the other, and a fresh fork of the parent takes its slot. */
  private void replaceWorkers(long request, ErosionRecorder recorder) {
    recorder.memory(request);
    for (int i = 0; i < children.size(); i++) {
      children.get(i).memory().exit();
      children.set(i, forkChild());
    }
    recorder.forked(acting());
    recorder.memory(request);
  }

  private void serve(long request) {
    if (scenario.fork().acting() != Acting.PARENT) {
      children.forEach(child -> child.runtime().request(request));
    }
    if (scenario.fork().acting() == Acting.PARENT) {
      children.forEach(c -> c.runtime().meanwhile(request));
    }
    if (scenario.fork().acting() != Acting.CHILDREN) {
      parent.request(request);
    }
  }

  private List<CowProcess> sleepers() {
    return scenario.fork().acting() == Acting.PARENT
        ? children.stream().map(Actor::memory).toList()
        : List.of();
  }

  private List<CowProcess> acting() {
    List<CowProcess> acting = new ArrayList<>();
    if (scenario.fork().acting() != Acting.PARENT) {
      children.forEach(c -> acting.add(c.memory()));
    } else {
      acting.add(parentMemory);
    }
    return acting;
  }
}
