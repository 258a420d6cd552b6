package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;

/**
 * Where each element of a population lies, for actions that touch some of them. Read from the heap
 * pages when it is first asked for, and again after a compaction.
 */
final class RubyPlaces {

  private final RubyHeapPage[] pages;
  private final short[] slots;

  /** Where the last part of each lies that has a slot; it is assumed to be next to the others. */
  private final RubyHeapPage[] partPages;

  private final short[] partSlots;

  /**
   * Reads the places.
   *
   * @param created how many elements were built
   */
  RubyPlaces(RubyHeap heap, int owner, int created) {
    pages = new RubyHeapPage[created];
    slots = new short[created];
    partPages = new RubyHeapPage[created];
    partSlots = new short[created];
    for (RubyHeapPage page : heap.pages) {
      byte[] view = page.view();
      for (int i = 0; i < view.length; i++) {
        int element = page.element(i);
        if (element == 0 || view[i] == 0 || RubySlots.owner(view[i]) != owner) {
          continue;
        }
        if (element > 0) {
          pages[element - 1] = page;
          slots[element - 1] = (short) i;
        } else {
          partPages[-element - 1] = page;
          partSlots[-element - 1] = (short) i;
        }
      }
    }
  }

  /** Writes the beginning of an element's slot. */
  void write(int element, int bytes, WriteSink sink) {
    RubyHeapPage page = pages[element];
    page.write(sink, slots[element], slots[element] + 1, bytes);
  }

  /** Writes what refers to the first part of an element. */
  void writeFirstPart(int element, WriteSink sink) {
    pages[element].writeFirstPart(slots[element], sink);
  }

  /** Writes the beginning of the slots of an element's parts. */
  void writeParts(int element, int bytes, WriteSink sink) {
    partPages[element].write(sink, partSlots[element], partSlots[element] + 1, bytes);
  }

  /** The heap page of an element. */
  RubyHeapPage page(int element) {
    return pages[element];
  }

  /** The slot of an element in its heap page. */
  int slot(int element) {
    return slots[element];
  }
}
