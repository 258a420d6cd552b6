package io.forkscope.models.cpython;

import io.forkscope.core.memory.PageSize;
import io.forkscope.models.allocator.GlibcMalloc;

/** Bytes of the tables of lists, dicts and sets of many entries. */
final class HolderTables {

  /** PyDict_MINSIZE of 2.7 and PySet_MINSIZE: they lie in the object. */
  private static final int INNER_SLOTS = 8;

  private static final int FIRST_ARENAS = 16; // INITIAL_ARENA_OBJECTS, Objects/obmalloc.c

  /**
   * Up to as many items a list of 2.7 finds room in what the interpreter has left free: which of
   * its tables are left is so that of 29 lists of 3,000 to 60,000 ints.
   */
  private static final long FIRST_BEHIND = 1000;

  private final CPythonVersion version;
  private final CPythonLayout layout;

  HolderTables(CPythonLayout layout) {
    this.version = layout.version();
    this.layout = layout;
  }

  /** A list that came to {@code items} by appending: list_resize, Objects/listobject.c. */
  long appendedListBytes(long items) {
    long allocated = 0;
    while (allocated < items) {
      allocated = grown(allocated);
    }
    return 8 * allocated;
  }

  private long grown(long allocated) {
    long wanted = allocated + 1;
    return version.atLeast(CPythonVersion.V3_9)
        ? (wanted + (wanted >> 3) + 6) & ~3L
        : wanted + (wanted >> 3) + (wanted < 9 ? 3 : 6);
  }

  /**
   * What a list of {@code items} has left free in the heap where its elements take {@code each}
   * bytes of malloc in the mean. They fill the places that it has left, and lie behind it once
   * those are full: so it moves behind them when it grows next, or to a mapping from the threshold
   * on. Before that it grows at the top, in its place.
   */
  long holeOfList(CPythonHeap heap, long items, double each) {
    double hole = 0;
    boolean behind = false;
    boolean mapped = false;
    long last = 0;
    for (long full = 0; full < items; full = grown(full)) {
      double taken = (full - last) * each;
      last = full;
      if (full < FIRST_BEHIND) {
        continue;
      }
      behind |= taken > hole;
      hole = Math.max(0, hole - taken);
      long bytes = 8 * grown(full);
      boolean maps = heap.mapsAtOnce(bytes);
      if (behind && !mapped && (maps || hole < bytes)) {
        hole += 8 * full;
        mapped = maps;
        behind = false;
      } else if (behind && !mapped) {
        hole += 8 * full - bytes;
      }
    }
    return (long) Math.max(0, hole - (items - last) * each);
  }

  /**
   * The table of a list of {@code items} that were appended while pools were taken from {@code
   * firstPool} on. When pymalloc's array of arenas doubles it gets a block behind the table, which
   * then moves and leaves a hole. From the threshold on it moves to a mapping; a smaller one grows
   * behind the hole until the top, which was extended by a pad and to a whole page for it, is full.
   * The next array fits into the hole: if the table is still behind, all is one free block when it
   * has left. Measured on 3.8: dicts, insts and tuples. Not measured for 2.7.
   */
  GlibcMalloc.Block appendedList(CPythonHeap heap, long items, long firstPool) {
    long bytes = Math.max(8, appendedListBytes(items));
    long hole = 0;
    long end = 0;
    boolean joins = false;
    double poolBytes = heap.endOfPools() - firstPool;
    for (long arenas = FIRST_ARENAS;
        heap.arenaStart(arenas) < heap.endOfPools() && !heap.isRoomTaken();
        arenas *= 2) {
      long before = heap.arenaStart(arenas) - firstPool;
      long moved = appendedListBytes((long) (items * Math.max(0, before) / poolBytes));
      if (hole > 0) {
        joins |= moved < end;
      } else if (before >= 0 && moved < bytes && !heap.maps(moved)) {
        hole = moved;
        long next = appendedListBytes(moved / 8 + 1);
        end = heap.mapsAtOnce(next) ? 0 : next + GlibcMalloc.TOP_PAD + PageSize.BASE_BYTES;
      }
    }
    GlibcMalloc.Block table = heap.table(bytes, 8 * items, true);
    boolean leaves = end > 0 && bytes >= end;
    if (hole > 0 && !(joins && leaves) && version != CPythonVersion.V2_7) {
      heap.leaveHole(hole, leaves);
    }
    return table;
  }

  /** A dict that came to {@code entries} by insertion: Objects/dictobject.c, GROWTH_RATE. */
  long dictBytes(long entries, boolean stringKeys) {
    return version == CPythonVersion.V2_7
        ? 24 * slots(entries, INNER_SLOTS, 0, 2, 3)
        : layout.keysBytesOf(dictLog2(entries), stringKeys);
  }

  /** Where an entry of a dict of other keys than str lies in its table, 3.6 on. */
  long dictEntryOffset(long entries, long entry) {
    long slots = 1L << dictLog2(entries);
    int entryBytes = 24;
    return layout.keysBytesOf(dictLog2(entries), false)
        - entryBytes * (CPythonLayout.usable(slots) - entry);
  }

