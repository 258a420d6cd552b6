package io.forkscope.javaagent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Tells which pages of this process are present: bit 63 of {@code /proc/self/pagemap}, which a
 * process may read about itself without privilege (Linux Documentation/admin-guide/mm/pagemap.rst).
 */
final class Pagemap implements Closeable {
  private static final int ENTRY_BYTES = 8;

  private final FileChannel channel;
  private final int pageBytes;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(64 * 1024).order(ByteOrder.nativeOrder());

  private Pagemap(FileChannel channel, int pageBytes) {
    this.channel = channel;
    this.pageBytes = pageBytes;
  }

  static Pagemap open(int pageBytes) throws IOException {
    return new Pagemap(
        FileChannel.open(Path.of("/proc/self/pagemap"), StandardOpenOption.READ), pageBytes);
  }

  /** Receives a maximal run of present pages. */
  interface RunSink {
    void run(long start, long end);
  }

  /** Reports the runs of present pages in {@code [start, end)}, ascending; both page-aligned. */
  void runs(long start, long end, RunSink sink) throws IOException {
    long runStart = -1;
    long address = start;
    while (address < end) {
      long entries = Math.min((end - address) / pageBytes, buffer.capacity() / ENTRY_BYTES);
      buffer.clear().limit(Math.toIntExact(entries * ENTRY_BYTES));
      fill(address / pageBytes * ENTRY_BYTES);
      for (int i = 0; i < entries; i++, address += pageBytes) {
        boolean present = buffer.getLong(i * ENTRY_BYTES) < 0; // bit 63
        if (present && runStart < 0) {
          runStart = address;
        } else if (!present && runStart >= 0) {
          sink.run(runStart, address);
          runStart = -1;
        }
      }
    }
    if (runStart >= 0) {
      sink.run(runStart, end);
    }
  }

  private void fill(long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read <= 0) {
        throw new IOException("/proc/self/pagemap ends at " + at);
      }
      at += read;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
