package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import org.jspecify.annotations.Nullable;

/**
 * One heap page of CRuby: 16 KiB of slots, described by a {@code struct heap_page} in the C heap
 * that holds its bitmaps and its free list. Source: CRuby 3.1.2 gc.c ({@code heap_page_allocate},
 * {@code struct heap_page}).
 */
final class RubyHeapPage {

  /** {@code HEAP_PAGE_SIZE}: 1 << HEAP_PAGE_ALIGN_LOG (14) in CRuby 3.1.2. */
  static final int BYTES = 16384;

  /** {@code sizeof(struct heap_page)}: 64 bytes and five bitmaps of 7 words. */
  static final int STRUCT_BYTES = 344;

  /** Where its flags lie, after five shorts. */
  private static final int FLAGS = 12;

  /** {@code sizeof(struct heap_page_header)}. */
  private static final int HEADER_BYTES = 8;

  final long address;
  final long struct;
  final int first;

  /** Free slots on its own free list; 0 while the allocator holds them. */
  int free;

  boolean swept;

  /** Whether it holds nothing but old, live or unprotected objects: no mark ages it. */
  boolean settled;

  /** Chunks that the objects of a start image's page give back when they die, by slot. */
  private long @Nullable [] @Nullable [] startBlocks;

  private boolean sharedBlocks;

  /** The malloc block each slot's object holds: address and bytes asked for; 0 for none. */
  private long @Nullable [] blockAddress;

  private long @Nullable [] blockBytes;

  /** For each slot, the element it is (positive) or belongs to (negative), from 1; 0 for none. */
  private int @Nullable [] elements;

  /** How many slots it has: the first one lies where its size divides its address. */
  private final int length;

  /** Its slots as long as they are plain; null from then on. */
  private @Nullable RubyPlainSlots plain;

  /** Their states if they are not plain. Of a fork, others may hold the array. */
  private byte[] slots;

  private boolean sharedSlots;

  /** Whether there has been a fork since the whole page was written, when it was made. */
  private boolean forked;

  /** A new page, all slots free. */
  RubyHeapPage(long address, long struct) {
    this(address, struct, new byte[0]);
    this.plain = new RubyPlainSlots(length);
    this.free = length;
  }

  RubyHeapPage(long address, long struct, byte[] slots) {
    this.address = address;
    this.struct = struct;
    this.first = firstSlot(address);
    this.length = slotsAt(address);
    this.slots = slots;
  }

  private RubyHeapPage(RubyHeapPage parent) {
    this(parent.address, parent.struct, parent.slots);
    parent.sharedSlots = true;
    this.sharedSlots = true;
    this.plain = parent.plain == null ? null : new RubyPlainSlots(parent.plain);
    parent.forked = true;
    this.forked = true;
    this.free = parent.free;
    this.swept = parent.swept;
    this.settled = parent.settled;
    this.startBlocks = parent.startBlocks;
    parent.sharedBlocks = true;
    this.sharedBlocks = true;
    this.blockAddress = parent.blockAddress == null ? null : parent.blockAddress.clone();
    this.blockBytes = parent.blockBytes == null ? null : parent.blockBytes.clone();
    this.elements = parent.elements == null ? null : parent.elements.clone();
  }

  RubyHeapPage fork() {
    return new RubyHeapPage(this);
  }

  /** Where the first slot lies: slots are aligned to their own size. */
  private static int firstSlot(long address) {
    int over = (int) ((address + HEADER_BYTES) % RubySlots.BYTES);
    return HEADER_BYTES + (over == 0 ? 0 : RubySlots.BYTES - over);
  }

  static int slotsAt(long address) {
    return (BYTES - firstSlot(address)) / RubySlots.BYTES;
  }

  int length() {
    return length;
  }

  int slot(int index) {
    return plain == null ? slots[index] : plain.state(index);
  }

  /** Its slots as sets; null if they are not plain. */
  @Nullable RubyPlainSlots plain() {
    return plain;
  }

  /** The states of the slots to read. */
  byte[] view() {
    return plain == null ? slots : plain.states();
  }

