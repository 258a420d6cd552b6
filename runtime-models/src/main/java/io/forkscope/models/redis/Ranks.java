package io.forkscope.models.redis;

/** When each key of a population was made: keys that were shuffled are found by it. */
final class Ranks {

  private final int[] ranks;

  private Ranks(int[] ranks) {
    this.ranks = ranks;
  }

  static Ranks of(RedisData data) {
    int[] order = RedisBuilder.order(data);
    int[] ranks = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      ranks[order[i]] = i;
    }
    return new Ranks(ranks);
  }

  /** The rank of a key, from 0. */
  int of(int key) {
    return ranks.length == 0 ? key : ranks[key];
  }
}
