package io.forkscope.models.ruby;

import io.forkscope.models.MeasuredRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The measured state of an interpreter that has loaded its program and built nothing yet: heap
 * pages with the state of every slot, and the C heap's holes. The resource's own header says how it
 * was measured. Immutable.
 */
final class RubyStartImage {

  /** One heap page. */
  static final class Page {
    private final int rank;
    private final int structOffset;
    private final boolean swept;
    private final int listed;
    private final byte[] slots;
    private long @Nullable [] @Nullable [] blocks;

    Page(int rank, int structOffset, boolean swept, int listed, byte[] slots) {
      this.rank = rank;
      this.structOffset = structOffset;
      this.swept = swept;
      this.listed = listed;
      this.slots = slots;
    }

    /** Its place by address among all, 0 the lowest. */
    int rank() {
      return rank;
    }

    /** Offset of its struct in the brk heap. */
    int structOffset() {
      return structOffset;
    }

    /** Whether it was swept since the last marking. */
    boolean swept() {
      return swept;
    }

    /** 0 without free list, 1 on the list of free pages, 2 held by the allocator. */
    int listed() {
      return listed;
    }

    /** For each slot, the chunks its dead object gives back: offset and bytes in turn. */
    long @Nullable [] @Nullable [] blocks() {
      return blocks;
    }

    /** One {@link RubySlots} byte each; not to be changed. */
    byte[] slots() {
      return slots;
    }
  }

  /**
   * A free chunk of the brk heap.
   *
   * @param list where it is: cached, fast, unsorted or binned
   * @param offset of the chunk
   * @param bytes of the chunk
   */
  record Chunk(String list, long offset, long bytes) {}

  /**
   * What the first use of an action's code writes.
   *
   * @param others pages outside of the brk heap
   * @param pages ranges of pages of the brk heap
   */
  record Use(int others, List<int[]> pages) {}

  /** The image of a version, read once. */
  static final RubyStartImage CRUBY_3_1 = read("start-3.1.txt");

  final List<Page> pages = new ArrayList<>();
  final List<Integer> freeChain = new ArrayList<>();
  final List<Chunk> chunks = new ArrayList<>();

  /** Cached chunks of the mark stack, the one taken next first, as offsets in the brk heap. */
  final List<Long> markChunks = new ArrayList<>();

  final List<int[]> untouchedPages = new ArrayList<>();
  final List<int[]> forkPages = new ArrayList<>();

  /** As {@link #compactSlots}. */
  final List<int[]> forkSlots = new ArrayList<>();

  final List<int[]> collectPages = new ArrayList<>();
  final List<int[]> compactPages = new ArrayList<>();
  final List<int[]> methodPages = new ArrayList<>();
  final Map<String, Use> uses = new TreeMap<>();

  /** As {@link #compactSlots}. */
  final List<int[]> methodSlots = new ArrayList<>();

  /** Rank of a body, and its pages as bits. */
  final List<int[]> compactSlots = new ArrayList<>();

  private long top;
  private long end;
  private long sorted;

  private RubyStartImage() {}

  /** Offset of the top of the brk heap. */
  long topOffset() {
    return top;
  }

  /** Where the kernel's break is, as an offset in the brk heap. */
  long endOffset() {
    return end;
  }

  /** Where the pointers to the heap pages are, as an offset in the brk heap. */
  long sortedOffset() {
    return sorted;
  }

  private static RubyStartImage read(String resource) {
    RubyStartImage image = new RubyStartImage();
    MeasuredRows.read(RubyStartImage.class, resource, " ").forEach(image::take);
    return image;
  }

