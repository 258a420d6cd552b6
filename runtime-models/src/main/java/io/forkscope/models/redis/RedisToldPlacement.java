package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.ToldMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.HeapAllocator;
import io.forkscope.models.allocator.RelocatedHeap;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Moves the blocks of all keys to where a real server had them before its fork, as {@link
 * RedisTeller} has read. Which block the allocator hands out next, the hash table and its chains
 * stay the model's.
 */
final class RedisToldPlacement {

  private final ToldMemory told;
  private final ObservedAddresses columns;
  private final ProcessMemory memory;
  private final WriteSink sink;
  private final Keyspace keys;
  private final RelocatedHeap heap;

  RedisToldPlacement(
      ObservedAddresses told, ProcessMemory memory, Keyspace keys, HeapAllocator heap) {
    long largest = RedisSizes.LIST_NODE_LIMIT;
    for (int key = 0; key < keys.count(); key++) {
      largest = Math.max(largest, keys.blockBytes(key));
    }
    this.told = new ToldMemory(told, 0, 0, largest, 0, 0);
    this.columns = told;
    this.memory = memory;
    this.sink = memory.sink(RedisCauses.VALUE);
    this.keys = keys;
    this.heap = new RelocatedHeap(heap);
  }

  /**
   * Refuses scenarios where it is not the blocks of keys alone that matter.
   *
   * @throws IllegalArgumentException saying what would have to be told too
   */
  static void check(Scenario plan) {
    if (RedisModel.libc(plan)) {
      throw new IllegalArgumentException(
          "glibc's malloc writes into free blocks, which would have to be told too");
    }
    if (RedisModel.hugePages(plan)) {
      throw new IllegalArgumentException("where huge pages begin would have to be told too");
    }
    if (plan.populations().stream().anyMatch(of -> of.keepEvery() > 1)
        || plan.preparations().stream().anyMatch(step -> step.verb().equals("delete"))) {
      throw new IllegalArgumentException(
          "what deleted keys leave free, and commands take, would have to be told too");
    }
  }

  /** Moves all, and writes it as making it has; gives the allocator that knows of it. */
  HeapAllocator place(int longestName) {
    told.map(memory);
    move(RedisTeller.ENTRY, keys.entry, keys::isPresent, key -> RedisSizes.ENTRY);
    move(RedisTeller.NAME, keys.name, keys::isPresent, key -> RedisSizes.string(longestName));
    move(RedisTeller.OBJECT, keys.object, keys::isPresent, this::objectBytes);
    move(RedisTeller.BLOCK, keys.block, key -> keys.blockBytes(key) > 0, keys::blockBytes);
    IntPredicate isList = key -> keys.encoding[key] == Keyspace.LIST;
    move(RedisTeller.LIST, keys.list, isList, key -> RedisSizes.QUICKLIST);
    move(RedisTeller.NODE, keys.node, isList, key -> RedisSizes.QUICKLIST);
    return heap;
  }

  private int objectBytes(int key) {
    return keys.encoding[key] == Keyspace.EMBEDDED
        ? RedisSizes.embedded(keys.length[key])
        : RedisSizes.OBJECT;
  }

  private void move(
      String column, long[] addresses, IntPredicate has, IntUnaryOperator blockBytes) {
    long[] seen = Objects.requireNonNullElse(columns.column(column), new long[0]);
    BlockRuns blocks = told.blocks(column, seen.length, column);
    for (int key = 0; key < keys.count(); key++) {
      if (has.test(key)) {
        if (key >= seen.length || seen[key] == 0) {
          throw new IllegalArgumentException(
              "the run told no address of key " + key + " (column " + column + ")");
        }
        heap.move(addresses[key], blocks.address(key));
        addresses[key] = blocks.address(key);
        sink.writeRange(addresses[key], blockBytes.applyAsInt(key));
      }
    }
  }
}
