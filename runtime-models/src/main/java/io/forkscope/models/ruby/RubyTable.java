package io.forkscope.models.ruby;

/**
 * A growing st_table: entries of 24 bytes in a power of two, and bins of twice as many. Growth
 * takes a new table and gives the old one back. Source: CRuby 3.1.2 st.c ({@code rebuild_table},
 * {@code features}).
 */
final class RubyTable {

  private static final int ENTRY_BYTES = 24;

  /** Entries up to which a hash keeps a small table: hash.c, RHASH_AR_TABLE_MAX_SIZE. */
  private static final int FIRST_ENTRIES = 16;

  private final RubyProcess process;
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
  RubyTable(RubyProcess process, boolean collects) {
    this.process = process;
    this.collects = collects;
  }

  /** Adds an entry; its own write stays inside the newest block. */
  void add() {
    if (entries == capacity) {
      grow();
    }
    entries++;
  }

  private void grow() {
    long oldCapacity = capacity;
    long oldEntries = entryBlock;
    long oldBins = binBlock;
    capacity = Math.max(FIRST_ENTRIES, capacity * 2);
    entryBlock = take(capacity * ENTRY_BYTES);
    binBlock = take(binBytes(capacity));
    if (oldCapacity > 0) {
      process.free(oldEntries, oldCapacity * ENTRY_BYTES);
      process.free(oldBins, binBytes(oldCapacity));
    }
  }

  private long take(long bytes) {
    return collects ? process.malloc(bytes) : process.mallocQuietly(bytes);
  }

  private static long binBytes(long capacity) {
    long bins = capacity * 2;
    return bins * (bins <= 1 << 8 ? 1 : bins <= 1 << 16 ? 2 : 4);
  }

  /** Gives the table back. */
  void free() {
    if (capacity > 0) {
      process.free(entryBlock, capacity * ENTRY_BYTES);
      process.free(binBlock, binBytes(capacity));
      capacity = 0;
      entries = 0;
    }
  }
}
