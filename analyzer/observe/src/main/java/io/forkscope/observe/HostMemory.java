package io.forkscope.observe;

import io.forkscope.core.memory.PageSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the host says of itself: kernel, processor, free memory, and which pages it gives. */
public final class HostMemory {

  private static final Path THP = Path.of("/sys/kernel/mm/transparent_hugepage");

  private HostMemory() {}

  /** Kernel and processor in one line, the identity of a calibration. */
  public static String description() throws ObserveException {
    return "Linux "
        + first(Path.of("/proc/sys/kernel/osrelease"), "")
        + ", "
        + first(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^[^:]*:\\s*", "");
  }

  /** MemAvailable of {@code /proc/meminfo}. */
  public static long availableBytes() throws ObserveException {
    String line = first(Path.of("/proc/meminfo"), "MemAvailable:");
    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
  }

  /** Whether a program that asks for pages of this size (madvise, MAP_HUGETLB) gets them. */
  public static boolean gives(PageSize pageSize, long bytes) throws ObserveException {
    return switch (pageSize) {
      case BASE_4K -> true;
      // Where 2 MiB are given too, an aligned range gets those instead.
      case FOLIO_64K -> gives("hugepages-64kB") && !gives("hugepages-2048kB");
      case THP_2M -> gives("hugepages-2048kB");
      case HUGETLB_2M ->
          Long.parseLong(
                  first(Path.of("/proc/meminfo"), "HugePages_Free:").replaceAll("[^0-9]", ""))
              >= bytes / pageSize.bytes();
    };
  }

  // Linux 6.8 and later have a setting for each size; [inherit] means the global one.
  private static boolean gives(String size) throws ObserveException {
    Path setting = THP.resolve(size).resolve("enabled");
    Path global = THP.resolve("enabled");
    if (!Files.exists(global)) {
      return false;
    }
    String chosen = Files.exists(setting) ? first(setting, "") : "";
    if (chosen.isEmpty() && !size.equals("hugepages-2048kB")) {
      return false;
    }
    if (chosen.isEmpty() || chosen.contains("[inherit]")) {
      chosen = first(global, "");
    }
    return chosen.contains("[always]") || chosen.contains("[madvise]");
  }

  private static String first(Path file, String start) throws ObserveException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> line.startsWith(start))
          .findFirst()
          .orElse("")
          .strip();
    } catch (IOException e) {
      throw new ObserveException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
