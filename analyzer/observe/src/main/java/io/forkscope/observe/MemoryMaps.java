package io.forkscope.observe;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code /proc/PID/maps}. */
public final class MemoryMaps {
  private MemoryMaps() {}

  /**
   * The mappings of a live process, in address order.
   *
   * @throws ObserveException if it is gone, a kernel thread, or not ours to look at
   */
  public static List<Mapping> of(long pid) throws ObserveException {
    List<Mapping> mappings = parse(ProcFile.text(pid, "maps"));
    if (mappings.isEmpty()) {
      throw new ObserveException(
          "process " + pid + " has no memory: it is exiting or a kernel thread");
    }
    return mappings;
  }

  /**
   * The mappings of a text in the format of the file.
   *
   * @throws ObserveException naming the first line that is not in that format
   */
  static List<Mapping> parse(String text) throws ObserveException {
    List<Mapping> mappings = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = text.indexOf('\n', from);
      if (to < 0) {
        to = text.length();
      }
      if (to > from) {
        mappings.add(line(text.substring(from, to)));
      }
      from = to + 1;
    }
    return mappings;
  }

  // start-end perms offset dev inode [spaces path]
  private static Mapping line(String line) throws ObserveException {
    try {
      int dash = line.indexOf('-');
      int[] gaps = new int[5];
      int at = -1;
      for (int i = 0; i < 5; i++) {
        at = line.indexOf(' ', at + 1);
        gaps[i] = at < 0 ? line.length() : at;
        if (at < 0) {
          at = line.length();
        }
      }
      return new Mapping(
          Long.parseUnsignedLong(line, 0, dash, 16),
          Long.parseUnsignedLong(line, dash + 1, gaps[0], 16),
          line.substring(gaps[0] + 1, gaps[1]),
          Long.parseUnsignedLong(line, gaps[1] + 1, gaps[2], 16),
          Long.parseLong(line, gaps[3] + 1, gaps[4], 10),
          gaps[4] < line.length() ? line.substring(gaps[4]).stripLeading() : "");
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ObserveException("not a line of /proc/PID/maps: " + line, e);
    }
  }
}
