package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.HeapAllocator;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;

/**
 * The hash table of keys. Which slot a key takes is as good as random, so slots are drawn by a hash
 * of the key's index. While a child lives the table only grows when it holds six keys a slot, and
 * only then are buckets moved.
 *
 * <p>Source: Redis 7.0.15 src/dict.c ({@code _dictExpandIfNeeded}, {@code dictRehash}, {@code
 * dict_force_resize_ratio} 5).
 */
final class MainTable {

  private static final int FIRST_SLOTS = 4;
  private static final int FORCE_RATIO = 5;

  /**
   * lookupKeyWrite and dictAddRaw each move a bucket, and pass the empty ones before it: at one key
   * a slot, 1 / (1 - 1/e) slots.
   */
  private static final int MOVED_A_KEY = 3;

  private final WriteSink sink;
  private final HeapAllocator heap;
  private final SplittableRandom random;
  private final ChainOrder order;
  private long address;
  private long slots;
  private long oldAddress;
  private long oldSlots;
  private long movedSlots;
  private long keys;

  /** Keys that were ever made; one that comes back keeps its old place in the order. */
  private long made;

  MainTable(ProcessMemory memory, HeapAllocator heap, long seed) {
    this.sink = memory.sink(RedisCauses.TABLE);
    this.heap = heap;
    this.random = new SplittableRandom(seed);
    this.order = new ChainOrder();
  }

  MainTable(MainTable other, ProcessMemory memory, HeapAllocator heap, long seed) {
    this.sink = memory.sink(RedisCauses.TABLE);
    this.heap = heap;
    this.random = new SplittableRandom(seed);
    this.order = new ChainOrder(other.order);
    address = other.address;
    slots = other.slots;
    oldAddress = other.oldAddress;
    oldSlots = other.oldSlots;
    movedSlots = other.movedSlots;
    keys = other.keys;
    made = other.made;
  }

  long keys() {
    return keys;
  }

  /** Bytes of the table. */
  long bytes() {
    return slots * RedisSizes.POINTER;
  }

  /** Grows at once to hold so many keys, as DEBUG POPULATE and a load from disk do. */
  void expandTo(long wanted) {
    if (wanted > slots) {
      settle();
      grow(wanted);
      settle();
    }
  }

  /**
   * A key comes. Tables are written whole when they are settled, not slot by slot, in the build.
   */
  void addBeforeFork(long key) {
    if (oldSlots == 0 && keys >= slots) {
      grow(keys + 1);
    }
    keys++;
    made = Math.max(made, key + 1);
    movedSlots += MOVED_A_KEY;
    if (oldSlots > 0 && movedSlots >= oldSlots) {
      settle();
    }
  }

  /** How many keys may come before the fork until the table grows or is settled. */
  long roomBeforeFork() {
    return oldSlots == 0 ? slots - keys : (oldSlots - 1 - movedSlots) / MOVED_A_KEY;
  }

  /** So many keys come, for which there is room, up to {@code last}. */
  void addAllBeforeFork(long last, long count) {
    keys += count;
    made = Math.max(made, last + 1);
    movedSlots += MOVED_A_KEY * count;
  }

  private void grow(long wanted) {
    order.rehashed(made);
    oldAddress = address;
    oldSlots = slots;
    movedSlots = 0;
    slots = Math.max(FIRST_SLOTS, Long.highestOneBit(2 * wanted - 1));
    address = heap.allocate(slots * RedisSizes.POINTER);
  }

  /** Ends a rehash, as the server's cron does soon when no child lives. */
  void settle() {
    if (oldSlots > 0) {
      sink.writeRange(oldAddress, oldSlots * RedisSizes.POINTER);
      heap.free(oldAddress, oldSlots * RedisSizes.POINTER);
      oldSlots = 0;
    }
    if (slots > 0) {
      sink.writeRange(address, slots * RedisSizes.POINTER);
    }
  }

  /**
   * A key comes while a child lives.
   *
   * @param entries moves the entry of a random key to another chain
   */
  void add(long key, Runnable entries) {
    if (oldSlots == 0 && keys / slots > FORCE_RATIO) {
      grow(keys + 1);
    }
    step(entries);
    step(entries);
    keys++;
    made = Math.max(made, key + 1);
    writeSlot(key);
  }

  /** One step of rehashing: a bucket's chain is spread over the larger table. */
  void step(Runnable entries) {
    if (oldSlots == 0) {
      return;
    }
    sink.write(oldAddress + movedSlots * RedisSizes.POINTER, RedisSizes.POINTER);
    long chain = keys / oldSlots;
    for (long i = 0; i < chain; i++) {
      sink.write(
          address
              + (movedSlots + random.nextLong(slots / oldSlots) * oldSlots) * RedisSizes.POINTER,
          RedisSizes.POINTER);
      entries.run();
    }
    if (++movedSlots == oldSlots) {
      heap.free(oldAddress, oldSlots * RedisSizes.POINTER);
      oldSlots = 0;
    }
  }

  /**
   * A key goes.
   *
   * @param present which keys are there
   * @return the key whose entry stood before it in its chain and is written, or -1 if it was the
   *     head
   */
  long remove(long key, LongPredicate present) {
    keys--;
    long place = order.place(key);
    while (true) {
      place += 1 + (long) (-Math.log1p(-random.nextDouble()) * slots);
      if (place >= made) {
        writeSlot(key);
        return -1;
      }
      long before = order.key(place);
      if (present.test(before)) {
        return before;
      }
    }
  }

  private void writeSlot(long key) {
    long hash = (key + 1) * 0x9e3779b97f4a7c15L;
    hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
    sink.write(address + ((hash ^ (hash >>> 32)) & (slots - 1)) * RedisSizes.POINTER, 8);
  }
}
