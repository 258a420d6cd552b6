package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.List;

/** {@code os.posix_spawn} in place of {@code subprocess}, where a worker starts programs. */
final class PosixSpawn implements Mitigation {

  private static final String FORKING = "subprocess";
  private static final String SPAWNING = "posix-spawn";

  @Override
  public String id() {
    return "posix-spawn";
  }

  @Override
  public String sentence() {
    return "Start programs by os.posix_spawn instead of subprocess.";
  }

  @Override
  public String cost() {
    return "No working directory, no preexec_fn and no pipes made for you: file actions instead.";
  }

  @Override
  public String evidence() {
    return "glibc 2.36 sysdeps/unix/sysv/linux/spawni.c: clone(CLONE_VM | CLONE_VFORK) copies no"
        + " page tables and shares every page until exec; CPython 3.8 Modules/posixmodule.c,"
        + " os_posix_spawn_impl, needs no import of subprocess, whose first use breaks most. What"
        + " the fork itself costs the parent: forkscope forkcost.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.has(scenario.actions(), FORKING)
        && Words.action(provider, SPAWNING).isPresent()
        && Words.atLeast(scenario.version(), 3, 8);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    List<Step> steps =
        scenario.actions().stream()
            .map(s -> s.verb().equals(FORKING) ? Words.step(SPAWNING) : s)
            .toList();
    return scenario.withActions(steps);
  }
}
