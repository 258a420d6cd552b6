package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.List;

/**
 * The two cursors of a compacting sweep: holes are filled from the front of the heap with objects
 * from its last page backwards, each page in ascending order, until the cursors meet. Pinned
 * objects stay. Source: CRuby 3.1.2 gc.c ({@code gc_compact_start}, {@code try_move}, {@code
 * gc_move}, {@code gc_fill_swept_plane}).
 */
final class RubyCompaction {

  private final RubyHeap heap;
  private final WriteSink sink;
  private final long[] moved = new long[RubySlots.OWNERS];

  /** Tables of small hashes that were moved, with their owners. */
  private final List<long[]> tables = new ArrayList<>();

  private int cursorPage;
  private int cursorSlot;
  private boolean finished;

  RubyCompaction(RubyHeap heap) {
    this.heap = heap;
    this.sink = heap.memory.sink(RubyCauses.COMPACT);
    this.cursorPage = heap.pages.size() - 1;
  }

  /** Whether the sweep has come to the page that objects are taken from. */
  boolean meets(RubyHeapPage page) {
    return heap.pages.get(cursorPage) == page;
  }

  boolean finished() {
    return finished;
  }

  /** How many objects of an owner were moved. */
  long moved(int owner) {
    return moved[owner];
  }

  /**
   * Writes the tables of an owner's hashes that were moved: what these refer to lies beside them,
   * and was moved too. Source: gc.c ({@code gc_ref_update_hash}), hash.c ({@code
   * ar_foreach_with_replace}).
   */
  void writeTables(int owner) {
    for (long[] table : tables) {
      if (table[1] == owner) {
        sink.write(table[0], RubyTransientHeap.TABLE_BYTES);
      }
    }
  }

  /** Fills the holes of a page; how many are left on its free list. */
  int fill(RubyHeapPage page) {
    byte[] slots = page.own();
    int left = 0;
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] != 0) {
        continue;
      }
      page.write(sink, i, i + 1, RubySlots.BYTES);
      if (!finished && findMovable(page)) {
        move(page, i);
      } else {
        finished = true;
        left++;
      }
    }
    return left;
  }

  /** Puts the cursor on the next object that may be moved. */
  private boolean findMovable(RubyHeapPage target) {
    while (true) {
      RubyHeapPage page = heap.pages.get(cursorPage);
      byte[] slots = page.view();
      for (; cursorSlot < slots.length; cursorSlot++) {
        int slot = slots[cursorSlot];
        if (slot != 0 && (slot & (RubySlots.DOOMED | RubySlots.PINNED)) == 0) {
          return true;
        }
      }
      cursorPage--;
      cursorSlot = 0;
      if (heap.pages.get(cursorPage) == target) {
        return false;
      }
    }
  }

  private void move(RubyHeapPage to, int index) {
    RubyHeapPage from = heap.pages.get(cursorPage);
    byte[] slots = from.own();
    int owner = RubySlots.owner(slots[cursorSlot]);
    moved[owner]++;
    if (from.blockBytes(cursorSlot) == RubyTransientHeap.TABLE_BYTES) {
      tables.add(new long[] {from.blockAddress(cursorSlot), owner});
    }
    to.take(index, from, cursorSlot);
    from.settled = false;
    from.write(sink, cursorSlot, cursorSlot + 1, RubySlots.BYTES);
  }
}
