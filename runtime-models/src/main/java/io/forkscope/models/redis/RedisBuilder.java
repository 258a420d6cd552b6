package io.forkscope.models.redis;

import java.util.List;
import java.util.SplittableRandom;

/** Fills a server with the populations of a scenario. */
final class RedisBuilder {

  private final List<RedisData> populations;
  private final Keyspace keys;
  private final MainTable table;
  private final RedisServer server;

  RedisBuilder(List<RedisData> populations, Keyspace keys, MainTable table, RedisServer server) {
    this.populations = populations;
    this.keys = keys;
    this.table = table;
    this.server = server;
  }

  void build() {
    int first = 0;
    for (RedisData data : populations) {
      keys.extend(data.count());
      if (data.kind().equals("list")) {
        keys.withLists();
      }
      if (data.isPopulate()) {
        table.expandTo(data.count());
      }
      int[] order = order(data);
      boolean inRounds = data.kind().equals("string") && !data.isPopulate();
      SetRounds rounds = server.setRounds(data.names().length(0), data.bytes());
      for (int i = 0; i < data.count(); i++) {
        make(data, first + i, order.length == 0 ? i : order[i]);
        i += inRounds ? rounds.makeAfter(first + i, data.count() - 1 - i) : 0;
      }
      first += data.count();
    }
    first = 0;
    for (RedisData data : populations) {
      int every = data.population().keepEvery();
      Ranks ranks = Ranks.of(data);
      for (int i = 0; every > 1 && i < data.count(); i++) {
        if (i % every != 0) {
          server.delete(first + ranks.of(i), data.names().length(i));
        }
      }
      first += data.count();
    }
  }

  /**
   * The order in which keys are made, shuffled with the population's seed; empty for their own
   * order.
   */
  static int[] order(RedisData data) {
    if (data.population().shuffleSeed() < 0) {
      return new int[0];
    }
    int[] order = new int[data.count()];
    SplittableRandom random = new SplittableRandom(data.population().shuffleSeed());
    for (int i = 0; i < order.length; i++) {
      int to = random.nextInt(i + 1);
      order[i] = order[to];
      order[to] = i;
    }
    return order;
  }

  private void make(RedisData data, int key, int number) {
    int length = data.names().length(number);
    if (data.isPopulate()) {
      server.populate(key, length, data.bytes());
      return;
    }
    switch (data.kind()) {
      case "integer" -> server.setInteger(key, length, RedisData.INTEGER_DIGITS);
      case "hash" -> server.makeHash(key, length, data.elements(), data.fieldBytes(), data.bytes());
      case "list" -> server.makeList(key, length, data.elements(), data.bytes());
      default -> server.set(key, length, data.bytes());
    }
  }
}