  /** The states of the slots to change; they are not plain from then on. */
  byte[] own() {
    if (plain != null) {
      slots = plain.states();
      plain = null;
    } else if (sharedSlots) {
      slots = slots.clone();
    }
    sharedSlots = false;
    return slots;
  }

  /** Whether what is written to it changes pages, as there has been a fork. */
  boolean isForked() {
    return forked;
  }

  /** Whether its states are not to be changed in place. */
  boolean keepsStates() {
    return sharedSlots || forked;
  }

  /** Takes states that stand for its own. */
  void become(byte[] states) {
    sharedSlots &= states == slots;
    slots = states;
  }

  /** Writes the first bytes of each slot that is free or used, and is not so in states to come. */
  void writeUsed(WriteSink sink, byte[] states, int bytes) {
    for (int i = 0; forked && i < slots.length; i += RubySlotWords.SLOTS) {
      long used = RubySlotWords.used(RubySlotWords.get(slots, i));
      write(sink, i, used ^ RubySlotWords.used(RubySlotWords.get(states, i)), bytes);
    }
  }

  /** Writes the header of each live object whose age is another one in the states to come. */
  void writeAges(WriteSink sink, byte[] states) {
    for (int i = 0; forked && i < slots.length; i += RubySlotWords.SLOTS) {
      long word = RubySlotWords.get(slots, i);
      long differs = word ^ RubySlotWords.get(states, i);
      write(sink, i, RubySlotWords.ages(differs) & ~RubySlotWords.doomed(word), Long.BYTES);
    }
  }

  /** Gives the page what its start image's objects hold; not to be changed afterwards. */
  void loadBlocks(long @Nullable [] @Nullable [] blocks) {
    startBlocks = blocks;
    sharedBlocks = true;
  }

  /** The chunks that a start image's object gives back, once: offset and bytes in turn. */
  long @Nullable [] takeBlocks(int index) {
    long[] taken = startBlock(index);
    setStartBlock(index, null);
    return taken;
  }

  private long @Nullable [] startBlock(int index) {
    return startBlocks == null ? null : startBlocks[index];
  }

  private void setStartBlock(int index, long @Nullable [] blocks) {
    if (blocks == startBlock(index)) {
      return;
    }
    if (startBlocks == null) {
      startBlocks = new long[length][];
    } else if (sharedBlocks) {
      startBlocks = startBlocks.clone();
    }
    sharedBlocks = false;
    startBlocks[index] = blocks;
  }

  /** Takes the object of another page's slot, and what belongs to it, into a free slot. */
  void take(int index, RubyHeapPage from, int fromIndex) {
    own()[index] = from.own()[fromIndex];
    from.slots[fromIndex] = 0;
    if (elements != null || from.elements != null) {
      mark(index, from.element(fromIndex));
      from.mark(fromIndex, 0);
    }
    if (from.blockAddress(fromIndex) != 0) {
      hold(index, from.blockAddress(fromIndex), from.blockBytes(fromIndex));
      from.hold(fromIndex, 0, 0);
    }
    settled = false;
  }

  /** Exchanges what lies in a slot, and what belongs to it, with another page's. */
  void exchange(int index, RubyHeapPage other, int otherIndex) {
    byte state = own()[index];
    own()[index] = other.own()[otherIndex];
    other.slots[otherIndex] = state;
    if (elements != null || other.elements != null) {
      int element = element(index);
      mark(index, other.element(otherIndex));
      other.mark(otherIndex, element);
    }
    if (blockAddress(index) != 0 || other.blockAddress(otherIndex) != 0) {
      long address = blockAddress(index);
      long bytes = blockBytes(index);
      hold(index, other.blockAddress(otherIndex), other.blockBytes(otherIndex));
      other.hold(otherIndex, address, bytes);
    }
    long[] blocks = startBlock(index);
    setStartBlock(index, other.startBlock(otherIndex));
    other.setStartBlock(otherIndex, blocks);
    settled = false;
    other.settled = false;
  }

  /** Tells which element a slot is, or with a negative number belongs to. */
  void mark(int index, int element) {
    int[] marks = elements;
    if (marks == null) {
      marks = new int[length];
      elements = marks;
    }
    marks[index] = element;
  }

  /** The element a slot is, or with a negative number belongs to, from 1; 0 for none. */
  int element(int index) {
    return elements == null ? 0 : elements[index];
  }

