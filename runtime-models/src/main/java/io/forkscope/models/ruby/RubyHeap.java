package io.forkscope.models.ruby;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcArena;
import io.forkscope.models.allocator.KernelMappings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The object heap of CRuby: heap pages, the free pages, and the page whose free list the allocator
 * holds. Slots of a page are taken from the highest address down, because {@code
 * heap_page_add_freeobj} pushes ascending addresses on a stack. Source: CRuby 3.1.2 gc.c ({@code
 * newobj_of0}, {@code heap_next_freepage}, {@code heap_page_allocate}). Not thread-safe.
 */
final class RubyHeap {

  /** {@code HEAP_PAGE_OBJ_LIMIT} of CRuby 3.1.2. */
  static final int PAGE_OBJ_LIMIT = 409;

  /** Bodies are mapped downwards from here; the first of the start image begins its slots at 8. */
  private static final long BODIES_END = 0x7f80_0000_0000L;

  private static final int BODIES_PER_REGION = 256;

  final ProcessMemory memory;
  final GlibcArena brk;
  private final KernelMappings mappings;
  final List<RubyHeapPage> pages;
  final ArrayDeque<RubyHeapPage> freePages;
  private long lowestBody;
  private long[] imageBodies = {};
  private long lowestMapped;
  private final RubyFills fills = new RubyFills();
  private @Nullable RubyHeapPage current;
  private int cursor;
  private long remaining;
  private int tracked;
  private boolean forgets;
  private long givenOut;

  /** {@code heap_pages_sorted}: pointers to all pages by address, and how many it has room for. */
  private long sorted;

  private long sortedLength;

  RubyHeap(ProcessMemory memory, GlibcArena brk, KernelMappings mappings) {
    this.memory = memory;
    this.brk = brk;
    this.mappings = mappings;
    this.pages = new ArrayList<>();
    this.freePages = new ArrayDeque<>();
    // (address + 8) % 40 == 0 for the highest body, as measured in the start image.
    this.lowestBody = BODIES_END - BODIES_END % (5L * RubyHeapPage.BYTES) + offsetOfFirst();
    this.lowestMapped = lowestBody;
  }

  private RubyHeap(RubyHeap parent, ProcessMemory memory, GlibcArena brk, KernelMappings mappings) {
    this.memory = memory;
    this.brk = brk;
    this.mappings = mappings;
    this.pages = new ArrayList<>(parent.pages.size());
    java.util.IdentityHashMap<RubyHeapPage, RubyHeapPage> copies =
        new java.util.IdentityHashMap<>();
    for (RubyHeapPage page : parent.pages) {
      RubyHeapPage copy = page.fork();
      copies.put(page, copy);
      pages.add(copy);
    }
    this.freePages = new ArrayDeque<>();
    for (RubyHeapPage page : parent.freePages) {
      RubyHeapPage copy = copies.get(page);
      if (copy != null) {
        freePages.addLast(copy);
      }
    }
    this.lowestBody = parent.lowestBody;
    this.imageBodies = parent.imageBodies;
    this.lowestMapped = parent.lowestMapped;
    this.current = parent.current == null ? null : copies.get(parent.current);
    this.cursor = parent.cursor;
    this.givenOut = parent.givenOut;
    this.sorted = parent.sorted;
    this.sortedLength = parent.sortedLength;
  }

  RubyHeap fork(ProcessMemory childMemory, GlibcArena childBrk, KernelMappings childMappings) {
    return new RubyHeap(this, childMemory, childBrk, childMappings);
  }

  private static long offsetOfFirst() {
    long base = BODIES_END - BODIES_END % (5L * RubyHeapPage.BYTES);
    long offset = 0;
    while ((base + offset - RubyHeapPage.BYTES + 8) % RubySlots.BYTES != 0) {
      offset += RubyHeapPage.BYTES;
    }
    return offset;
  }

