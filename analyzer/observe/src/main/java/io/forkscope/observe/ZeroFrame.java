package io.forkscope.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Finds the frame of the kernel's page of zeroes, which every process maps where it has read memory
 * that it never wrote. It is anonymous by its pagemap bits, but nobody's private memory.
 *
 * <p>Idea: read one byte of our own untouched anonymous memory through {@code /proc/self/mem}; the
 * kernel then maps the page of zeroes there, and {@code /proc/kpageflags} confirms it. A kernel
 * that is set up without it (seen: Linux 6.18 as a guest with {@code pvm_no_zero_page=1}) maps a
 * private page of the reader instead: then there is no frame to leave out of counts.
 */
final class ZeroFrame {
  // KPF_ZERO_PAGE: Linux include/uapi/linux/kernel-page-flags.h.
  private static final long ZERO_PAGE_FLAG = 1L << 24;
  // KPF_ANON, same file.
  private static final long ANONYMOUS_FLAG = 1L << 12;
  // Smaller mappings cannot hold a huge page of zeroes.
  private static final long MOST_BYTES = 2L << 20;
  // Reads that gave private pages before we believe that this kernel always gives them: another
  // thread of this JVM may have written one of them between our two looks.
  private static final int PRIVATE_READS = 16;

  private ZeroFrame() {}

  /** What {@link #find} answers where reads of untouched memory map private pages. */
  static final long NONE = -1;

  /**
   * The frame number, or {@link #NONE} if this kernel maps private pages instead.
   *
   * @throws ObserveException if it cannot be found, for example without root
   */
  static long find() throws ObserveException {
    long own = ProcessHandle.current().pid();
    try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r");
        FileChannel flags = FileChannel.open(Path.of("/proc/kpageflags"), StandardOpenOption.READ);
        FileChannel pagemap =
            FileChannel.open(Path.of("/proc/self/pagemap"), StandardOpenOption.READ)) {
      List<Mapping> mappings = MemoryMaps.of(own);
      int privateReads = 0;
      for (Mapping mapping : mappings) {
        if (mapping.fileBacked()
            || !mapping.writable()
            || !mapping.isPrivate()
            || !mapping.path().isEmpty()) {
          continue;
        }
        long last = Math.min(mapping.end(), mapping.start() + MOST_BYTES);
        for (long page = mapping.start(); page < last; page += PageSnapshot.PAGE_BYTES) {
          long frame = frameMappedByReading(memory, pagemap, page);
          long kind = frame == 0 ? 0 : word(flags, frame);
          if ((kind & ZERO_PAGE_FLAG) != 0) {
            return frame;
          }
          if ((kind & ANONYMOUS_FLAG) != 0 && ++privateReads == PRIVATE_READS) {
            return NONE;
          }
        }
      }
    } catch (IOException e) {
      throw ProcFile.failure(own, "mem", e);
    }
    throw new ObserveException("the kernel's page of zeroes was not found in this process");
  }

  private static long frameMappedByReading(RandomAccessFile memory, FileChannel pagemap, long page)
      throws IOException {
    if (PageEntry.present(word(pagemap, page >>> 12))) {
      return 0;
    }
    try {
      memory.seek(page);
      memory.read();
    } catch (IOException e) {
      return 0; // a guard page, or unmapped by another thread meanwhile
    }
    long entry = word(pagemap, page >>> 12);
    return PageEntry.present(entry) ? PageEntry.frame(entry) : 0;
  }

  private static long word(FileChannel file, long index) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    return file.read(buffer, index * 8) == 8 ? buffer.getLong(0) : 0;
  }
}
