package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.HeapAllocator;

/**
 * The arguments of the command that is running: a vector of pointers and an object each. One of
 * them may be kept as a value; the others are freed when the command ends.
 *
 * <p>The first reply of those that are sent together puts the client on the list of those with
 * something to write, and sending them takes it off: a node for each batch of commands, which takes
 * the block that was freed last. After a DEL that is the deleted entry's.
 *
 * <p>Source: Redis 7.0.15 src/networking.c ({@code processMultibulkBuffer}, {@code freeClientArgv},
 * {@code putClientInPendingWriteQueue}, {@code handleClientsWithPendingWrites}), src/object.c
 * ({@code createStringObject}), adlist.h.
 */
final class Arguments {

  /** HSET of as many fields as a listpack holds. */
  private static final int MOST = 2 + 2 * 128;

  /** {@code sizeof(listNode)}. */
  private static final int LIST_NODE = 24;

  private final HeapAllocator heap;
  private final WriteSink client;
  private final int[] lengths = new int[MOST];
  private final long[] objects = new long[MOST];
  private final long[] blocks = new long[MOST];
  private int count;
  private int expected;
  private int kept;
  private long vector;

  private final int pipeline;
  private int together;
  private int sentBytes;
  private long pending;
  private boolean holds;

  /**
   * The arguments of one client's commands.
   *
   * @param pipeline commands that it sends together; 0 for as many as fill a read
   */
  Arguments(HeapAllocator heap, WriteSink client, int pipeline) {
    this.heap = heap;
    this.client = client;
    this.pipeline = pipeline;
  }

  /** A command of so many arguments is read. */
  void begin(int arguments) {
    vector = heap.allocate((long) arguments * RedisSizes.POINTER);
    client.write(vector, arguments * RedisSizes.POINTER);
    sentBytes += line(arguments);
    expected = arguments;
    count = 0;
    kept = -1;
  }

  /** Its next argument. */
  void add(int length) {
    add(length, client, client);
  }

  /** Its next argument, which will be kept, written by other causes. */
  void addKept(int length, WriteSink object, WriteSink text) {
    kept = count;
    add(length, object, text);
  }

  private void add(int length, WriteSink objectSink, WriteSink textSink) {
    lengths[count] = length;
    sentBytes += line(length) + length + 2;
    if (length <= RedisSizes.LONGEST_EMBEDDED) {
      int bytes = RedisSizes.embedded(length);
      objects[count] = heap.allocate(bytes);
      blocks[count] = 0;
      textSink.write(objects[count], bytes);
    } else {
      int bytes = blockBytes(length);
      blocks[count] = heap.allocate(bytes);
      textSink.write(blocks[count], bytes);
      objects[count] = heap.allocate(RedisSizes.OBJECT);
      objectSink.write(objects[count], RedisSizes.OBJECT);
    }
    count++;
  }

  /** The block that holds the text of a long argument; a big one came with the line's end. */
  static int blockBytes(int length) {
    return RedisSizes.string(length) + (length >= RedisSizes.BIG_ARGUMENT ? 2 : 0);
  }

  /** The object of an argument. */
  long object(int argument) {
    return objects[argument];
  }

  /** The text of a long argument. */
  long block(int argument) {
    return blocks[argument];
  }

  /** Whether commands wait for those that come after them, however many they are. */
  void hold(boolean holds) {
    this.holds = holds;
  }

  /** The command has ended: all but the kept argument are freed, the vector last. */
  void end() {
    if (count != expected) {
      throw new IllegalStateException("a command has " + count + " of " + expected + " arguments");
    }
    reply();
    for (int i = 0; i < count; i++) {
      if (i != kept) {
        release(heap, objects[i], blocks[i], lengths[i]);
      }
    }
    heap.free(vector, (long) expected * RedisSizes.POINTER);
    together++;
    boolean isFull = pipeline == 0 ? sentBytes >= RedisCommands.BATCH_BYTES : together >= pipeline;
    if (isFull && !holds) {
      sendReplies();
    }
  }

  private void reply() {
    if (pending == 0) {
      pending = heap.allocate(LIST_NODE);
      client.write(pending, LIST_NODE);
    }
  }

  /**
   * How many more commands may come until the replies go out; 0 if the next is the first of a
   * batch.
   *
   * @param bytes of each command
   */
  int roomInBatch(int bytes) {
    return pending == 0 ? 0 : (RedisCommands.BATCH_BYTES - 1 - sentBytes) / bytes;
  }

  /** So many commands came and went, each of so many bytes, as there was room for. */
  void passed(int commands, int bytes) {
    sentBytes += commands * bytes;
    together += commands;
  }

  /** Bytes of a command with arguments of such lengths. */
  static int commandBytes(int... lengths) {
    int bytes = line(lengths.length);
    for (int length : lengths) {
      bytes += line(length) + length + 2;
    }
    return bytes;
  }

  /** The replies of a batch of commands go out. */
  void sendReplies() {
    if (pending != 0) {
      heap.free(pending, LIST_NODE);
      pending = 0;
    }
    together = 0;
    sentBytes = 0;
  }

  /** Bytes of a mark, a number and the end of a line: the RESP protocol. */
  private static int line(int number) {
    int bytes = 4;
    for (int rest = number; rest >= 10; rest /= 10) {
      bytes++;
    }
    return bytes;
  }

  private static void release(HeapAllocator heap, long object, long block, int length) {
    if (length <= RedisSizes.LONGEST_EMBEDDED) {
      heap.free(object, RedisSizes.embedded(length));
    } else {
      heap.free(block, blockBytes(length));
      heap.free(object, RedisSizes.OBJECT);
    }
  }
}
