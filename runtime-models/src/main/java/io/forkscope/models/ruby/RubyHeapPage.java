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
  long @Nullable [] @Nullable [] startBlocks;

  private byte[] slots;
  private boolean sharedSlots;

  /** A new page, all slots free. */
  RubyHeapPage(long address, long struct) {
    this(address, struct, new byte[slotsAt(address)]);
    this.free = slots.length;
  }

  RubyHeapPage(long address, long struct, byte[] slots) {
    this.address = address;
    this.struct = struct;
    this.first = firstSlot(address);
    this.slots = slots;
  }

  private RubyHeapPage(RubyHeapPage parent) {
    this(parent.address, parent.struct, parent.slots);
    parent.sharedSlots = true;
    this.sharedSlots = true;
    this.free = parent.free;
    this.swept = parent.swept;
    this.settled = parent.settled;
    this.startBlocks = parent.startBlocks;
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
    return slots.length;
  }

  int slot(int index) {
    return slots[index];
  }

  /** The slots to read. */
  byte[] view() {
    return slots;
  }

  /** The slots to change. */
  byte[] own() {
    if (sharedSlots) {
      slots = slots.clone();
      sharedSlots = false;
    }
    return slots;
  }

  long addressOf(int index) {
    return address + first + (long) index * RubySlots.BYTES;
  }

  /** Writes the first {@code bytes} of the slots {@code [from, to)}. */
  void write(WriteSink sink, int from, int to, int bytes) {
    sink.writeStrided(addressOf(from), RubySlots.BYTES, to - from, bytes);
  }

  /** Writes its {@code struct heap_page}. */
  void writeStruct(WriteSink sink) {
    sink.write(struct, STRUCT_BYTES);
  }
}
