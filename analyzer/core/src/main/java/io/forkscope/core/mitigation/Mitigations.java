package io.forkscope.core.mitigation;

import io.forkscope.core.scenario.Nearest;
import java.util.List;

/**
 * Every mitigation, one line each. The order is that in which they are applied when several are:
 * what changes the data first, what must be the last thing before the fork last.
 */
public final class Mitigations {

  private static final List<Mitigation> ALL =
      List.of(
          new Buffers(),
          new SystemMalloc(),
          new LibcMalloc(),
          new OneArena(),
          new BasePages(),
          new PosixSpawn(),
          new ImmortalObjects(),
          new OffObjectCounts(),
          new HugePages(),
          new LargeFolios(),
          new ImportBeforeFork(),
          new WarmUp(),
          new WarmOwnData(),
          new DisableCollector(),
          new CollectBeforeFork(),
          new SettleAges(),
          new CompactBeforeFork(),
          new FreezeCollector(),
          new CollectAndFreeze(),
          new RecycleWorkers(),
          new CollectInChild(),
          new CompactInChild(),
          new ExitWithoutCleanup());

  private Mitigations() {}

  /** All of them, in the order in which they are applied. */
  public static List<Mitigation> all() {
    return ALL;
  }

  /**
   * The mitigation of an id.
   *
   * @throws IllegalArgumentException naming the nearest id if there is none
   */
  public static Mitigation byId(String id) {
    return ALL.stream()
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Nearest.refusal("mitigation", id, ALL.stream().map(Mitigation::id).toList())));
  }
}
