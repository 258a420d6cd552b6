package io.forkscope.core.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts, for all processes of a space at once, how many of them map each frame, and sums that up
 * for each node of their page tables. A node shared by many processes is looked at once, so the
 * cost grows with what differs between them.
 */
final class Census {
  private static final int RSS = 0;
  private static final int PSS = 1;
  private static final int SHARED_CLEAN = 2;
  private static final int SHARED_DIRTY = 3;
  private static final int PRIVATE_CLEAN = 4;
  private static final int PRIVATE_DIRTY = 5;
  private static final int TABLES = 6;
  private static final int COLUMNS = 7;

  /** Fraction bits of a proportional share: Linux 6.18 fs/proc/task_mmu.c, PSS_SHIFT. */
  private static final int PSS_SHIFT = 12;

  private final int stamp;
  private final List<List<Node>> levels = new ArrayList<>();

  /** How many processes reach each node, by row. */
  private long[] processes = new long[64];

  /** Bit-sliced mappings of the slots of each home, by row. */
  private long[] @Nullable [] mappings = new long[64][];

  private int rows;
  private final long[] sums;

  Census(int stamp, Iterable<CowProcess> alive) {
    this.stamp = stamp;
    List<Node> nodes = new ArrayList<>();
    for (CowProcess process : alive) {
      reach(process.root(), 1, nodes);
    }
    for (int level = 0; level <= PageTable.LEVELS; level++) {
      levels.add(nodes);
      List<Node> below = new ArrayList<>();
      for (Node node : nodes) {
        if (node instanceof Table table) {
          for (Node child : table.children) {
            if (child != null) {
              reach(child, processes[node.row], below);
            }
          }
        } else if (node instanceof Leaf leaf) {
          map(leaf, processes[node.row]);
        }
      }
      nodes = below;
    }
    sums = new long[rows * COLUMNS];
    for (int level = PageTable.LEVELS; level >= 0; level--) {
      for (Node node : levels.get(level)) {
        if (node instanceof Table table) {
          sum(table, level);
        } else if (node instanceof Leaf leaf) {
          sum(leaf);
        }
      }
    }
  }

  /** What the process of a root holds. */
  MemoryUsage usage(Table root, FaultCounts faults) {
    int at = root.row * COLUMNS;
    return new MemoryUsage(
        bytes(sums[at + RSS]),
        sums[at + PSS] >> PSS_SHIFT,
        bytes(sums[at + SHARED_CLEAN]),
        bytes(sums[at + SHARED_DIRTY]),
        bytes(sums[at + PRIVATE_CLEAN]),
        bytes(sums[at + PRIVATE_DIRTY]),
        bytes(sums[at + TABLES]),
        faults);
  }

  private static long bytes(long pages) {
    return pages * PageSize.BASE_BYTES;
  }

  private void reach(Node node, long by, List<Node> found) {
    if (node.census != stamp) {
      enter(node);
    }
    if (processes[node.row] == 0) {
      found.add(node);
    }
    processes[node.row] += by;
  }

  private void enter(Node node) {
    node.census = stamp;
    node.row = rows++;
    if (rows > processes.length) {
      processes = Arrays.copyOf(processes, 2 * rows);
      mappings = Arrays.copyOf(mappings, 2 * rows);
    }
  }

  private void map(Leaf leaf, long by) {
    map(leaf, leaf.bits, Leaf.SELF, by);
    for (int h = 0; h < leaf.homes.length; h++) {
      map(leaf.homes[h], leaf.bits, Leaf.SEEN + h * Leaf.WORDS, by);
    }
  }

  /** Adds a number to the bit-sliced counts of the slots of a mask. */
  private void map(Leaf home, long[] masks, int from, long by) {
    if (!Leaf.any(masks, from)) {
      return;
    }
    if (home.census != stamp) {
      enter(home);
    }
    long[] planes = mappings[home.row];
    if (planes == null) {
      planes = new long[Leaf.WORDS * (Long.SIZE - Long.numberOfLeadingZeros(by))];
    }
    for (int word = 0; word < Leaf.WORDS; word++) {
      for (long rest = by; rest != 0; rest &= rest - 1) {
        long carry = masks[from + word];
        int at = Long.numberOfTrailingZeros(rest) * Leaf.WORDS + word;
        for (; carry != 0; at += Leaf.WORDS) {
          if (at >= planes.length) {
            planes = Arrays.copyOf(planes, (at / Leaf.WORDS + 1) * Leaf.WORDS);
          }
          long old = planes[at];
          planes[at] = old ^ carry;
          carry &= old;
        }
      }
    }
    mappings[home.row] = planes;
  }

  private void sum(Table table, int level) {
    int to = table.row * COLUMNS;
    for (Node child : table.children) {
      if (child != null) {
        for (int column = 0; column < COLUMNS; column++) {
          sums[to + column] += sums[child.row * COLUMNS + column];
        }
      }
    }
    boolean kernelTable = level == PageTable.PUD_TABLES || level == PageTable.PMD_TABLES;
    if (kernelTable && sums[to + RSS] != 0) {
      sums[to + TABLES]++;
    }
  }

  private void sum(Leaf leaf) {
    int to = leaf.row * COLUMNS;
    sum(leaf, leaf, Leaf.SELF, to);
    for (int h = 0; h < leaf.homes.length; h++) {
      sum(leaf, leaf.homes[h], Leaf.SEEN + h * Leaf.WORDS, to);
    }
    if (sums[to + RSS] != 0 && !leaf.hugetlb) {
      sums[to + TABLES]++;
    }
  }

  private void sum(Leaf leaf, Leaf home, int from, int to) {
    long[] planes = home.census == stamp ? mappings[home.row] : null;
    if (planes == null) {
      return;
    }
    for (int word = 0; word < Leaf.WORDS; word++) {
      long seen = leaf.bits[from + word];
      if (seen == 0) {
        continue;
      }
      long many = 0;
      for (int at = word + Leaf.WORDS; at < planes.length; at += Leaf.WORDS) {
        many |= planes[at];
      }
      long dirty =
          switch (home.kind) {
            case ANONYMOUS -> -1L;
            case PAGE_CACHE -> 0;
            case SHARED -> home.bits[Leaf.WRITABLE + word];
          };
      sums[to + RSS] += Long.bitCount(seen);
      sums[to + SHARED_CLEAN] += Long.bitCount(seen & many & ~dirty);
      sums[to + SHARED_DIRTY] += Long.bitCount(seen & many & dirty);
      sums[to + PRIVATE_CLEAN] += Long.bitCount(seen & ~many & ~dirty);
      sums[to + PRIVATE_DIRTY] += Long.bitCount(seen & ~many & dirty);
      sums[to + PSS] += share(planes, planes.length - Leaf.WORDS + word, seen, 0);
    }
  }

  /** Splits a mask by the bits of its counts, highest first, and adds up the shares. */
  private static long share(long[] planes, int at, long mask, long count) {
    if (mask == 0) {
      return 0;
    }
    if (at < 0) {
      return Long.bitCount(mask) * (((long) PageSize.BASE_BYTES << PSS_SHIFT) / count);
    }
    long ones = mask & planes[at];
    return share(planes, at - Leaf.WORDS, ones, 2 * count + 1)
        + share(planes, at - Leaf.WORDS, mask & ~ones, 2 * count);
  }
}