  /** Loads the pages of a start image; the C heap begins at {@code brkStart}. */
  void load(RubyStartImage image, long brkStart) {
    WriteSink sink = memory.sink(RubyCauses.START);
    imageBodies = bodies(image);
    lowestBody = imageBodies[0];
    mapBodies();
    for (RubyStartImage.Page loaded : image.pages) {
      long address = imageBodies[loaded.rank()];
      RubyHeapPage page =
          new RubyHeapPage(address, brkStart + loaded.structOffset(), loaded.slots().clone());
      page.swept = loaded.swept();
      sink.writeRange(address, RubyHeapPage.BYTES);
      page.loadBlocks(loaded.blocks());
      if (loaded.listed() == 2) {
        current = page;
        cursor = page.length() - 1;
      }
      pages.add(page);
    }
    sorted = brkStart + image.sortedOffset();
    sortedLength = pages.size();
    for (int rank : image.freeChain) {
      RubyHeapPage page = pageAt(imageBodies[rank]);
      page.free = freeSlots(page);
      freePages.addLast(page);
    }
  }

  /**
   * Addresses of the start image's bodies by rank: as many slots as each has decide where it lies.
   * What lies in the gaps is not Ruby's.
   */
  private long[] bodies(RubyStartImage image) {
    int[] slots = new int[image.pages.size()];
    for (RubyStartImage.Page page : image.pages) {
      slots[page.rank()] = page.slots().length;
    }
    long[] bodies = new long[slots.length];
    long address = lowestBody;
    for (int rank = slots.length - 1; rank >= 0; rank--) {
      do {
        address -= RubyHeapPage.BYTES;
      } while (RubyHeapPage.slotsAt(address) != slots[rank]);
      bodies[rank] = address;
    }
    return bodies;
  }

  /** Writes pages of the start image's bodies: rank of the body, and its pages as bits. */
  void writeImagePages(List<int[]> ranks, WriteSink sink) {
    for (int[] rank : ranks) {
      for (int i = 0; i < RubyHeapPage.BYTES / 4096; i++) {
        if ((rank[1] >> i & 1) != 0) {
          sink.write(imageBodies[rank[0]] + i * 4096L, Long.BYTES);
        }
      }
    }
  }

