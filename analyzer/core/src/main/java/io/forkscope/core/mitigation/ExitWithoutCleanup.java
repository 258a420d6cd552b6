package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.List;

/** {@code _exit} in place of {@code exit} at a worker's end. */
final class ExitWithoutCleanup implements Mitigation {

  private static final String VERB = "exit";
  private static final String NOTHING = "nothing";

  @Override
  public String id() {
    return "exit-without-cleanup";
  }

  @Override
  public String sentence() {
    return "Let workers end with _exit (POSIX::_exit), which leaves all objects as they are.";
  }

  @Override
  public String cost() {
    return "No destructor, END block or atexit function runs and no buffer is flushed: flush first.";
  }

  @Override
  public String evidence() {
    return "perl 5.36 perl.c, perl_destruct, and sv.c, sv_clean_objs: a child that exits with"
        + " 100,000 blessed hashes in a package variable broke 9,562 pages here, one that left with"
        + " POSIX::_exit 22.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.has(scenario.actions(), VERB) && Words.action(provider, NOTHING).isPresent();
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    List<Step> rest = scenario.actions().stream().filter(s -> !s.verb().equals(VERB)).toList();
    return scenario.withActions(rest.isEmpty() ? List.of(Words.step(NOTHING)) : rest);
  }
}
