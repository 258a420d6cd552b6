package io.forkscope.models.redis;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A connection to a Redis server over a Unix socket: commands out, replies in, each wait bounded.
 * Source: the RESP2 protocol, redis.io/docs/reference/protocol-spec. Not thread-safe.
 */
final class RespConnection implements AutoCloseable {

  private static final long POLL_MILLIS = 20;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final long patienceMillis;
  private ByteBuffer out = ByteBuffer.allocate(1 << 16);
  private ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();
  private int waiting;

  private RespConnection(SocketChannel channel, long patienceMillis) throws IOException {
    this.channel = channel;
    this.patienceMillis = patienceMillis;
    channel.configureBlocking(false);
    selector = Selector.open();
    key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** Connects to a server that may still be starting. */
  static RespConnection open(Path socket, Duration patience) throws IOException {
    for (long waited = 0; ; waited += POLL_MILLIS) {
      if (Files.exists(socket)) {
        try {
          SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
          return new RespConnection(channel, patience.toMillis());
        } catch (ConnectException e) {
          // bound, and not listening yet
        }
      }
      if (waited > Math.min(patience.toMillis(), 10_000)) {
        throw new IOException("the server did not open its socket");
      }
      LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
    }
  }

  /** Adds a command to those that will be sent. */
  void add(byte[]... arguments) throws IOException {
    begin(arguments.length);
    for (byte[] argument : arguments) {
      argument(argument, 0, argument.length);
    }
  }

  /** Begins a command of so many arguments. */
  void begin(int arguments) throws IOException {
    line('*', arguments);
    waiting++;
  }

  /** Adds an argument: a part of an array. */
  void argument(byte[] bytes, int from, int length) throws IOException {
    line('$', length);
    room(length + 2);
    out.put(bytes, from, length).put((byte) '\r').put((byte) '\n');
  }

  private void line(char mark, long number) throws IOException {
    byte[] line = (mark + Long.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    room(line.length);
    out.put(line);
  }

  private void room(int bytes) {
    if (out.remaining() < bytes) {
      ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * out.capacity(), out.position() + bytes));
      out = larger.put(out.flip());
    }
  }

  /** Bytes that were added and not sent. */
  int unsentBytes() {
    return out.position();
  }

  /** Sends what was added, and takes as many replies. Returns the last one. */
  String exchange() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
    out.clear();
    String last = "";
    for (; waiting > 0; waiting--) {
      last = reply();
    }
    return last;
  }

  /** Sends one command and returns its reply. */
  String call(String... words) throws IOException {
    byte[][] arguments = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
    add(arguments);
    return exchange();
  }

  private String reply() throws IOException {
    String line = readLine();
    return switch (line.charAt(0)) {
      case '+', ':' -> line.substring(1);
      case '-' -> throw new IOException("the server refused a command: " + line.substring(1));
      case '$' -> readText(Integer.parseInt(line, 1, line.length(), 10));
      default -> throw new IOException("the server answered what is not understood: " + line);
    };
  }

  private String readText(int bytes) throws IOException {
    if (bytes < 0) {
      return "";
    }
    byte[] text = new byte[bytes + 2];
    for (int at = 0; at < text.length; ) {
      if (!in.hasRemaining()) {
        receive();
      }
      int part = Math.min(in.remaining(), text.length - at);
      in.get(text, at, part);
      at += part;
    }
    return new String(text, 0, bytes, StandardCharsets.UTF_8);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder(16);
    while (true) {
      if (!in.hasRemaining()) {
        receive();
      }
      char next = (char) in.get();
      if (next == '\n') {
        if (line.length() < 2) {
          throw new IOException("the server sent an empty line");
        }
        line.setLength(line.length() - 1);
        return line.toString();
      }
      line.append(next);
    }
  }

  private void receive() throws IOException {
    in.clear();
    int read = channel.read(in);
    if (read == 0) {
      await(SelectionKey.OP_READ);
      read = channel.read(in);
    }
    in.flip();
    if (read < 0) {
      throw new IOException("the server closed the connection");
    }
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    if (selector.select(patienceMillis) == 0) {
      throw new IOException("the server did not answer within " + patienceMillis / 1000 + " s");
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
