package io.forkscope.models.redis;

import java.util.Arrays;

/** Where each key's parts lie; columns by the order in which keys were made, 42 bytes a key. */
final class Keyspace {

  /** How a value is held. */
  static final byte ABSENT = 0;

  static final byte RAW = 1;
  static final byte EMBEDDED = 2;
  static final byte INTEGER = 3;
  static final byte HASH = 4;
  static final byte LIST = 5;

  /** The most keys of a scenario. */
  static final long MOST_KEYS = 1L << 27;

  long[] entry;
  long[] name;
  long[] object;

  /** A string's text with its header, or a listpack; for a list, its last node's. */
  long[] block;

  /** Length of a string; bytes of a listpack. */
  int[] length;

  /** What a string's block can hold; elements of a hash or list. */
  int[] room;

  byte[] encoding;

  /** Bytes of a raw string's header. */
  byte[] header;

  /** The quicklist and the last node of a list; empty where there are no lists. */
  long[] list = new long[0];

  long[] node = new long[0];

  /** How many nodes a list has, and the bytes of those before the last. */
  int[] nodes = new int[0];

  int[] earlier = new int[0];

  private int count;

  Keyspace() {
    entry = new long[16];
    name = new long[16];
    object = new long[16];
    block = new long[16];
    length = new int[16];
    room = new int[16];
    encoding = new byte[16];
    header = new byte[16];
  }

  Keyspace(Keyspace other) {
    entry = other.entry.clone();
    name = other.name.clone();
    object = other.object.clone();
    block = other.block.clone();
    length = other.length.clone();
    room = other.room.clone();
    encoding = other.encoding.clone();
    header = other.header.clone();
    list = other.list.clone();
    node = other.node.clone();
    nodes = other.nodes.clone();
    earlier = other.earlier.clone();
    count = other.count;
  }

  /** The values of the keys after {@code key} are held as its own is. */
  void repeat(int key, int keys) {
    int from = key + 1;
    int to = from + keys;
    Arrays.fill(encoding, from, to, encoding[key]);
    Arrays.fill(length, from, to, length[key]);
    Arrays.fill(room, from, to, room[key]);
    Arrays.fill(header, from, to, header[key]);
  }

  int count() {
    return count;
  }

  boolean isPresent(int key) {
    return encoding[key] != ABSENT;
  }

  /** Bytes of a key's block; 0 where its value needs none beside its object. */
  int blockBytes(int key) {
    return switch (encoding[key]) {
      case RAW -> header[key] + room[key] + 1;
      case HASH -> length[key];
      case LIST -> room[key];
      default -> 0;
    };
  }

  /** Makes room for keys after the last one; they are absent. */
  void extend(long keys) {
    if (count + keys > MOST_KEYS) {
      throw new IllegalArgumentException(
          "a scenario holds at most " + MOST_KEYS + " keys, not " + (count + keys));
    }
    count += (int) keys;
    if (count > entry.length) {
      int size = (int) Math.min(MOST_KEYS, Math.max(count, entry.length * 3L / 2));
      entry = Arrays.copyOf(entry, size);
      name = Arrays.copyOf(name, size);
      object = Arrays.copyOf(object, size);
      block = Arrays.copyOf(block, size);
      length = Arrays.copyOf(length, size);
      room = Arrays.copyOf(room, size);
      encoding = Arrays.copyOf(encoding, size);
      header = Arrays.copyOf(header, size);
    }
    if (list.length > 0) {
      withLists();
    }
  }

  /** Makes room for what lists need beside. */
  void withLists() {
    list = Arrays.copyOf(list, entry.length);
    node = Arrays.copyOf(node, entry.length);
    nodes = Arrays.copyOf(nodes, entry.length);
    earlier = Arrays.copyOf(earlier, entry.length);
  }
}
