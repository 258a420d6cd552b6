package io.forkscope.javaagent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mapping of this process, as {@code /proc/self/smaps} tells it (proc_pid_smaps(5)).
 *
 * @param start first address
 * @param end address after the last
 * @param permissions for example {@code rw-p}
 * @param path the file or the kernel's name in brackets; empty when anonymous
 * @param residentBytes Rss
 * @param privateDirtyBytes Private_Dirty
 * @param pageBytes KernelPageSize
 * @param hugeBytes AnonHugePages
 */
record Mapping(
    long start,
    long end,
    String permissions,
    String path,
    long residentBytes,
    long privateDirtyBytes,
    long pageBytes,
    long hugeBytes) {

  private static final Pattern HEADER =
      Pattern.compile(
          "(\\p{XDigit}+)-(\\p{XDigit}+) ([-rwxsp]{4}) \\p{XDigit}+ \\p{XDigit}+:\\p{XDigit}+ \\d+ *(.*)");

  private static final Pattern FIELD = Pattern.compile("(\\w+): +(\\d+) kB");

  boolean contains(long address) {
    return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
  }

  boolean isShared() {
    return permissions.charAt(3) == 's';
  }

  boolean isAccessible() {
    return !permissions.startsWith("---");
  }

  /** All mappings with what smaps counts, ascending. */
  static List<Mapping> readSmaps() throws IOException {
    return parse(read("/proc/self/smaps"));
  }

  /** All mappings, ascending; counts are 0. */
  static List<Mapping> readMaps() throws IOException {
    return parse(read("/proc/self/maps"));
  }

  private static List<String> read(String file) throws IOException {
    // A path may hold any byte; only its shape matters here.
    return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
  }

  static List<Mapping> parse(List<String> lines) {
    List<Mapping> mappings = new ArrayList<>();
    Mapping current = null;
    for (String line : lines) {
      Matcher header = HEADER.matcher(line);
      if (header.matches()) {
        if (current != null) {
          mappings.add(current);
        }
        long start = Long.parseUnsignedLong(header.group(1), 16);
        long end = Long.parseUnsignedLong(header.group(2), 16);
        current = new Mapping(start, end, header.group(3), header.group(4), 0, 0, 4096, 0);
      } else if (current != null) {
        current = current.with(line);
      }
    }
    if (current != null) {
      mappings.add(current);
    }
    return mappings;
  }

  private Mapping with(String line) {
    Matcher field = FIELD.matcher(line);
    if (!field.matches()) {
      return this;
    }
    long bytes = Long.parseLong(field.group(2)) * 1024;
    return switch (field.group(1)) {
      case "Rss" -> copy(bytes, privateDirtyBytes, pageBytes, hugeBytes);
      case "Private_Dirty" -> copy(residentBytes, bytes, pageBytes, hugeBytes);
      case "KernelPageSize" -> copy(residentBytes, privateDirtyBytes, bytes, hugeBytes);
      case "AnonHugePages" -> copy(residentBytes, privateDirtyBytes, pageBytes, bytes);
      default -> this;
    };
  }

  private Mapping copy(long resident, long privateDirty, long page, long huge) {
    return new Mapping(start, end, permissions, path, resident, privateDirty, page, huge);
  }
}
