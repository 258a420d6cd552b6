package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.HeapAllocator;

/**
 * What commands take, free and write, in the order in which Redis 7.0.15 does: src/t_string.c,
 * t_hash.c, t_list.c, db.c, object.c, sds.c, listpack.c, quicklist.c. Not thread-safe.
 */
final class RedisServer {

  private static final int GREEDY_LIMIT = 1 << 20; // SDS_MAX_PREALLOC

  private final HeapAllocator heap;
  private final Keyspace keys;
  private final MainTable table;
  private final Arguments arguments;
  private final WriteSink value;
  private final WriteSink object;
  private final WriteSink entry;
  private final WriteSink name;
  private final boolean beforeFork;
  private long chained;

  RedisServer(
      ProcessMemory memory,
      HeapAllocator heap,
      Keyspace keys,
      MainTable table,
      boolean beforeFork,
      int pipeline) {
    this.heap = heap;
    this.keys = keys;
    this.table = table;
    // nothing is attributed before the fork, and one sink notes a page once
    this.value = memory.sink(RedisCauses.VALUE);
    this.arguments =
        new Arguments(heap, beforeFork ? value : memory.sink(RedisCauses.CLIENT), pipeline);
    this.object = beforeFork ? value : memory.sink(RedisCauses.OBJECT);
    this.entry = beforeFork ? value : memory.sink(RedisCauses.ENTRY);
    this.name = beforeFork ? value : memory.sink(RedisCauses.KEY);
    this.beforeFork = beforeFork;
  }

  /** The replies of the commands so far go out. */
  void sendReplies() {
    arguments.sendReplies();
  }

  /** A command that writes no data: its arguments only. */
  void read(int verbLength, int nameLength) {
    arguments.begin(2);
    arguments.add(verbLength);
    arguments.add(nameLength);
    arguments.end();
  }

  /** SET of a text that is no number. */
  void set(int key, int nameLength, int bytes) {
    arguments.begin(3);
    arguments.add(3);
    arguments.add(nameLength);
    keepArgument(key, nameLength, bytes);
    arguments.end();
  }

  /** {@link #set} of many keys alike, before the fork. */
  SetRounds setRounds(int nameLength, int bytes) {
    return new SetRounds(heap, keys, table, arguments, value, nameLength, bytes);
  }

  /** The third argument becomes the value. */
  private void keepArgument(int key, int nameLength, int bytes) {
    arguments.addKept(bytes, object, value);
    store(key, nameLength, arguments.object(2));
    if (bytes <= RedisSizes.LONGEST_EMBEDDED) {
      keys.encoding[key] = Keyspace.EMBEDDED;
      keys.length[key] = bytes;
    } else {
      raw(key, arguments.block(2), bytes, Arguments.blockBytes(bytes));
      trim(key);
    }
  }

  /** SET of a number of {@code digits} digits, 10,000 or more, which becomes the pointer. */
  void setInteger(int key, int nameLength, int digits) {
    arguments.begin(3);
    arguments.add(3);
    arguments.add(nameLength);
    arguments.addKept(digits, object, value);
    heap.free(arguments.object(2), RedisSizes.embedded(digits));
    long made = heap.allocate(RedisSizes.OBJECT);
    object.write(made, RedisSizes.OBJECT);
    store(key, nameLength, made);
    keys.encoding[key] = Keyspace.INTEGER;
    arguments.end();
  }

  /** One key of DEBUG POPULATE: the text is not trimmed. */
  void populate(int key, int nameLength, int bytes) {
    long temporary = heap.allocate(argumentBytes(nameLength));
    if (bytes <= RedisSizes.LONGEST_EMBEDDED) {
      long made = heap.allocate(RedisSizes.embedded(bytes));
      value.write(made, RedisSizes.embedded(bytes));
      store(key, nameLength, made);
      keys.encoding[key] = Keyspace.EMBEDDED;
      keys.length[key] = bytes;
    } else {
      storeRaw(key, nameLength, bytes);
    }
    heap.free(temporary, argumentBytes(nameLength));
  }

  private static int argumentBytes(int length) {
    return length <= RedisSizes.LONGEST_EMBEDDED
        ? RedisSizes.embedded(length)
        : RedisSizes.string(length);
  }

