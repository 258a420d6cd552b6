package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;

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
    moved[RubySlots.owner(slots[cursorSlot])]++;
    to.take(index, from, cursorSlot);
    from.settled = false;
    from.write(sink, cursorSlot, cursorSlot + 1, RubySlots.BYTES);
  }
}
