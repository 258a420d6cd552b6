package io.forkscope.models.perl;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.ArenaSlots;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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
    List<ArenaSlots> kinds = slots.stream().distinct().map(this::of).toList();
    List<BlockRuns[]> into =
        slots.stream().distinct().map(kind -> runs(kind, slots, slotRuns)).toList();
    for (long left = count; left > 0; ) {
      long batch = left;
      for (int i = 0; i < kinds.size(); i++) {
        batch = Math.min(batch, Math.max(1, kinds.get(i).available() / into.get(i).length));
      }
      for (int i = 0; i < kinds.size(); i++) {
        deal(kinds.get(i), batch, into.get(i));
      }
      if (bytes.length > 0) {
        malloc.allocateEach(bytes, batch, blockRuns);
      }
      left -= batch;
    }
  }

  /** The runs of one kind of slot, in order. */
  private static BlockRuns[] runs(Slot kind, List<Slot> slots, BlockRuns[] all) {
    return IntStream.range(0, all.length)
        .filter(i -> slots.get(i) == kind)
        .mapToObj(i -> all[i])
        .toArray(BlockRuns[]::new);
  }

  /** Slots of one kind go to the elements in turn: the first element's all, then the second's. */
  private static void deal(ArenaSlots slots, long batch, BlockRuns[] into) {
    int uses = into.length;
    if (uses == 1) {
      slots.take(batch, into[0]);
      return;
    }
    BlockRuns all = new BlockRuns();
    slots.take(uses * batch, all);
    for (int i = 0; i < uses; i++) {
      int turn = i;
      long[] dealt = {0};
      all.forEachRun(
          0,
          all.count(),
          (first, stride, count) -> {
            long skip = Math.floorMod(turn - dealt[0], uses);
            dealt[0] += count;
            if (skip < count) {
              into[turn].add(first + skip * stride, stride * uses, (count - skip - 1) / uses + 1);
            }
          });
    }
  }
}