  private void raw(int key, long text, int bytes, int blockBytes) {
    int header = RedisSizes.header(bytes);
    keys.encoding[key] = Keyspace.RAW;
    keys.block[key] = text;
    keys.length[key] = bytes;
    keys.header[key] = (byte) header;
    // the shortest header cannot say that there is room
    keys.room[key] = header == 1 ? bytes : room(blockBytes, header);
  }

  /** sdsalloc: what the block really holds, as far as the header can say. */
  private int room(int blockBytes, int header) {
    long usable = heap.usableBytes(blockBytes) - header - 1;
    long most = header == 3 ? 255 : header == 5 ? 65_535 : Integer.MAX_VALUE;
    return (int) Math.min(usable, most);
  }

  /** trimStringObjectIfNeeded: the block stays, its spare bytes are forgotten. */
  private void trim(int key) {
    if (keys.room[key] - keys.length[key] > keys.length[key] / 10) {
      keys.room[key] = keys.length[key];
    }
  }

  /** dbOverwrite or dbAdd. */
  private void store(int key, int nameLength, long made) {
    if (keys.encoding[key] == Keyspace.ABSENT) {
      keys.name[key] = heap.allocate(RedisSizes.string(nameLength));
      name.write(keys.name[key], RedisSizes.string(nameLength));
      if (beforeFork) {
        table.addBeforeFork(key);
      } else {
        table.add(key, this::chainRandomEntry);
      }
      keys.entry[key] = heap.allocate(RedisSizes.ENTRY);
      entry.write(keys.entry[key], RedisSizes.ENTRY);
    } else {
      entry.write(keys.entry[key] + RedisSizes.ENTRY_VALUE, RedisSizes.POINTER);
      freeValue(key);
    }
    keys.object[key] = made;
  }

  private void freeValue(int key) {
    switch (keys.encoding[key]) {
      case Keyspace.RAW -> heap.free(keys.block[key], rawBytes(key));
      case Keyspace.EMBEDDED -> {
        heap.free(keys.object[key], RedisSizes.embedded(keys.length[key]));
        return;
      }
      case Keyspace.HASH -> heap.free(keys.block[key], keys.length[key]);
      case Keyspace.LIST -> {
        // earlier nodes of a list are full and stay with it in the model
        object.write(keys.list[key] + RedisSizes.LIST_COUNTS, 2 * RedisSizes.POINTER);
        heap.free(keys.block[key], keys.room[key]);
        heap.free(keys.node[key], RedisSizes.QUICKLIST);
        heap.free(keys.list[key], RedisSizes.QUICKLIST);
      }
      default -> {}
    }
    heap.free(keys.object[key], RedisSizes.OBJECT);
  }

  private int rawBytes(int key) {
    return keys.header[key] + keys.room[key] + 1;
  }

  /** DEL. */
  void delete(int key, int nameLength) {
    arguments.begin(2);
    arguments.add(3);
    arguments.add(nameLength);
    if (keys.encoding[key] != Keyspace.ABSENT) {
      if (!beforeFork) {
        table.step(this::chainRandomEntry);
      }
      long before = table.remove(key, this::isPresent);
      if (before >= 0) {
        chain((int) before);
      }
      heap.free(keys.name[key], RedisSizes.string(nameLength));
      freeValue(key);
      heap.free(keys.entry[key], RedisSizes.ENTRY);
      keys.encoding[key] = Keyspace.ABSENT;
    }
    arguments.end();
  }

  private boolean isPresent(long key) {
    return keys.isPresent((int) key);
  }

  private void chain(int key) {
    entry.write(keys.entry[key] + RedisSizes.ENTRY_NEXT, RedisSizes.POINTER);
  }

  /** A rehash moves an entry; which one is as good as random. */
  private void chainRandomEntry() {
    for (int tries = 0; tries < 64; tries++) {
      chained = chained * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      int other = (int) Math.floorMod(chained >>> 16, (long) keys.count());
      if (keys.encoding[other] != Keyspace.ABSENT) {
        chain(other);
        return;
      }
    }
  }

  /** INCR of an integer: the pointer is the number. */
  void increment(int key, int nameLength) {
    arguments.begin(2);
    arguments.add(4);
    arguments.add(nameLength);
    if (keys.encoding[key] == Keyspace.INTEGER) {
      object.write(keys.object[key] + 8, RedisSizes.POINTER);
    }
    arguments.end();
  }