  private void take(String[] words) {
    switch (words[0]) {
      case "page" ->
          pages.add(
              new Page(
                  Integer.parseInt(words[1]),
                  Integer.parseInt(words[2]),
                  words[3].equals("1"),
                  Integer.parseInt(words[4]),
                  slots(words[5])));
      case "frees" -> blocks(words);
      case "freechain" -> {
        for (int i = 1; i < words.length; i++) {
          freeChain.add(Integer.valueOf(words[i]));
        }
      }
      case "cached", "fast" -> {
        for (int i = 2; i < words.length; i++) {
          chunks.add(new Chunk(words[0], units(words[i]), units(words[1])));
        }
      }
      case "unsorted", "binned" -> {
        for (int i = 1; i < words.length; i++) {
          String[] chunk = words[i].split("\\+", -1);
          chunks.add(new Chunk(words[0], units(chunk[0]), units(chunk[1])));
        }
      }
      case "top" -> {
        top = Long.parseLong(words[1], 16);
        end = Long.parseLong(words[2], 16);
      }
      case "marks" -> {
        for (int i = 1; i < words.length; i++) {
          markChunks.add(units(words[i]));
        }
      }
      case "sorted" -> sorted = Long.parseLong(words[1], 16);
      case "use" -> uses.put(words[1], use(words));
      case "untouched" -> ranges(words, untouchedPages);
      case "fork" -> ranges(words, forkPages);
      case "forkslots" -> bodies(words, forkSlots);
      case "collect" -> ranges(words, collectPages);
      case "methods" -> ranges(words, methodPages);
      case "compact" -> ranges(words, compactPages);
      case "compactslots" -> bodies(words, compactSlots);
      case "methodslots" -> bodies(words, methodSlots);
      default -> throw new IllegalStateException("start image has an unknown line " + words[0]);
    }
  }

  private static long units(String word) {
    return 16 * Long.parseLong(word, 16);
  }

  /** The chunks that dead objects of the page read last give back. */
  private void blocks(String[] words) {
    Page page = pages.get(pages.size() - 1);
    long[][] blocks = new long[page.slots().length][];
    for (int i = 1; i < words.length; i++) {
      String[] parts = words[i].split("[:,]", -1);
      long[] chunks = new long[2 * (parts.length - 1)];
      for (int k = 1; k < parts.length; k++) {
        String[] chunk = parts[k].split("\\+", -1);
        chunks[2 * k - 2] = units(chunk[0]);
        chunks[2 * k - 1] = units(chunk[1]);
      }
      blocks[Integer.parseInt(parts[0])] = chunks;
    }
    page.blocks = blocks;
  }

  /** Reads {@code use WHAT OTHERS PAGES...}. */
  static Use use(String[] words) {
    Use use = new Use(Integer.parseInt(words[2]), new ArrayList<>());
    ranges(Arrays.copyOfRange(words, 2, words.length), use.pages());
    return use;
  }

  /** Reads {@code WHAT BODY:PAGES...}. */
  static void bodies(String[] words, List<int[]> into) {
    for (int i = 1; i < words.length; i++) {
      String[] body = words[i].split(":", -1);
      into.add(new int[] {Integer.parseInt(body[0]), Integer.parseInt(body[1], 16)});
    }
  }

  private static void ranges(String[] words, List<int[]> into) {
    for (int i = 1; i < words.length; i++) {
      String[] ends = words[i].split("-", -1);
      int from = Integer.parseInt(ends[0], 16);
      into.add(new int[] {from, Integer.parseInt(ends[ends.length - 1], 16)});
    }
  }

  private static byte[] slots(String runs) {
    byte[] slots = new byte[RubyHeapPage.BYTES / RubySlots.BYTES];
    int length = 0;
    int count = 0;
    for (int at = 0; at < runs.length(); at++) {
      char c = runs.charAt(at);
      if (c >= '0' && c <= '9') {
        count = count * 10 + c - '0';
      } else {
        for (int i = Math.max(1, count); i > 0; i--) {
          slots[length++] = slot(c);
        }
        count = 0;
      }
    }
    return java.util.Arrays.copyOf(slots, length);
  }

  private static byte slot(char c) {
    int live = RubySlots.live(0);
    int dead = RubySlots.doomed();
    return (byte)
        switch (c) {
          case '.' -> 0;
          case 'O' -> live | RubySlots.OLD;
          case 'U' -> live | RubySlots.UNPROTECTED;
          case 'a' -> live;
          case 'b' -> live | 1;
          case 'c' -> live | 2;
          case 'A' -> live | RubySlots.PINNED;
          case 'B' -> live | RubySlots.PINNED | 1;
          case 'C' -> live | RubySlots.PINNED | 2;
          case 'P' -> live | RubySlots.PINNED | RubySlots.OLD;
          case 'Q' -> live | RubySlots.PINNED | RubySlots.UNPROTECTED;
          case 'x' -> dead | RubySlots.OLD;
          case 'w' -> dead | RubySlots.SPARED;
          case 'u' -> dead | RubySlots.UNPROTECTED | RubySlots.SPARED;
          case 'd' -> dead;
          default -> throw new IllegalStateException("start image has an unknown slot " + c);
        };
  }
}
