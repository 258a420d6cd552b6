package io.forkscope.models.redis;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Map;

/** Redis 7.0 on 64-bit Linux. */
final class RedisModel implements RuntimeModel {

  static final String MALLOC = "malloc";
  static final String HUGE_PAGES = "thp";
  static final String COMPRESSION = "compression";
  static final String PIPELINE = "pipeline";
  static final String RATE = "rate";

  private static final int MOST_TOGETHER = 100_000;
  private static final int MOST_PER_SECOND = 100_000_000;

  /** Assumes that a client that keeps a rate sends what is due in turns of so long. */
  private static final int TURNS_PER_SECOND = 1000;

  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          MALLOC,
          List.of("jemalloc", "libc"),
          HUGE_PAGES,
          List.of("off", "on"),
          COMPRESSION,
          List.of("on", "off"));

  private final ObservedAddresses told;

  /** A model that places keys where a run had them; {@link ObservedAddresses#NONE} for its own. */
  RedisModel(ObservedAddresses told) {
    this.told = told;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    check(plan);
    if (!told.isEmpty()) {
      RedisToldPlacement.check(plan);
    }
    return new RedisProcess(plan, memory, told);
  }

  /** Refuses words and numbers that make no sense, before anything is built. */
  static List<RedisData> check(Scenario plan) {
    plan.options()
        .forEach(
            (name, word) -> {
              List<String> names = List.of(MALLOC, PIPELINE, RATE, HUGE_PAGES, COMPRESSION);
              Nearest.check("option", name, names);
              if (OPTIONS.containsKey(name)) {
                Nearest.check(name, word, OPTIONS.getOrDefault(name, List.of()));
              }
            });
    pipeline(plan);
    if (plan.populations().isEmpty()) {
      throw new IllegalArgumentException("a Redis scenario needs a population of keys");
    }
    List<RedisData> data = RedisData.of(plan);
    long keys = data.stream().mapToLong(RedisData::count).sum();
    if (keys > Keyspace.MOST_KEYS) {
      throw new IllegalArgumentException(
          "a scenario holds at most " + Keyspace.MOST_KEYS + " keys, not " + keys);
    }
    plan.preparations().forEach(step -> new RedisLoad(plan, data, step, 0));
    plan.actions().forEach(step -> new RedisLoad(plan, data, step, 0));
    return data;
  }

  /**
   * Commands that the client sends together while the child lives; 0 for as many as fill a read.
   */
  static int pipeline(Scenario plan) {
    String text = plan.options().getOrDefault(PIPELINE, "");
    if (text.isEmpty() && rate(plan) > 0) {
      return Math.toIntExact(Math.max(1, rate(plan) * plan.actions().size() / TURNS_PER_SECOND));
    }
    return text.isEmpty() || text.equals("full")
        ? 0
        : RedisData.parse("option", PIPELINE, text, 0, 1, MOST_TOGETHER);
  }

  /** Requests a second while the child lives; 0 if the scenario does not say it. */
  static long rate(Scenario plan) {
    return RedisData.parse(
        "option", RATE, plan.options().getOrDefault(RATE, ""), 0, 1, MOST_PER_SECOND);
  }

  static boolean libc(Scenario plan) {
    return plan.options().getOrDefault(MALLOC, "jemalloc").equals("libc");
  }

  static boolean hugePages(Scenario plan) {
    return plan.options().getOrDefault(HUGE_PAGES, "off").equals("on");
  }

  /** Whether texts of more than 20 bytes are compressed: rdbcompression. */
  static boolean compresses(Scenario plan) {
    return plan.options().getOrDefault(COMPRESSION, "on").equals("on");
  }
}
