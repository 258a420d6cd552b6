package io.forkscope.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What this machine lets us see. */
public final class HostCapabilities {
  // AT_PAGESZ of the auxiliary vector: Linux include/uapi/linux/auxvec.h.
  private static final long AUXV_PAGE_BYTES = 6;

  private HostCapabilities() {}

  /** Whether this is Linux. */
  public static boolean isLinux() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
  }

  /** Whether {@code /proc/PID/pagemap} gives frame numbers: it does for root. */
  public static boolean frameNumbersVisible() {
    try {
      long own = ProcessHandle.current().pid();
      PageSnapshot snapshot = PageSnapshot.take(own);
      return snapshot.anyFrameNumber();
    } catch (IOException e) {
      return false;
    }
  }

  /** Bytes of a base page of the running kernel. */
  public static long basePageBytes() throws ObserveException {
    try {
      ByteBuffer vector =
          ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
              .order(ByteOrder.nativeOrder());
      while (vector.remaining() >= 16) {
        long key = vector.getLong();
        long value = vector.getLong();
        if (key == AUXV_PAGE_BYTES) {
          return value;
        }
      }
      throw new ObserveException("/proc/self/auxv has no page size");
    } catch (IOException e) {
      throw ProcFile.failure(ProcessHandle.current().pid(), "auxv", e);
    }
  }

  /**
   * Checks that forks can be counted by frame number here.
   *
   * @throws UnsupportedHostException in one line, with what can still be done
   */
  public static void requireFrameNumbers() throws ObserveException {
    if (!isLinux()) {
      throw new UnsupportedHostException(
          "measuring needs Linux; `forkscope simulate` and `forkscope validate --truth FILE` work"
              + " everywhere");
    }
    long pageBytes = basePageBytes();
    if (pageBytes != PageSnapshot.PAGE_BYTES) {
      throw new UnsupportedHostException(
          "measuring needs a kernel with base pages of 4096 bytes, this one has " + pageBytes);
    }
    if (!frameNumbersVisible()) {
      throw new UnsupportedHostException(
          "frame numbers are hidden: measuring needs root (CAP_SYS_ADMIN); without it,"
              + " `forkscope validate --count exclusive` counts by pagemap bit 56, and"
              + " `forkscope simulate` needs no rights");
    }
  }
}
