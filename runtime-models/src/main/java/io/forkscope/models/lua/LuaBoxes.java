package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;

/**
 * The userdata that held the buffers of long texts. They have a finaliser: a collection that finds
 * them dead calls it and keeps them, and only the next one frees them.
 *
 * <p>Source: Lua 5.4.4 lauxlib.c ({@code newbox}), lgc.c ({@code separatetobefnz}, {@code
 * udata2finalize}).
 */
final class LuaBoxes {

  /** Young collections that meet an old object that was linked in among the youngest. */
  private static final int YOUNG_VISITS = 2;

  /** Those whose finaliser was not called yet. */
  private BlockRuns fresh = new BlockRuns();

  /** Those whose finaliser was called; any collection frees them. */
  private BlockRuns finalised = new BlockRuns();

  /** Those that a collection has turned old before their finaliser ran. */
  private BlockRuns old = new BlockRuns();

  private int visits;
  private long born;

  LuaBoxes() {}

  LuaBoxes(LuaBoxes other) {
    fresh = new BlockRuns(other.fresh);
    finalised = new BlockRuns(other.finalised);
    old = new BlockRuns(other.old);
    visits = other.visits;
    born = other.born;
  }

  void created(long address) {
    fresh.add(address, 0, 1);
  }

  /** How many wait for their finaliser. */
  long waiting() {
    return fresh.count();
  }

  /** Writes the headers of all. */
  void touch(WriteSink sink) {
    fresh.write(sink, LuaSizes.BUFFER_BYTES);
    finalised.write(sink, LuaSizes.BUFFER_BYTES);
    old.write(sink, LuaSizes.BUFFER_BYTES);
  }

  /** How many elements there were when the finalisers were called last. */
  long born() {
    return born;
  }

  /** A whole collection finalises what waits, after it has turned it old or not. */
  void collect(WriteSink sink, boolean turnOld, long created) {
    fresh.write(sink, LuaSizes.BUFFER_BYTES);
    old = turnOld ? fresh : new BlockRuns();
    finalised = turnOld ? new BlockRuns() : fresh;
    fresh = new BlockRuns();
    visits = YOUNG_VISITS;
    born = created;
  }

  /** A young collection: the old ones stay; the bytes freed. */
  long collectYoung(WriteSink sink, GlibcHeap heap, long created) {
    if (visits-- > 0) {
      old.write(sink, LuaSizes.BUFFER_BYTES);
    }
    long freed = free(finalised, heap);
    fresh.write(sink, LuaSizes.BUFFER_BYTES);
    finalised = fresh;
    fresh = new BlockRuns();
    born = created;
    return freed;
  }

  /** A whole collection frees what was finalised before; the bytes freed. */
  long free(GlibcHeap heap) {
    long freed = free(old, heap) + free(finalised, heap);
    old = new BlockRuns();
    finalised = new BlockRuns();
    return freed;
  }

  /** The one that was made first is the first that a sweep meets. */
  private static long free(BlockRuns boxes, GlibcHeap heap) {
    heap.freeEach(boxes, 0, boxes.count(), LuaSizes.BUFFER_BYTES, false);
    return boxes.count() * LuaSizes.BUFFER_BYTES;
  }
}
