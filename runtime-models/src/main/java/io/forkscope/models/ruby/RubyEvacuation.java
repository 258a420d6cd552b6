package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a marking takes out of the transient heap: tables are counted, what else objects hold there
 * is told apart by its owner. Source: CRuby 3.1.2 transient_heap.c ({@code
 * rb_transient_heap_promote}, {@code transient_heap_evacuate}).
 */
final class RubyEvacuation {

  private final RubyProcess process;

  /** Whether some elements have blocks of their own in the transient heap. */
  private final boolean tellsApart;

  private final RubyPromotedObjects promoted;

  /** What the marking under way has still to list. */
  private long unlisted;

  RubyEvacuation(RubyProcess process, boolean tellsApart) {
    this.process = process;
    this.tellsApart = tellsApart;
    this.promoted = new RubyPromotedObjects();
  }

  RubyEvacuation(RubyEvacuation parent, RubyProcess process) {
    this.process = process;
    this.tellsApart = parent.tellsApart;
    this.promoted = parent.promoted.copy();
  }

  /**
   * Begins to list what becomes old while it has something in the transient heap.
   *
   * @param tables of objects that do
   * @param heldByOld for each owner, whether an old object refers to its objects
   */
  void promotes(boolean full, long tables, boolean[] heldByOld) {
    if (full) {
      promoted.clear();
    }
    long objects = tables;
    if (tellsApart) {
      for (Held held : held()) {
        objects += heldByOld[RubySlots.owner(held.page().slot(held.slot()))] ? 1 : 0;
      }
    }
    unlisted = objects;
  }

  /** Lists all of them but so many, which are pushed last. */
  void promoteAllBut(long last) {
    if (unlisted > last) {
      promoted.add(unlisted - last, process.brk(), sink());
      unlisted = last;
    }
  }

  /** Moves what was marked to the C heap; how many tables that were. */
  long evacuate() {
    RubyTransientHeap from = process.transientHeap();
    Map<Integer, List<Held>> heldByBlock = tellsApart ? heldByBlock() : Map.of();
    long tables = 0;
    for (int block : from.toEvacuate()) {
      long moved = from.evacuate(block);
      tables += moved;
      for (long i = 0; i < moved; i++) {
        long table = process.brk().malloc(RubyTransientHeap.TABLE_BYTES, sink());
        sink().write(table, RubyTransientHeap.TABLE_BYTES);
      }
      heldByBlock.getOrDefault(block, List.of()).forEach(this::moveOut);
    }
    from.reset();
    return tables;
  }

  private void moveOut(Held held) {
    long bytes = held.page().blockBytes(held.slot());
    process.transientHeap().mark(held.address());
    held.page().hold(held.slot(), process.xmalloc().mallocQuietly(bytes), bytes);
  }

  /** What an object holds in the transient heap. */
  private record Held(RubyHeapPage page, int slot) {
    long address() {
      return page.blockAddress(slot);
    }
  }

  /**
   * What marked objects hold, by block. An array's elements are marked from its end, and what a
   * block has was marked last moves first.
   */
  private Map<Integer, List<Held>> heldByBlock() {
    Map<Integer, List<Held>> blocks = new HashMap<>();
    for (Held held : held()) {
      int block = RubyTransientHeap.blockOf(held.address());
      blocks.computeIfAbsent(block, b -> new ArrayList<>()).add(held);
    }
    blocks.values().forEach(list -> list.sort(Comparator.comparingLong(Held::address)));
    return blocks;
  }

  /** What marked objects hold in the transient heap, told apart. */
  private List<Held> held() {
    List<Held> held = new ArrayList<>();
    for (RubyHeapPage page : process.heap().pages) {
      for (int slot = 0; page.holdsBlocks() && slot < page.length(); slot++) {
        if (RubyTransientHeap.holds(page.blockAddress(slot))
            && (page.slot(slot) & RubySlots.DROPPED) != RubySlots.DOOMED) {
          held.add(new Held(page, slot));
        }
      }
    }
    return held;
  }

  private WriteSink sink() {
    return process.memory().sink(RubyCauses.TRANSIENT_HEAP);
  }
}
