package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.KernelOption;
import io.forkscope.core.scenario.Scenario;

/** Another page size behind the heap. */
final class LargeFolios implements Mitigation {

  @Override
  public String id() {
    return "large-folios";
  }

  @Override
  public String sentence() {
    return "Back the heap with multi-size transparent huge pages of 64 KiB (Linux 6.8 and"
        + " later).";
  }

  @Override
  public String cost() {
    return "Memory that was never touched becomes resident, up to 60 KiB a piece.";
  }

  @Override
  public String evidence() {
    return "Linux 6.8 mm/memory.c, alloc_anon_folio; a write to a shared folio still copies"
        + " 4 KiB.";
  }

  @Override
  public Reach reach() {
    return Reach.WHAT_IF;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return !scenario.options().containsKey(KernelOption.PAGE_SIZE.key());
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.with(scenario, KernelOption.PAGE_SIZE.key(), "64k");
  }
}
