package io.forkscope.models.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** The commands of populations and loads as a client sends them, many in one go. */
final class RedisCommands {

  /**
   * Commands are sent when so many bytes have come together: less than the server reads at once.
   */
  static final int BATCH_BYTES = 12 << 10;

  private static final int LEAST_POOL = 1 << 20;
  private static final long FIRST_INTEGER = 10_000_000;

  private final RespConnection server;
  private final byte[] pool;
  private final SplittableRandom random = new SplittableRandom(1);
  private final int pipeline;
  private long newKeys;
  private int together;

  /**
   * Commands over a connection.
   *
   * @param pipeline commands of loads that are sent together; 0 for as many as fill a read
   */
  RedisCommands(RespConnection server, List<RedisData> populations, int pipeline) {
    this.server = server;
    this.pipeline = pipeline;
    int longest = populations.stream().mapToInt(RedisData::bytes).max().orElse(0);
    pool = new byte[Math.max(LEAST_POOL, 2 * longest)];
    for (int i = 0; i < pool.length; i++) {
      int letter = random.nextInt(52); // letters alone, so that no text is a number
      pool[i] = (byte) (letter < 26 ? 'a' + letter : 'A' + letter - 26);
    }
  }

  /** Fills the server with a population. */
  void make(RedisData data) throws IOException {
    if (data.isPopulate()) {
      String prefix = data.names().prefix();
      server.call(
          "DEBUG",
          "POPULATE",
          Integer.toString(data.count()),
          prefix.substring(0, prefix.length() - 1),
          Integer.toString(data.bytes()));
      return;
    }
    int[] order = RedisBuilder.order(data);
    for (int i = 0; i < data.count(); i++) {
      makeKey(data, order.length == 0 ? i : order[i]);
      sendIfMany();
    }
    server.exchange();
  }

  private void makeKey(RedisData data, int number) throws IOException {
    byte[] name = name(data, number);
    switch (data.kind()) {
      case "integer" ->
          server.add(ascii("SET"), name, ascii(Long.toString(FIRST_INTEGER + number)));
      case "hash" -> {
        server.begin(2 + 2 * data.elements());
        word("HSET");
        word(name);
        for (int field = 0; field < data.elements(); field++) {
          word(fieldName(field));
          text(data, data.bytes());
        }
      }
      case "list" -> {
        for (int i = 0; i < data.elements(); i++) {
          push(data, name);
        }
      }
      default -> {
        server.begin(3);
        word("SET");
        word(name);
        text(data, data.bytes());
      }
    }
  }

  /** Deletes what a population does not keep. */
  void deleteAllButEach(RedisData data) throws IOException {
    int every = data.population().keepEvery();
    for (int i = 0; every > 1 && i < data.count(); i++) {
      if (i % every != 0) {
        server.add(ascii("DEL"), name(data, i));
        sendIfMany();
      }
    }
    server.exchange();
  }

  /** Adds one command of a load. */
  void take(RedisLoad load) throws IOException {
    RedisData data = load.data();
    if (load.isNothing() || (data.count() == 0 && !load.makesKeys())) {
      return;
    }
    long number = load.makesKeys() ? data.count() + newKeys++ : load.nextKey();
    byte[] name = name(data, number);
    switch (load.verb()) {
      case "get" -> server.add(ascii("GET"), name);
      case "delete" -> server.add(ascii("DEL"), name);
      case "increment" -> server.add(ascii("INCR"), name);
      case "push" -> push(data, name);
      case "set-field" -> {
        server.begin(4);
        word("HSET");
        word(name);
        word(fieldName(load.field()));
        text(data, data.bytes());
      }
      case "append" -> {
        server.begin(3);
        word("APPEND");
        word(name);
        text(data, load.bytes());
      }
      case "set-range" -> {
        server.begin(4);
        word("SETRANGE");
        word(name);
        word(Integer.toString(load.offset()));
        text(data, load.bytes());
      }
      default -> set(load, data, name, number);
    }
    if (pipeline == 0) {
      sendIfMany();
    } else if (++together == pipeline) {
      together = 0;
      server.exchange();
    }
  }

  private void set(RedisLoad load, RedisData data, byte[] name, long number) throws IOException {
    if (data.kind().equals("integer") && !load.makesKeys()) {
      server.add(ascii("SET"), name, ascii(Long.toString(FIRST_INTEGER + number)));
      return;
    }
    server.begin(3);
    word("SET");
    word(name);
    text(data, load.bytes());
  }

  private void push(RedisData data, byte[] name) throws IOException {
    server.begin(3);
    word("RPUSH");
    word(name);
    text(data, data.bytes());
  }

  private void text(RedisData data, int bytes) throws IOException {
    server.argument(pool, data.isSame() ? 0 : random.nextInt(pool.length - bytes), bytes);
  }

  private void word(String word) throws IOException {
    word(ascii(word));
  }

  private void word(byte[] word) throws IOException {
    server.argument(word, 0, word.length);
  }

  private static String fieldName(int field) {
    return "fld"
        + (char) ('a' + field / 26 / 26)
        + (char) ('a' + field / 26 % 26)
        + (char) ('a' + field % 26);
  }

  private void sendIfMany() throws IOException {
    if (server.unsentBytes() >= BATCH_BYTES) {
      server.exchange();
    }
  }

  private static byte[] name(RedisData data, long number) {
    return ascii(data.names().name(number));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