  /** SETRANGE of {@code bytes} at {@code offset}; a string that was not there is made. */
  void setRange(int key, int nameLength, int offset, int bytes) {
    arguments.begin(4);
    arguments.add(8);
    arguments.add(nameLength);
    arguments.add(Integer.toString(offset).length());
    arguments.add(bytes);
    if (isString(key)) {
      unshare(key, nameLength);
      int wanted = offset + bytes;
      if (wanted > keys.length[key]) {
        makeRoom(key, wanted - keys.length[key]);
        value.write(keys.block[key], keys.header[key]);
        value.write(text(key) + keys.length[key], wanted - keys.length[key]);
        keys.length[key] = wanted;
      }
      object.write(keys.object[key] + 8, RedisSizes.POINTER);
      value.write(text(key) + offset, bytes);
    } else if (keys.encoding[key] == Keyspace.ABSENT) {
      storeRaw(key, nameLength, offset + bytes);
    }
    arguments.end();
  }

  /** APPEND of {@code bytes}, which become the value of a key that was not there. */
  void append(int key, int nameLength, int bytes) {
    arguments.begin(3);
    arguments.add(6);
    arguments.add(nameLength);
    if (keys.encoding[key] == Keyspace.ABSENT) {
      keepArgument(key, nameLength, bytes);
      arguments.end();
      return;
    }
    arguments.add(bytes);
    if (isString(key)) {
      unshare(key, nameLength);
      makeRoom(key, bytes);
      value.write(keys.block[key], keys.header[key]);
      value.write(text(key) + keys.length[key], bytes + 1);
      object.write(keys.object[key] + 8, RedisSizes.POINTER);
      keys.length[key] += bytes;
    }
    arguments.end();
  }

  private boolean isString(int key) {
    return keys.encoding[key] == Keyspace.RAW || keys.encoding[key] == Keyspace.EMBEDDED;
  }

  private long text(int key) {
    return keys.block[key] + keys.header[key];
  }

  /** dbUnshareStringValue: only a raw string can change in place. */
  private void unshare(int key, int nameLength) {
    if (keys.encoding[key] == Keyspace.RAW) {
      return;
    }
    int bytes = keys.length[key];
    object.write(keys.object[key], 8); // getDecodedObject counts a reference
    storeRaw(key, nameLength, bytes);
  }

  /** A new string and its object, in blocks of their own. */
  private void storeRaw(int key, int nameLength, int bytes) {
    long text = heap.allocate(RedisSizes.string(bytes));
    value.write(text, RedisSizes.string(bytes));
    long made = heap.allocate(RedisSizes.OBJECT);
    object.write(made, RedisSizes.OBJECT);
    store(key, nameLength, made);
    raw(key, text, bytes, RedisSizes.string(bytes));
  }

  /** sdsMakeRoomFor: twice what is needed, up to 1 MiB more. */
  private void makeRoom(int key, int bytes) {
    int length = keys.length[key];
    if (keys.room[key] - length >= bytes) {
      return;
    }
    int wanted = length + bytes;
    wanted += Math.min(wanted, GREEDY_LIMIT);
    int header = Math.max(3, RedisSizes.header(wanted));
    int blockBytes = header + wanted + 1;
    if (header == keys.header[key]) {
      moveBlock(
          key, heap.reallocate(keys.block[key], rawBytes(key), blockBytes), header + length + 1);
    } else {
      long moved = heap.allocate(blockBytes);
      heap.free(keys.block[key], rawBytes(key));
      moveBlock(key, moved, header + length + 1);
    }
    keys.header[key] = (byte) header;
    keys.room[key] = room(blockBytes, header);
  }

  /** A block lies elsewhere now, perhaps, and so much of it is copied there. */
  private void moveBlock(int key, long address, int bytes) {
    if (address != keys.block[key]) {
      value.write(address, bytes);
      keys.block[key] = address;
    }
  }

