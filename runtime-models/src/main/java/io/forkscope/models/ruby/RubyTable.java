package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;

/**
 * A growing st_table: entries of 24 bytes in a power of two, filled in order, and bins of twice as
 * many, hit at random. Growth takes a new table, copies the entries and gives the old one back.
 * Source: CRuby 3.1.2 st.c ({@code rebuild_table}, {@code features}).
 */
final class RubyTable {

  private static final int ENTRY_BYTES = 24;

  /**
   * The first table after a small one of RHASH_AR_TABLE_MAX_SIZE, 8, has room for twice as many:
   * hash.c, ar_try_convert_table.
   */
  private static final int FIRST_ENTRIES = 16;

  private final boolean collects;
  private long entries;
  private long capacity;
  private long entryBlock;
  private long binBlock;

  /**
   * An empty table.
   *
   * @param collects whether its growth may start a collection
   */
  RubyTable(boolean collects) {
    this(collects, 0);
  }

  /** A table of the start image, whose blocks are not known. */
  RubyTable(boolean collects, long entries) {
    this.collects = collects;
    this.entries = entries;
    this.capacity = entries == 0 ? 0 : Long.highestOneBit(entries - 1) * 2;
  }

  private RubyTable(RubyTable parent) {
    collects = parent.collects;
    entries = parent.entries;
    capacity = parent.capacity;
    entryBlock = parent.entryBlock;
    binBlock = parent.binBlock;
  }

  RubyTable copy() {
    return new RubyTable(this);
  }

  /** Adds an entry. */
  void add(RubyProcess process) {
    if (entries == capacity) {
      grow(process);
    }
    if (entryBlock != 0) {
      WriteSink sink = process.memory().sink(RubyCauses.MALLOC);
      sink.write(entryBlock + entries * ENTRY_BYTES, ENTRY_BYTES);
      long bins = binBytes(capacity);
      sink.write(binBlock + Math.floorMod((entries * 0x9E37_79B9_7F4A_7C15L) >>> 11, bins), 1);
    }
    entries++;
  }

  /** Becomes a copy of a table of {@code count} entries: st_copy. */
  void fill(RubyProcess process, long count) {
    capacity = Math.max(FIRST_ENTRIES, Long.highestOneBit(Math.max(1, count - 1)) * 2);
    WriteSink sink = process.memory().sink(RubyCauses.MALLOC);
    entryBlock = process.take(capacity * ENTRY_BYTES, collects);
    sink.writeRange(entryBlock, capacity * ENTRY_BYTES);
    binBlock = process.take(binBytes(capacity), collects);
    sink.writeRange(binBlock, binBytes(capacity));
    entries = count;
  }

  /** Writes the newest entries: what an update of the references to them does. */
  void writeNewest(long count, WriteSink sink) {
    long written = Math.min(entries, count);
    if (entryBlock != 0 && written > 0) {
      sink.writeRange(entryBlock + (entries - written) * ENTRY_BYTES, written * ENTRY_BYTES);
    }
  }

  private void grow(RubyProcess process) {
    final long oldCapacity = capacity;
    final long oldEntries = entryBlock;
    final long oldBins = binBlock;
    capacity = Math.max(FIRST_ENTRIES, capacity * 2);
    WriteSink sink = process.memory().sink(RubyCauses.MALLOC);
    entryBlock = process.take(capacity * ENTRY_BYTES, collects);
    if (entries > 0) {
      sink.writeRange(entryBlock, entries * ENTRY_BYTES);
    }
    binBlock = process.take(binBytes(capacity), collects);
    sink.writeRange(binBlock, binBytes(capacity)); // initialize_bins
    if (oldEntries != 0) {
      process.free(oldEntries, oldCapacity * ENTRY_BYTES);
      process.free(oldBins, binBytes(oldCapacity));
    }
  }

  private static long binBytes(long capacity) {
    long bins = capacity * 2;
    return bins * (bins <= 1 << 8 ? 1 : bins <= 1 << 16 ? 2 : 4);
  }

  /** Gives the table back. */
  void free(RubyProcess process) {
    if (entryBlock != 0) {
      process.free(entryBlock, capacity * ENTRY_BYTES);
      process.free(binBlock, binBytes(capacity));
    }
    entryBlock = 0;
    capacity = 0;
    entries = 0;
  }
}
