package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;

/**
 * A growing st_table: entries of 24 bytes in a power of two, filled in order, and bins of twice as
 * many, hit at random. Growth takes a new table, first its header, then its bins, then its entries,
 * copies the entries that were not deleted, and gives the old bins, the old entries and the header
 * back. Source: CRuby 3.1.2 st.c ({@code rebuild_table}, {@code st_init_table_with_size}, {@code
 * features}).
 */
final class RubyTable {

  private static final int ENTRY_BYTES = 24;

  /**
   * The first table after a small one of RHASH_AR_TABLE_MAX_SIZE, 8, has room for twice as many:
   * hash.c, ar_try_convert_table.
   */
  private static final int FIRST_ENTRIES = 16;

  /** {@code MAX_POWER2_FOR_TABLES_WITHOUT_BINS}: 4. */
  private static final int MOST_WITHOUT_BINS = 16;

  private static final int REBUILD_THRESHOLD = 4;

  /** {@code sizeof(st_table)}. */
  private static final int HEADER_BYTES = 56;

  /** Of a table that began without {@code ar_table}: {@code MINIMAL_POWER2}, 2. */
  private static final int LEAST_ENTRIES = 4;

  private final boolean collects;
  private long headerBlock;
  private long added;
  private long entries;
  private long deleted;
  private long capacity;
  private long entryBlock;
  private long binBlock;

  /**
   * An empty table.
   *
   * @param collects whether its growth may start a collection
   */
  RubyTable(boolean collects) {
    this.collects = collects;
  }

  /** An empty table with its first entries: {@code rb_init_identtable}. */
  static RubyTable withEntries(RubyProcess process) {
    RubyTable table = new RubyTable(true);
    table.headerBlock = process.xmalloc().malloc(HEADER_BYTES);
    table.capacity = LEAST_ENTRIES;
    table.takeBlocks(process);
    return table;
  }

  /**
   * A table of the start image.
   *
   * @param entries places in use, {@code entries_bound}
   * @param deleted how many of them were deleted
   * @param entryBlock where its entries lie, a power of two of them
   * @param binBlock where its bins lie
   */
  RubyTable(long entries, long deleted, long entryBlock, long binBlock) {
    this.collects = true;
    this.entries = entries;
    this.added = entries;
    this.deleted = deleted;
    this.capacity = capacity(entries);
    this.entryBlock = entryBlock;
    this.binBlock = binBlock;
  }

  /** A table of the start image whose blocks are not known. */
  RubyTable(boolean collects, long entries) {
    this.collects = collects;
    this.entries = entries;
    this.added = entries;
    this.capacity = capacity(entries);
  }

  /** Places of a table that holds so many entries. */
  static long capacity(long entries) {
    return Math.max(FIRST_ENTRIES, Long.highestOneBit(Math.max(1, entries - 1)) * 2);
  }

  /** Bytes of the entries of a table with so many places. */
  static long entryBytes(long capacity) {
    return capacity * ENTRY_BYTES;
  }