  /** The table that the last resize has left: as many entries as it could not hold. */
  long dictBytesBefore(long entries, boolean stringKeys) {
    if (version == CPythonVersion.V2_7) {
      return 0;
    }
    int log2 = dictLog2(entries);
    return log2 == 3 ? 0 : layout.keysBytesOf(log2 - 1, stringKeys);
  }

  /** Bytes of a dict's table where entries come at random: its index; in 2.7 the whole table. */
  long dictIndexBytes(long entries) {
    return version == CPythonVersion.V2_7 ? dictBytes(entries, true) : dictEntryOffset(entries, 0);
  }

  /** Bytes of a dict's table up to its last entry. */
  long dictReachedBytes(long entries, boolean stringKeys) {
    long bytes = dictBytes(entries, stringKeys);
    long index = dictIndexBytes(entries);
    return version == CPythonVersion.V2_7
        ? bytes
        : index + (bytes - index) * entries / CPythonLayout.usable(1L << dictLog2(entries));
  }

  private int dictLog2(long entries) {
    int log2 = 3;
    long usable = CPythonLayout.usable(8);
    while (usable < entries) {
      // GROWTH_RATE: used * 3 since 3.7, used * 2 + slots / 2 in 3.6.
      long wanted =
          version.atLeast(CPythonVersion.V3_7) ? usable * 3 : usable * 2 + (1L << log2) / 2;
      int next = log2;
      while (1L << next < wanted) {
        next++;
      }
      log2 = Math.max(log2 + 1, next);
      usable = CPythonLayout.usable(1L << log2);
    }
    return log2;
  }

  /**
   * The blocks of a deque, one after the other: BLOCKLEN pointers and two links, by PyMem_Malloc,
   * too large for pymalloc; Modules/_collectionsmodule.c.
   *
   * @return the first one
   * @throws IllegalArgumentException for 2.7, whose blocks lie among the cells of its ints and
   *     floats
   */
  GlibcMalloc.Block dequeBlocks(CPythonHeap heap, long length) {
    if (version == CPythonVersion.V2_7) {
      throw new IllegalArgumentException("a holder deque is modelled from CPython 3.6 on");
    }
    int pointers = 64;
    long bytes = 8L * (pointers + 2);
    long blocks = length / pointers + 1;
    long first = heap.allocate(CPythonHeap.Domain.MEMORY, bytes, blocks).get(0).address(0);
    return new GlibcMalloc.Block(first, bytes, false);
  }

  /** A set that came to {@code entries} one by one: set_add_entry, Objects/setobject.c. */
  long setBytes(long entries) {
    return 16 * setSlots(entries);
  }

  /** The copy of a set: set_merge, Objects/setobject.c, takes a table for twice its entries. */
  static long copiedSetBytes(long entries) {
    return 16 * Math.max(INNER_SLOTS, Long.highestOneBit(2 * entries) << 1);
  }

  /** The table that the last resize of such a set has left. */
  long setBytesBefore(long entries) {
    long before = 0;
    for (long some = INNER_SLOTS; some < entries && setSlots(some) < setSlots(entries); some *= 2) {
      before = 16 * setSlots(some);
    }
    return before;
  }

  /** The table beside a set display: up to 8 slots lie in the object itself. */
  long displayedSetBytes(long entries) {
    long slots = setSlots(entries);
    return slots == INNER_SLOTS ? 0 : 16 * slots;
  }

  /** It grows at two thirds of its slots in 2.7, of its mask in 3.6, and at three fifths since. */
  private long setSlots(long entries) {
    return switch (version) {
      case V2_7 -> slots(entries, INNER_SLOTS, 0, 2, 3);
      case V3_6 -> slots(entries, INNER_SLOTS, 1, 2, 3);
      default -> slots(entries, INNER_SLOTS, 1, 3, 5);
    };
  }

  /**
   * The table beside a 2.7 dict that a display or {@code __init__} has filled: up to 8 slots lie in
   * the object itself. Other versions keep theirs in the keys.
   *
   * @param presized whether it was made for as many entries: _PyDict_NewPresized
   */
  long outerDictBytes(long entries, boolean presized) {
    if (version != CPythonVersion.V2_7) {
      return 0;
    }
    long from = INNER_SLOTS;
    while (presized && entries > 5 && from <= entries) {
      from <<= 1;
    }
    long slots = slots(entries, from, 0, 2, 3);
    return slots == INNER_SLOTS ? 0 : 24 * slots;
  }

  /**
   * Slots of a table that an insertion resizes once {@code fill * whole >= (slots - less) * part}:
   * to more than four times what it holds, or twice beyond 50,000.
   */
  private static long slots(long entries, long from, int less, int part, int whole) {
    long slots = from;
    long used = ((slots - less) * part + whole - 1) / whole;
    while (used <= entries) {
      long wanted = used > 50_000 ? used * 2 : used * 4;
      while (slots <= wanted) {
        slots <<= 1;
      }
      used = ((slots - less) * part + whole - 1) / whole;
    }
    return slots;
  }
}
