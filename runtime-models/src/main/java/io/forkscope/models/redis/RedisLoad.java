package io.forkscope.models.redis;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.List;

/**
 * One action of a scenario, bound to its population: which key each command touches, and with what.
 * The model and the real load are made of the same ones.
 */
final class RedisLoad {

  private final Step step;
  private final RedisData data;
  private final int firstKey;
  private final Ranks ranks;
  private final KeyChooser chooser;
  private final int bytes;
  private final int offset;
  private final int field;

  /**
   * Binds an action.
   *
   * @param populations of the scenario, at least one
   * @param index of the action, which its choice of keys depends on
   * @throws IllegalArgumentException if it makes no sense for its population
   */
  RedisLoad(Scenario scenario, List<RedisData> populations, Step step, int index) {
    this.step = step;
    Nearest.check("action", step.verb(), RedisVocabulary.actionNames());
    int first = 0;
    RedisData found = populations.get(0);
    String on = step.target().orElse(found.population().name());
    for (RedisData one : populations) {
      if (one.population().name().equals(on)) {
        found = one;
        break;
      }
      first += one.count();
    }
    this.data = found;
    this.firstKey = first;
    requireKind();
    this.ranks = Ranks.of(data);
    this.chooser = new KeyChooser(step, Math.max(1, data.count()), scenario.seed() + 31L * index);
    boolean own = step.verb().equals("set") || step.verb().equals("set-new");
    this.bytes = RedisData.number(step, "bytes", own ? data.bytes() : 8, 1, 512 << 20);
    this.offset = RedisData.number(step, "offset", 0, 0, 512 << 20);
    this.field = RedisData.number(step, "field", 0, 0, Math.max(0, data.elements() - 1));
  }

  private void requireKind() {
    List<String> kinds =
        switch (step.verb()) {
          case "get", "set", "set-new" -> List.of("string", "integer");
          case "set-range", "append" -> List.of("string");
          case "increment" -> List.of("integer");
          case "set-field" -> List.of("hash");
          case "push" -> List.of("list");
          default -> List.of(data.kind());
        };
    if (!kinds.contains(data.kind())) {
      throw new IllegalArgumentException(
          step.verb() + " is for " + String.join(", ", kinds) + ", not for " + data.kind());
    }
  }

  boolean isNothing() {
    return step.verb().equals("nothing");
  }

  boolean makesKeys() {
    return step.verb().equals("set-new");
  }

  String verb() {
    return step.verb();
  }

  RedisData data() {
    return data;
  }

  /** A key of the population among all keys, in the order in which they were made. */
  int made(long key) {
    return firstKey + ranks.of((int) key);
  }

  /** The next key's number in its population. */
  long nextKey() {
    return chooser.next();
  }

  int bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  int field() {
    return field;
  }
}