  /** Whether two slots are of one element, or of none. */
  boolean isOfOneElement(int index, int other) {
    return Math.abs(element(index)) == Math.abs(element(other));
  }

  /** Whether some object of the page may hold blocks. */
  boolean holdsBlocks() {
    return startBlocks != null || blockAddress != null;
  }

  /** Tells of the malloc block that the object of a slot holds. */
  void hold(int index, long address, long bytes) {
    if (plain != null) {
      own();
    }
    long[] addresses = blockAddress;
    long[] sizes = blockBytes;
    if (addresses == null || sizes == null) {
      addresses = new long[length];
      sizes = new long[length];
      blockAddress = addresses;
      blockBytes = sizes;
    }
    addresses[index] = address;
    sizes[index] = bytes;
  }

  /** Address of the malloc block of a slot's object; 0 if it holds none. */
  long blockAddress(int index) {
    return blockAddress == null ? 0 : blockAddress[index];
  }

  /** Bytes asked for of the malloc block of a slot's object; 0 if it holds none. */
  long blockBytes(int index) {
    return blockBytes == null ? 0 : blockBytes[index];
  }

  /**
   * Writes what refers to the first part of a slot's object: in the slot itself after its header
   * and class, or in the block that the object holds.
   */
  void writeFirstPart(int index, WriteSink sink) {
    if (blockAddress(index) != 0) {
      sink.write(blockAddress(index), Long.BYTES);
    } else {
      sink.write(addressOf(index) + 2L * Long.BYTES, Long.BYTES);
    }
  }

  long addressOf(int index) {
    return address + first + (long) index * RubySlots.BYTES;
  }

  /**
   * Writes the first {@code bytes} of the slots {@code [from, to)}. Before any fork that changes no
   * page: all were written when the heap page was made.
   */
  void write(WriteSink sink, int from, int to, int bytes) {
    if (!forked) {
      return;
    }
    sink.writeStrided(addressOf(from), RubySlots.BYTES, to - from, bytes);
  }

  /**
   * Writes the first {@code bytes} of the slots of some lanes of the word that begins at a slot.
   */
  void write(WriteSink sink, int first, long lanes, int bytes) {
    if (!forked) {
      return;
    }
    long left = RubySlotWords.bytes(lanes);
    while (left != 0) {
      int from = Long.numberOfTrailingZeros(left);
      int run = Long.numberOfTrailingZeros(~(left >>> from));
      write(sink, first + from / 8, first + (from + run) / 8, bytes);
      left &= from + run == Long.SIZE ? 0 : -1L << (from + run);
    }
  }

  /** Writes the first {@code bytes} of some slots of a word of {@link RubyPlainSlots}. */
  void writeSet(WriteSink sink, int word, long set, int bytes) {
    for (long left = set; left != 0; ) {
      int from = Long.numberOfTrailingZeros(left);
      int to = from + Long.numberOfTrailingZeros(~(left >>> from));
      write(sink, word * Long.SIZE + from, word * Long.SIZE + to, bytes);
      left &= to == Long.SIZE ? 0 : -1L << to;
    }
  }

  /** Writes the headers of the live objects of plain slots that are not old. */
  void writeYoung(WriteSink sink, RubyPlainSlots slots) {
    for (int word = 0; forked && word < RubyPlainSlots.WORDS; word++) {
      writeSet(sink, word, slots.young(word), Long.BYTES);
    }
  }

  /** Writes the first bytes of the dead objects of plain slots. */
  void writeDoomed(WriteSink sink, RubyPlainSlots slots, int bytes) {
    for (int word = 0; forked && word < RubyPlainSlots.WORDS; word++) {
      writeSet(sink, word, slots.doomed(word), bytes);
    }
  }

  /** Writes the flags of its {@code struct heap_page}. */
  void writeFlags(WriteSink sink) {
    if (forked) {
      sink.write(struct + FLAGS, Integer.BYTES);
    }
  }

  /** Writes its {@code struct heap_page}, which is written too when the heap page is made. */
  void writeStruct(WriteSink sink) {
    if (forked) {
      sink.write(struct, STRUCT_BYTES);
    }
  }
}
