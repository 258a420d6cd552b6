package io.forkscope.models.redis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * The anonymous pages of a running process that it had when they were read, from /proc/PID/mem.
 * Pages that are not present are not asked for: the kernel would map them. What was not read is 0.
 */
final class ServerMemory {

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PAGE_SHIFT = 12;
  private static final int PART_SHIFT = 20;
  private static final int PART = 1 << PART_SHIFT;

  /** Bit 63 of an entry of /proc/PID/pagemap: Linux Documentation/admin-guide/mm/pagemap.rst. */
  private static final long PRESENT = 1L << 63;

  /** By address in parts. */
  private final TreeMap<Long, byte[]> parts = new TreeMap<>();

  private ServerMemory() {}

  /**
   * Reads all of a process.
   *
   * @throws IOException in one line, also if it would fill more than half of this JVM's heap
   */
  static ServerMemory read(long pid) throws IOException {
    Path folder = Path.of("/proc", Long.toString(pid));
    ServerMemory memory = new ServerMemory();
    try (RandomAccessFile pages = file(folder.resolve("mem"));
        RandomAccessFile map = file(folder.resolve("pagemap"))) {
      for (String line : Files.readAllLines(folder.resolve("maps"))) {
        List<String> words = Arrays.asList(line.split(" +", -1));
        if (words.get(1).startsWith("rw") && words.get(4).equals("0")) {
          int dash = line.indexOf('-');
          memory.read(
              pages,
              map,
              Long.parseLong(line, 0, dash, 16),
              Long.parseLong(line, dash + 1, line.indexOf(' '), 16));
        }
      }
    }
    return memory;
  }

  private static RandomAccessFile file(Path path) throws IOException {
    return new RandomAccessFile(path.toFile(), "r");
  }

  /** Reads what is present of a mapping, page by page. */
  private void read(RandomAccessFile pages, RandomAccessFile map, long begin, long end)
      throws IOException {
    for (long at = begin; at < end; ) {
      if (parts.size() > Runtime.getRuntime().maxMemory() / 2 / PART) {
        throw new IOException(
            "a copy of the server's memory would fill this JVM's heap; give it more (java -Xmx), or"
                + " leave out --placement observed");
      }
      long partEnd = Math.min(end, ((at >>> PART_SHIFT) + 1) << PART_SHIFT);
      byte[] entries = new byte[(int) ((partEnd - at) >>> PAGE_SHIFT) * Long.BYTES];
      map.seek((at >>> PAGE_SHIFT) * Long.BYTES);
      map.readFully(entries);
      for (int i = 0; i < entries.length; i += Long.BYTES) {
        if (((long) WORDS.get(entries, i) & PRESENT) != 0) {
          long page = at + ((long) (i / Long.BYTES) << PAGE_SHIFT);
          byte[] part = parts.computeIfAbsent(page >>> PART_SHIFT, k -> new byte[PART]);
          pages.seek(page);
          pages.readFully(part, (int) page & (PART - 1), 1 << PAGE_SHIFT);
        }
      }
      at = partEnd;
    }
  }

  /** The word at an address that 8 divides. */
  long word(long address) {
    byte[] part = parts.get(address >>> PART_SHIFT);
    return part == null ? 0 : (long) WORDS.get(part, (int) address & (PART - 1) & -Long.BYTES);
  }

  /** The byte at an address. */
  int at(long address) {
    byte[] part = parts.get(address >>> PART_SHIFT);
    return part == null ? 0 : part[(int) address & (PART - 1)] & 0xff;
  }

  /** The text that ends before a zero, of so many bytes at most. */
  String text(long address, int most) {
    byte[] bytes = new byte[most];
    int length = 0;
    for (; length < most && at(address + length) != 0; length++) {
      bytes[length] = (byte) at(address + length);
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** All addresses that hold a word. */
  List<Long> find(long word) {
    List<Long> found = new ArrayList<>();
    parts.forEach((number, part) -> find(part, word, i -> found.add((number << PART_SHIFT) + i)));
    return found;
  }

  private static void find(byte[] part, long word, LongConsumer into) {
    for (int i = 0; i < PART; i += Long.BYTES) {
      if ((long) WORDS.get(part, i) == word) {
        into.accept(i);
      }
    }
  }
}