  /** HSET that makes a hash of {@code fields} fields, and writes it. */
  void makeHash(int key, int nameLength, int fields, int fieldLength, int bytes) {
    arguments.begin(2 + 2 * fields);
    arguments.add(4);
    arguments.add(nameLength);
    for (int i = 0; i < fields; i++) {
      arguments.add(fieldLength);
      arguments.add(bytes);
    }
    int element = RedisSizes.element(fieldLength) + RedisSizes.element(bytes);
    int total = RedisSizes.LISTPACK_HEADER + 1 + fields * element;
    long pack = growListpack(element, total);
    long made = heap.allocate(RedisSizes.OBJECT);
    object.write(made, RedisSizes.OBJECT);
    store(key, nameLength, made);
    keys.encoding[key] = Keyspace.HASH;
    keys.block[key] = pack;
    keys.length[key] = total;
    keys.room[key] = fields;
    arguments.end();
  }

  /** A listpack that grows element by element, through a block of each size class. */
  private long growListpack(int element, int total) {
    int held = RedisSizes.LISTPACK_HEADER + 1;
    long pack = heap.allocate(held);
    for (int grown = held + element; grown <= total; grown += element) {
      if (grown > heap.usableBytes(held)) {
        pack = heap.reallocate(pack, held, grown);
        held = grown;
      }
    }
    value.write(pack, total);
    return pack;
  }

  /** HSET of a field that exists, to a text as long as before; or of a hash that was not there. */
  void setField(int key, int nameLength, int field, int fieldLength, int bytes) {
    if (keys.encoding[key] == Keyspace.ABSENT) {
      makeHash(key, nameLength, 1, fieldLength, bytes);
      return;
    }
    arguments.begin(4);
    arguments.add(4);
    arguments.add(nameLength);
    arguments.add(fieldLength);
    arguments.add(bytes);
    if (keys.encoding[key] == Keyspace.HASH) {
      int name = RedisSizes.element(fieldLength);
      int text = RedisSizes.element(bytes);
      long pack = keys.block[key];
      int at = RedisSizes.LISTPACK_HEADER + field * (name + text) + name;
      int rest = keys.length[key] - at - text;
      value.write(pack, 4); // lpSetTotalBytes
      value.write(pack + at, rest <= RedisSizes.MOVED_AT_ONCE ? text + rest : text);
      object.write(keys.object[key] + 8, RedisSizes.POINTER);
    }
    arguments.end();
  }

  /** RPUSHes that make a list of {@code elements} elements, sent together. */
  void makeList(int key, int nameLength, int elements, int bytes) {
    for (int i = 0; i < elements; i++) {
      arguments.hold(i < elements - 1);
      push(key, nameLength, bytes);
    }
  }

  /** RPUSH of one element. */
  void push(int key, int nameLength, int bytes) {
    arguments.begin(3);
    arguments.add(5);
    arguments.add(nameLength);
    arguments.add(bytes);
    if (keys.encoding[key] == Keyspace.ABSENT) {
      keys.list[key] = heap.allocate(RedisSizes.QUICKLIST);
      long made = heap.allocate(RedisSizes.OBJECT);
      object.write(made, RedisSizes.OBJECT);
      store(key, nameLength, made);
      keys.encoding[key] = Keyspace.LIST;
      keys.nodes[key] = 0;
      newNode(key);
    } else if (keys.encoding[key] == Keyspace.LIST
        && keys.length[key] + RedisSizes.element(bytes) > RedisSizes.LIST_NODE_LIMIT) {
      newNode(key);
    }
    if (keys.encoding[key] == Keyspace.LIST) {
      appendElement(key, RedisSizes.element(bytes));
    }
    arguments.end();
  }

  private void newNode(int key) {
    keys.earlier[key] = keys.nodes[key]++ == 0 ? 0 : keys.earlier[key] + keys.length[key];
    keys.node[key] = heap.allocate(RedisSizes.QUICKLIST);
    keys.length[key] = RedisSizes.LISTPACK_HEADER + 1;
    keys.room[key] = keys.length[key];
    keys.block[key] = heap.allocate(keys.length[key]);
  }

  private void appendElement(int key, int element) {
    int total = keys.length[key] + element;
    if (total > heap.usableBytes(keys.room[key])) {
      moveBlock(key, heap.reallocate(keys.block[key], keys.room[key], total), keys.length[key]);
      keys.room[key] = total;
    }
    value.write(keys.block[key], RedisSizes.LISTPACK_HEADER);
    value.write(keys.block[key] + keys.length[key] - 1, element + 1);
    keys.length[key] = total;
    object.write(keys.node[key], RedisSizes.QUICKLIST);
    object.write(keys.list[key], RedisSizes.QUICKLIST);
  }
}
