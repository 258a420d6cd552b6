package io.forkscope.models.redis;

import io.forkscope.core.model.ObservedAddresses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds where a running server holds its keys, by walking the hash table of its database in a copy
 * of its memory. Columns are as long as a {@link Keyspace} and hold 0 where there is no such block.
 *
 * <p>Source: Redis 7.0.15 src/dict.h ({@code dict}, {@code dictEntry}), sds.h, server.h ({@code
 * robj} and its encodings), quicklist.h, on 64 bits.
 */
final class RedisTeller {

  static final String ENTRY = "entry";
  static final String NAME = "name";
  static final String OBJECT = "object";
  static final String BLOCK = "block";
  static final String LIST = "list";
  static final String NODE = "node";

  private static final int RAW = 0;
  private static final int QUICKLIST = 9;
  private static final int LISTPACK = 11;

  /** Where a {@code dict} holds the exponents of its tables' sizes. */
  private static final int SIZES = 50;

  private static final int LARGEST_TABLE = 31;

  /** {@code sizeof(struct sdshdr5)} and so on, by type. */
  private static final int[] HEADERS = {1, 3, 5, 9, 17};

  private static final int LONGEST_NAME = 512;

  private final ServerMemory memory;
  private final List<RedisData> populations;
  private final List<Ranks> ranks = new ArrayList<>();
  private final int made;
  private final Map<String, long[]> columns = new TreeMap<>();
  private int most;

  /** A copy of the memory of a server that holds populations and keys made after them. */
  RedisTeller(ServerMemory memory, List<RedisData> populations) {
    this.memory = memory;
    this.populations = populations;
    populations.forEach(data -> ranks.add(Ranks.of(data)));
    this.made = populations.stream().mapToInt(RedisData::count).sum();
  }

  /**
   * Where all keys lie; nothing if the table of the database is not found.
   *
   * @param keys that it holds
   */
  ObservedAddresses tell(long keys) {
    List<Long> found = memory.find(keys).stream().filter(this::isUsed).toList();
    if (keys == 0 || found.size() != 1) {
      return ObservedAddresses.NONE;
    }
    long dict = found.get(0) - 3 * Long.BYTES;
    long table = memory.word(dict + Long.BYTES);
    long end = table + (Long.BYTES << memory.at(dict + SIZES));
    long left = keys; // so that chains that were torn end
    for (long slot = table; slot < end; slot += Long.BYTES) {
      long entry = memory.word(slot);
      for (; entry != 0 && left > 0; entry = memory.word(entry + RedisSizes.ENTRY_NEXT)) {
        note(entry);
        left--;
      }
    }
    columns.replaceAll((name, addresses) -> Arrays.copyOf(addresses, most));
    return new ObservedAddresses(columns);
  }

  /** Whether the first {@code ht_used} of a table that is not being rehashed lies here. */
  private boolean isUsed(long address) {
    return memory.word(address - 3 * Long.BYTES) != 0
        && memory.word(address - 2 * Long.BYTES) != 0
        && memory.word(address - Long.BYTES) == 0
        && memory.word(address + Long.BYTES) == 0
        && memory.word(address + 2 * Long.BYTES) == -1
        && memory.at(address - 3 * Long.BYTES + SIZES) < LARGEST_TABLE
        && memory.at(address - 3 * Long.BYTES + SIZES + 1) == 0xff; // the second has none
  }

  private void note(long entry) {
    long name = memory.word(entry);
    long object = memory.word(entry + RedisSizes.ENTRY_VALUE);
    int key = key(memory.text(name, LONGEST_NAME));
    if (key < 0) {
      return;
    }
    put(ENTRY, key, entry);
    put(NAME, key, text(name));
    put(OBJECT, key, object);
    long pointer = memory.word(object + 8);
    switch (memory.at(object) >>> 4) {
      case RAW -> put(BLOCK, key, text(pointer));
      case LISTPACK -> put(BLOCK, key, pointer);
      case QUICKLIST -> {
        long node = memory.word(pointer + 8); // the tail
        put(LIST, key, pointer);
        put(NODE, key, node);
        put(BLOCK, key, memory.word(node + 16));
      }
      default -> {} // in the object itself
    }
  }

  /** The block of a dynamic string: the type of its header stands in the byte before its text. */
  private long text(long address) {
    return address - HEADERS[Math.min(memory.at(address - 1) & 7, HEADERS.length - 1)];
  }

  /** The place of a key in a {@link Keyspace}; -1 if it is none of the scenario's. */
  private int key(String name) {
    int first = 0;
    for (int i = 0; i < populations.size(); i++) {
      RedisData data = populations.get(i);
      int number = data.names().key(name);
      if (number >= 0) {
        return number < data.count()
            ? first + ranks.get(i).of(number)
            : made + number - data.count();
      }
      first += data.count();
    }
    return -1;
  }

  private void put(String column, int key, long address) {
    long[] addresses = columns.computeIfAbsent(column, k -> new long[made]);
    if (key >= addresses.length) {
      addresses = Arrays.copyOf(addresses, Math.max(key + 1, addresses.length * 3 / 2));
      columns.put(column, addresses);
    }
    addresses[key] = address;
    most = Math.max(most, key + 1);
  }
}
