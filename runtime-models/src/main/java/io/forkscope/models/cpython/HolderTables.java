package io.forkscope.models.cpython;

/** Bytes of the tables of lists, dicts and sets of many entries. */
final class HolderTables {

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
      long wanted = allocated + 1;
      allocated =
          version.atLeast(CPythonVersion.V3_9)
              ? (wanted + (wanted >> 3) + 6) & ~3L
              : wanted + (wanted >> 3) + (wanted < 9 ? 3 : 6);
    }
    return 8 * allocated;
  }

  /** A dict that came to {@code entries} by insertion: Objects/dictobject.c, GROWTH_RATE. */
  long dictBytes(long entries, boolean stringKeys) {
    return version == CPythonVersion.V2_7
        ? oldTableBytes(entries, 24, 4)
        : layout.keysBytesOf(dictLog2(entries), stringKeys);
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

  /** A set: Objects/setobject.c; the table inside the object serves up to 8 slots. */
  long setBytes(long entries) {
    if (version == CPythonVersion.V2_7 || version == CPythonVersion.V3_6) {
      return oldTableBytes(entries, 16, 4);
    }
    long slots = 8;
    long used = 0;
    while (used < entries) {
      used = Math.min(entries, (slots - 1) * 3 / 5 + 1); // fill * 5 >= mask * 3 resizes
      if (used < entries || used * 5 >= (slots - 1) * 3) {
        long wanted = used > 50_000 ? used * 2 : used * 4;
        while (slots <= wanted) {
          slots <<= 1;
        }
      }
    }
    return slots * 16;
  }

  /** fill * 3 >= slots * 2 resizes to more than used * growth, used * 2 beyond 50,000. */
  private static long oldTableBytes(long entries, int entryBytes, int growth) {
    long slots = 8;
    while (entries * 3 >= slots * 2) {
      long used = (slots * 2 + 2) / 3;
      long wanted = used > 50_000 ? used * 2 : used * growth;
      long next = slots;
      while (next <= wanted) {
        next <<= 1;
      }
      slots = Math.max(next, slots << 1);
    }
    return slots * entryBytes;
  }
}
