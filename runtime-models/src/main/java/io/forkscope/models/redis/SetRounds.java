package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.HeapAllocator;

/**
 * SETs of new keys, all alike, before the fork. What a SET takes for its arguments it gives back,
 * so that the next one writes the same blocks again; while the allocator only hands out blocks that
 * it has at hand, nothing but the blocks that stay differs from one SET to the next.
 */
final class SetRounds {

  private final HeapAllocator heap;
  private final Keyspace keys;
  private final MainTable table;
  private final Arguments arguments;
  private final WriteSink sink;
  private final int commandBytes;
  private final int[] passing;
  private final int[] kept;
  private final boolean isRaw;

  /** Whether the next SET takes the same blocks for its arguments in the same order. */
  private final boolean isSteady;

  /**
   * SETs by {@link RedisServer#set}.
   *
   * @param sink of all writes
   * @param nameLength of all keys
   * @param bytes of all values
   */
  SetRounds(
      HeapAllocator heap,
      Keyspace keys,
      MainTable table,
      Arguments arguments,
      WriteSink sink,
      int nameLength,
      int bytes) {
    this.heap = heap;
    this.keys = keys;
    this.table = table;
    this.arguments = arguments;
    this.sink = sink;
    commandBytes = Arguments.commandBytes(3, nameLength, bytes);
    int vector = 3 * RedisSizes.POINTER;
    int verb = RedisSizes.embedded(3);
    passing =
        nameLength <= RedisSizes.LONGEST_EMBEDDED
            ? new int[] {vector, verb, RedisSizes.embedded(nameLength)}
            : new int[] {vector, verb, Arguments.blockBytes(nameLength), RedisSizes.OBJECT};
    // freed in the order in which they were taken, all but the vector
    isSteady = !heap.staysInPlace(verb, passing[2]);
    int name = RedisSizes.string(nameLength);
    isRaw = bytes > RedisSizes.LONGEST_EMBEDDED;
    kept =
        isRaw
            ? new int[] {Arguments.blockBytes(bytes), RedisSizes.OBJECT, name, RedisSizes.ENTRY}
            : new int[] {RedisSizes.embedded(bytes), name, RedisSizes.ENTRY};
  }

  /**
   * Makes keys like one that was just made.
   *
   * @param key the one before them
   * @param most keys to make
   * @return how many were made; the next one has to be made alone
   */
  int makeAfter(int key, int most) {
    int from = key + 1;
    long[][] into =
        isRaw
            ? new long[][] {keys.block, keys.object, keys.name, keys.entry}
            : new long[][] {keys.object, keys.name, keys.entry};
    int room = isSteady ? arguments.roomInBatch(commandBytes) : 0;
    room = (int) Math.min(Math.min(room, most), table.roomBeforeFork());
    int made = heap.allocateRounds(passing, kept, room, into, from);
    if (made > 0) {
      for (int i = 0; i < kept.length; i++) {
        sink.writeEach(into[i], from, from + made, kept[i]);
      }
      keys.repeat(key, made);
      table.addAllBeforeFork(key + made, made);
      arguments.passed(made, commandBytes);
    }
    return made;
  }
}
