package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** glibc's malloc in place of the allocator that a server is built with. */
final class LibcMalloc implements Mitigation {

  private static final String OPTION = "malloc";

  @Override
  public String id() {
    return "libc-malloc";
  }

  @Override
  public String sentence() {
    return "Run on glibc's malloc (Redis: make MALLOC=libc) instead of jemalloc.";
  }

  @Override
  public String cost() {
    return "A server that replaces values of many sizes fragments more, and has no MEMORY PURGE.";
  }

  @Override
  public String evidence() {
    return "jemalloc 5.3.0 src/tcache.c and arena.c: freed slots go back to their own slabs; glibc"
        + " 2.36 malloc/malloc.c: any freed neighbours are joined and cut again, each with a header"
        + " that is written. Measured: 1,901 of 15,807 pages less under 20,000 SETs of 300 bytes,"
        + " 1,285 more than 6,302 under 15,000 HSETs.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.hasOption(provider, OPTION) && !scenario.options().containsKey(OPTION);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.with(scenario, OPTION, "libc");
  }
}