  private RubyHeapPage pageAt(long address) {
    return pages.stream()
        .filter(page -> page.address == address)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("start image lists a page it lacks"));
  }

  /** Lists the free pages anew, after slots were exchanged between pages. */
  void relist() {
    for (RubyHeapPage page : pages) {
      if (page.swept && page != current) {
        int free = freeSlots(page);
        if (free > 0 && page.free == 0) {
          freePages.addLast(page);
        }
        page.free = free;
      }
    }
    freePages.removeIf(page -> page.free == 0);
  }

  private static int freeSlots(RubyHeapPage page) {
    int free = 0;
    for (byte slot : page.view()) {
      free += slot == 0 ? 1 : 0;
    }
    return free;
  }

  /** {@code heap_pages_expand_sorted}: makes room for so many pages more. */
  void expandSorted(long allocatable) {
    long length = pages.size() + allocatable;
    if (length > sortedLength) {
      WriteSink sink = memory.sink(RubyCauses.SLOTS);
      sorted = brk.realloc(sorted, sortedLength * Long.BYTES, length * Long.BYTES, sink);
      sortedLength = length;
    }
  }

  /** Adds a page at the end of the heap and the front of the free pages. */
  void addPage() {
    long body = placeBody();
    WriteSink sink = memory.sink(RubyCauses.SLOTS);
    long struct = brk.calloc(RubyHeapPage.STRUCT_BYTES, sink);
    RubyHeapPage page = new RubyHeapPage(body, struct);
    sink.writeRange(body, RubyHeapPage.BYTES);
    sink.write(struct, RubyHeapPage.STRUCT_BYTES);
    page.swept = true;
    pages.add(page);
    freePages.push(page);
    sink.writeRange(sorted, (long) pages.size() * Long.BYTES); // its address is the lowest
  }

  /** Where malloc gave a mapping back, or below all bodies: rb_aligned_malloc. */
  private long placeBody() {
    long body = mappings.placeInGap(RubyHeapPage.BYTES);
    if (body == 0) {
      lowestBody -= RubyHeapPage.BYTES;
      mapBodies();
      mappings.wall();
      body = lowestBody;
    }
    return body;
  }

  /** Gives the body and the struct of an empty page back. */
  void release(RubyHeapPage page) {
    if (mappings.holds(page.address)) {
      mappings.unmap(page.address);
    } else {
      memory.unmap(page.address, RubyHeapPage.BYTES);
    }
    brk.free(page.struct, RubyHeapPage.STRUCT_BYTES, memory.sink(RubyCauses.SWEEP_FREE));
  }

  private void mapBodies() {
    while (lowestMapped > lowestBody) {
      long bytes = (long) BODIES_PER_REGION * RubyHeapPage.BYTES;
      lowestMapped -= bytes;
      memory.map(Region.anonymous("Ruby heap pages", RegionKind.ANONYMOUS, lowestMapped, bytes));
    }
  }

  /** The object given out last is on the stack of its maker: a sweep that begins spares it. */
  void spareLast() {
    RubyHeapPage page = current;
    int slot = cursor + 1;
    if (page != null && slot < page.length() && (page.slot(slot) & RubySlots.DOOMED) != 0) {
      page.own()[slot] |= (byte) RubySlots.SPARED;
    }
  }

  /** Objects that something refers to. */
  long liveObjects() {
    long live = 0;
    for (RubyHeapPage page : pages) {
      if (page.settled) {
        live += page.length();
        continue;
      }
      RubyPlainSlots plain = page.plain();
      if (plain != null) {
        live += plain.live();
        continue;
      }
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i += RubySlotWords.SLOTS) {
        long word = RubySlotWords.get(slots, i);
        live += Long.bitCount(RubySlotWords.used(word) & ~RubySlotWords.doomed(word));
      }
    }
    return live;
  }

  /** Puts the allocator's slots back on their page's free list. */
  void clearCache() {
    current = null;
  }

  /**
   * Takes slots in the order of allocation.
   *
   * @param pattern states of the slots of one element, in order
   * @param from index in the pattern to begin with
   * @param count how many slots
   */
  void allocate(byte[] pattern, int from, long count, RubyCollector collector) {
    WriteSink sink = memory.sink(RubyCauses.SLOTS);
    int next = from;
    long left = count;
    while (left > 0) {
      RubyHeapPage page = current;
      if (page == null || cursor < 0) {
        boolean dropping = !forgets && (pattern[pattern.length - 1] & RubySlots.DOOMED) != 0;
        page = takePage(collector, dropping);
      }
      long before = left;
      RubyPlainSlots plain = tracked > 0 ? null : page.plain();
      cursor =
          plain != null && fills.use(pattern, plain)
              ? fillPlain(page, plain, pattern, next, left, sink)
              : fill(page, pattern, next, left, sink);
      left = remaining;
      next = (int) ((next + before - left) % pattern.length);
      page.settled = false;
    }
  }

  /**
   * Fills free slots that stay plain from the cursor down; leaves what is left in {@code
   * remaining}.
   */
  private int fillPlain(
      RubyHeapPage page,
      RubyPlainSlots plain,
      byte[] pattern,
      int next,
      long count,
      WriteSink sink) {
    boolean isEmpty = plain.free() == page.length() && cursor == page.length() - 1;
    if (isEmpty && plain.free() <= count && fills.keepAll()) {
      plain.fill();
      page.write(sink, 0, page.length(), RubySlots.BYTES);
      givenOut += page.length();
      remaining = count - page.length();
      return -1;
    }
    long left = count;
    int low = 0;
    int word = cursor / Long.SIZE;
    for (long below = -1L >>> ~cursor; word >= 0 && left > 0; below = -1L, word--) {
      long taken = plain.free(word) & below;
      while (Long.bitCount(taken) > left) {
        taken &= taken - 1;
      }
      if (taken != 0) {
        int from = (int) ((next + count - left) % pattern.length);
        plain.take(word, taken, fills.live(taken, from));
        low = word * Long.SIZE + Long.numberOfTrailingZeros(taken);
        left -= Long.bitCount(taken);
        if (page.isForked()) {
          page.writeSet(sink, word, taken, RubySlots.BYTES);
        }
      }
    }
    givenOut += count - left;
    remaining = left;
    return left > 0 ? -1 : low - 1;
  }

  /** Fills free slots from the cursor down; leaves what is left in {@code remaining}. */
  private int fill(RubyHeapPage page, byte[] pattern, int next, long count, WriteSink sink) {
    byte[] slots = page.own();
    long left = count;
    int k = next;
    int low = 0;
    long below = RubySlotWords.lanesTo(cursor % RubySlotWords.SLOTS);
    for (int from = cursor - cursor % RubySlotWords.SLOTS; from >= 0 && left > 0; ) {
      long word = RubySlotWords.get(slots, from);
      long taken = 0;
      for (long free = below & ~RubySlotWords.used(word); free != 0 && left > 0; left--) {
        long lane = Long.highestOneBit(free);
        free ^= lane;
        taken |= lane;
        word |= lane * (pattern[k] & 0xFF);
        low = from + Long.numberOfTrailingZeros(lane) / 8;
        k = k + 1 == pattern.length ? 0 : k + 1;
        if (tracked > 0) {
          page.mark(low, k == 0 ? tracked++ : -tracked);
        }
      }
      RubySlotWords.put(slots, from, word);
      page.write(sink, from, taken, RubySlots.BYTES);
      from -= RubySlotWords.SLOTS;
      below = RubySlotWords.LANES;
    }
    givenOut += count - left;
    remaining = left;
    return left > 0 ? -1 : low - 1;
  }

  private RubyHeapPage takePage(RubyCollector collector, boolean dropping) {
    while (freePages.isEmpty()) {
      collector.prepare(dropping);
    }
    RubyHeapPage page = freePages.pop();
    page.free = 0;
    page.writeStruct(memory.sink(RubyCauses.SLOTS));
    current = page;
    cursor = page.length() - 1;
    return page;
  }

  /** Whether the stack forgets at once what is made from now on and dropped. */
  void forget(boolean on) {
    forgets = on;
  }

  /** Ends what held the objects of an action: they become what they are from then on. */
  void letGo(byte state) {
    for (RubyHeapPage page : pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        if (RubySlots.isHeld(slots[i])) {
          slots = page.own();
          slots[i] = (byte) (state | (slots[i] & RubySlots.AGE));
          page.settled = false;
        }
      }
    }
  }

  /** Lets go of an owner's objects. */
  void drop(int owner) {
    for (RubyHeapPage page : pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        if (slots[i] != 0 && RubySlots.owner(slots[i]) == owner) {
          slots = page.own();
          slots[i] |= (byte) RubySlots.DROPPED;
          page.settled = false;
        }
      }
    }
  }

  /** Marks the slots of elements that are allocated from now on, from this one; no more from 0. */
  void track(int element) {
    tracked = element;
  }

  /** The page whose slot was given out last; slots have to be given out before. */
  RubyHeapPage lastPage() {
    if (current == null) {
      throw new IllegalStateException("no slot was given out");
    }
    return current;
  }

  /** The slot that was given out last. */
  int lastSlot() {
    return cursor + 1;
  }

  /** How many slots were given out since the start. */
  long givenOut() {
    return givenOut;
  }

  /** Free slots that the allocator holds. */
  int cachedSlots() {
    if (current == null) {
      return 0;
    }
    byte[] slots = current.view();
    int free = 0;
    for (int i = 0; i <= cursor; i++) {
      free += slots[i] == 0 ? 1 : 0;
    }
    return free;
  }
}
