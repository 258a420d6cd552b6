package io.forkscope.core.simulation;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.ForkPlan.Acting;
import io.forkscope.core.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one scenario: builds the parent, forks, lets everybody act, counts at the marks. A pure
 * function of the scenario and the model.
 *
 * <p>Processes take turns request by request, the parent last; so where parent and child race for a
 * page, the child has written it first. The order decides who copies and who keeps the frame, never
 * whether the page is still shared.
 */
public final class Simulation {

  /** One process with the model that moves it. */
  private record Actor(CowProcess memory, RuntimeProcess runtime) {}

  private final Scenario scenario;
  private final CowProcess parentMemory;
  private final RuntimeProcess parent;
  private final List<Actor> children = new ArrayList<>();
  private long forked;

  private Simulation(Scenario scenario, RuntimeModelProvider provider, KernelRules rules) {
    this.scenario = scenario;
    parentMemory = new CowSpace(rules).create("parent");
    parent = provider.create(scenario.version()).start(scenario, new SimulatedMemory(parentMemory));
  }

  /**
   * Runs a scenario under the rules of kernels since 5.8.
   *
   * @throws IllegalArgumentException if the scenario asks for what the model does not know
   */
  public static Trajectory run(Scenario scenario, RuntimeModelProvider provider) {
    return run(scenario, provider, KernelRules.SINCE_5_8);
  }

  /** Runs a scenario under the rules of a kernel. */
  public static Trajectory run(
      Scenario scenario, RuntimeModelProvider provider, KernelRules rules) {
    return new Simulation(scenario, provider, rules).run();
  }

  private Trajectory run() {
    parent.build();
    for (int i = 0; i < scenario.fork().children(); i++) {
      children.add(forkChild());
    }
    ErosionRecorder recorder = new ErosionRecorder(parentMemory.space(), parentMemory, "requests");
    recorder.mark(0, acting());
    long request = 0;
    for (long mark : scenario.requests().marks()) {
      while (request < mark) {
        serve(request++);
      }
      if (mark > 0) {
        recorder.mark(mark, acting());
      }
    }
    return recorder.finish(acting(), scenario.fork().children());
  }

  private Actor forkChild() {
    CowProcess memory = parentMemory.fork("child " + (forked + 1));
    RuntimeProcess runtime = parent.fork(new SimulatedMemory(memory), Math.toIntExact(forked++));
    parent.afterFork(false);
    runtime.afterFork(true);
    return new Actor(memory, runtime);
  }

  private void serve(long request) {
    long recycleAfter = scenario.requests().recycleAfter();
    if (scenario.fork().acting() != Acting.PARENT) {
      for (int i = 0; i < children.size(); i++) {
        if (recycleAfter > 0 && request > 0 && request % recycleAfter == 0) {
          children.get(i).memory().exit();
          children.set(i, forkChild());
        }
        children.get(i).runtime().request(request);
      }
    }
    if (scenario.fork().acting() != Acting.CHILDREN) {
      parent.request(request);
    }
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