  private RubyTable(RubyTable parent) {
    collects = parent.collects;
    entries = parent.entries;
    added = parent.added;
    deleted = parent.deleted;
    capacity = parent.capacity;
    headerBlock = parent.headerBlock;
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
      if (binBlock != 0) {
        sink.write(bin(entries), 1);
      }
    }
    entries++;
    added++;
  }

  /** Deletes the oldest entry that is left. */
  void delete(RubyProcess process) {
    delete(process, added - entries + deleted);
  }

  /** Deletes an entry by its number among all that were ever added: st_general_delete. */
  void delete(RubyProcess process, long number) {
    rewrite(process, number);
    if (entryBlock != 0 && binBlock != 0) {
      memory(process).write(bin(entry(number)), 1);
    }
    deleted++;
  }

  /** Writes an entry by its number among all that were ever added. */
  void rewrite(RubyProcess process, long number) {
    if (entryBlock != 0) {
      memory(process).write(entryBlock + entry(number) * ENTRY_BYTES, ENTRY_BYTES);
    }
  }

  private long entry(long number) {
    return Math.max(0, number - (added - entries));
  }

  /** How many entries it holds. */
  long held() {
    return entries - deleted;
  }

  /** How many entries were ever added. */
  long added() {
    return added;
  }

  /**
   * Where the bin of an entry lies, as if hashed: mixed twice, as the multiples of one constant lie
   * more evenly than hashes do, and hit more pages.
   */
  private long bin(long entry) {
    long mixed = entry * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8_FEB8_6659_FD93L;
    return binBlock + Math.floorMod(mixed ^ (mixed >>> 32), binBytes(capacity));
  }

  /** Becomes a copy of a table of {@code count} entries: st_copy. */
  void fill(RubyProcess process, long count) {
    capacity = capacity(count);
    takeBlocks(process);
    memory(process).writeRange(entryBlock, entryBytes(capacity));
    entries = count;
    added = count;
  }

  /** Writes the newest entries: what an update of the references to them does. */
  void writeNewest(long count, WriteSink sink) {
    long written = Math.min(entries, count);
    if (entryBlock != 0 && written > 0) {
      sink.writeRange(entryBlock + (entries - written) * ENTRY_BYTES, written * ENTRY_BYTES);
    }
  }

  private void grow(RubyProcess process) {
    long held = entries - deleted;
    if (2 * held <= capacity && REBUILD_THRESHOLD * held > capacity) {
      closeUp(process, held);
      return;
    }
    final long oldCapacity = capacity;
    final long oldEntries = entryBlock;
    final long oldBins = binBlock;
    final long header = process.xmalloc().take(HEADER_BYTES, collects);
    entries -= deleted;
    deleted = 0;
    capacity = headerBlock == 0 ? capacity(2 * entries) : 2 * entries;
    takeBlocks(process);
    if (entries > 0) {
      memory(process).writeRange(entryBlock, entries * ENTRY_BYTES);
    }
    if (oldEntries != 0) {
      freeBlocks(process, oldEntries, oldBins, oldCapacity);
      process.xmalloc().free(header, HEADER_BYTES);
    }
  }

  /** The compaction of rebuild_table: the entries that are left move to the front. */
  private void closeUp(RubyProcess process, long held) {
    entries = held;
    deleted = 0;
    if (binBlock != 0) {
      memory(process).writeRange(binBlock, binBytes(capacity));
    }
    if (entryBlock != 0) {
      memory(process).writeRange(entryBlock, held * ENTRY_BYTES);
    }
  }

  private void takeBlocks(RubyProcess process) {
    binBlock = 0;
    if (capacity > MOST_WITHOUT_BINS) {
      binBlock = process.xmalloc().take(binBytes(capacity), collects);
      memory(process).writeRange(binBlock, binBytes(capacity)); // initialize_bins
    }
    entryBlock = process.xmalloc().take(entryBytes(capacity), collects);
  }

  private static void freeBlocks(RubyProcess process, long entries, long bins, long capacity) {
    if (bins != 0) {
      process.xmalloc().free(bins, binBytes(capacity));
    }
    process.xmalloc().free(entries, entryBytes(capacity));
  }

  private static WriteSink memory(RubyProcess process) {
    return process.memory().sink(RubyCauses.MALLOC);
  }

  private static long binBytes(long capacity) {
    long bins = capacity * 2;
    return bins * (bins <= 1 << 8 ? 1 : bins <= 1 << 16 ? 2 : 4);
  }

  /** Gives the table back. */
  void free(RubyProcess process) {
    if (entryBlock != 0) {
      freeBlocks(process, entryBlock, binBlock, capacity);
    }
    if (headerBlock != 0) {
      process.xmalloc().free(headerBlock, HEADER_BYTES);
    }
    entryBlock = 0;
    binBlock = 0;
    capacity = 0;
    entries = 0;
  }
}
