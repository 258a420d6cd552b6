package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The actions taken once in the parent, on the very data that workers will use. */
final class WarmOwnData implements Mitigation {

  private static final String VERB = "run";

  /** Actions that leave other data than they found, or that are mitigations of their own. */
  private static final List<String> NOT_REPEATABLE =
      List.of("gc", "gc4", "minor", "compact", "alloc", "freeze", "noop");

  @Override
  public String id() {
    return "warm-own-data";
  }

  @Override
  public String sentence() {
    return "Take the workers' actions once in the parent, on the data that they share.";
  }

  @Override
  public String cost() {
    return "Start takes as long as one pass; caches that are filled stay filled.";
  }

  @Override
  public String evidence() {
    return "CRuby 3.1 string.c, rb_enc_str_coderange; vm_insnhelper.c, inline caches: filled on the"
        + " first use and never again. Measured: length of 200,000 strings breaks 2,727 pages in the"
        + " first child and none once the parent has asked.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.preparation(provider, VERB).isPresent()
        && !Words.has(scenario.preparations(), VERB)
        && scenario.actions().stream().anyMatch(WarmOwnData::isRepeatable);
  }

  private static boolean isRepeatable(Step step) {
    return !NOT_REPEATABLE.contains(step.verb());
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    List<Step> steps = new ArrayList<>();
    for (Step action : scenario.actions()) {
      if (isRepeatable(action)) {
        Map<String, String> arguments = new HashMap<>(Map.of("action", action.verb()));
        action.target().ifPresent(on -> arguments.put("on", on));
        steps.add(new Step(VERB, arguments));
      }
    }
    steps.addAll(scenario.preparations());
    return scenario.withPreparations(steps);
  }
}
