package io.forkscope.models.perl;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.ArenaSlots;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Where a Perl process puts its SVs: arenas of heads and of bodies by size, and malloc. */
final class PerlHeap {

  /**
   * What slots hold; each kind has arenas of its own. Source: perl 5.36 sv_inline.h, sv.c
   * (sv_add_arena, Perl_more_bodies).
   */
  enum Slot {
    HEAD(PerlSizes.HEAD_BYTES, 1, PerlSizes.ARENA_BYTES),
    /** XPV without its ghost fields. */
    PV(16, 0, arenaWithGhosts(32)),
    PVIV(24, 0, arenaWithGhosts(40)),
    PVNV(32, 0, arenaWithGhosts(48)),
    /** XPVAV. */
    ARRAY(40, 0, PerlSizes.ARENA_BYTES / 40 * 40),
    /** XPVHV. */
    HASH(32, 0, PerlSizes.ARENA_BYTES / 32 * 32),
    ENTRY(PerlSizes.ENTRY_BYTES, 0, PerlSizes.ARENA_BYTES);

    private final int bytes;
    private final int reserved;
    private final int arenaBytes;

    Slot(int bytes, int reserved, int arenaBytes) {
      this.bytes = bytes;
      this.reserved = reserved;
      this.arenaBytes = arenaBytes;
    }

    /**
     * An arena of bodies whose first 16 bytes are left out: FIT_ARENA0 puts no parentheses around
     * {@code sizeof(XPV) - STRUCT_OFFSET(XPV, xpv_cur)}. Measured too: 3,536, 3,424 and 3,296.
     */
    private static int arenaWithGhosts(int structBytes) {
      return (PerlSizes.ARENA_BYTES / structBytes - 16) * structBytes - 16;
    }
  }

  private final GlibcHeap malloc;
  private final Map<Slot, ArenaSlots> arenas = new EnumMap<>(Slot.class);

  PerlHeap(ProcessMemory memory, GlibcHeap malloc) {
    this.malloc = malloc;
    for (Slot slot : Slot.values()) {
      arenas.put(
          slot,
          new ArenaSlots(
              memory,
              malloc,
              PerlCauses.ALLOCATION,
              PerlCauses.FREE,
              slot.bytes,
              slot.arenaBytes,
              slot.reserved));
    }
  }

  /** Slots that the interpreter's own objects have left free, in one page. */
  void addFree(Slot slot, long address, int count) {
    of(slot).addFree(address, slot.bytes, count);
  }

  PerlHeap(PerlHeap parent, ProcessMemory memory) {
    malloc = parent.malloc.fork(memory);
    parent.arenas.forEach(
        (slot, slots) ->
            arenas.put(
                slot,
                new ArenaSlots(slots, memory, malloc, PerlCauses.ALLOCATION, PerlCauses.FREE)));
  }

  GlibcHeap malloc() {
    return malloc;
  }

  /** The arenas of one kind. */
  ArenaSlots of(Slot slot) {
    ArenaSlots slots = arenas.get(slot);
    if (slots == null) {
      throw new IllegalStateException("no arenas of " + slot);
    }
    return slots;
  }

  /**
   * Makes {@code count} elements in turn, each of the same blocks.
   *
   * @param slots what each takes from arenas, in order; {@code slotRuns} gets the addresses
   * @param bytes what each takes from malloc, in order; {@code blockRuns} gets the addresses
   */
  void make(
      long count, List<Slot> slots, BlockRuns[] slotRuns, long[] bytes, BlockRuns[] blockRuns) {
    List<Slot> kinds = slots.stream().distinct().toList();
    int[] uses = new int[kinds.size()];
    slots.forEach(slot -> uses[kinds.indexOf(slot)]++);
    for (long left = count; left > 0; ) {
      long batch = left;
      for (int i = 0; i < uses.length; i++) {
        batch = Math.min(batch, Math.max(1, of(kinds.get(i)).available() / uses[i]));
      }
      for (int i = 0; i < uses.length; i++) {
        deal(kinds.get(i), uses[i], batch, slots, slotRuns);
      }
      if (bytes.length > 0) {
        malloc.allocateEach(bytes, batch, blockRuns);
      }
      left -= batch;
    }
  }

  /** Slots of one kind go to the elements in turn: the first element's all, then the second's. */
  private void deal(Slot slot, int uses, long batch, List<Slot> slots, BlockRuns[] into) {
    if (uses == 1) {
      of(slot).take(batch, into[slots.indexOf(slot)]);
      return;
    }
    BlockRuns all = new BlockRuns();
    of(slot).take(uses * batch, all);
    int role = 0;
    for (int i = 0; i < into.length; i++) {
      if (slots.get(i) == slot) {
        int turn = role++;
        BlockRuns own = into[i];
        long[] dealt = {0};
        all.forEachRun(
            0,
            all.count(),
            (first, stride, count) -> {
              long skip = Math.floorMod(turn - dealt[0], uses);
              dealt[0] += count;
              if (skip < count) {
                own.add(first + skip * stride, stride * uses, (count - skip - 1) / uses + 1);
              }
            });
      }
    }
  }
}
