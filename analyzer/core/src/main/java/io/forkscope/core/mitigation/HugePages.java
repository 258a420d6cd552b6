package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.KernelOption;
import io.forkscope.core.scenario.Scenario;

/** Another page size behind the heap. */
final class HugePages implements Mitigation {

  @Override
  public String id() {
    return "huge-pages";
  }

  @Override
  public String sentence() {
    return "Back the heap with transparent huge pages of 2 MiB"
        + " (/sys/kernel/mm/transparent_hugepage).";
  }

  @Override
  public String cost() {
    return "Memory that was never touched becomes resident; the first write to each huge"
        + " page splits it.";
  }

  @Override
  public String evidence() {
    return "Linux since 5.8 copies 4 KiB on a write to a shared huge page (mm/huge_memory.c,"
        + " do_huge_pmd_wp_page), so that sharing is neither won nor lost; what is lost is"
        + " the untouched rest. Redis advises against it.";
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
    return Words.with(scenario, KernelOption.PAGE_SIZE.key(), "2m");
  }
}
