package io.forkscope.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The page table of a process at one moment: one pagemap entry a page, in columns of 1,024 entries;
 * a column with no page at all is not kept. Only consistent while the process is stopped.
 */
public final class PageSnapshot {
  /** Bytes of a base page. */
  public static final long PAGE_BYTES = 4096;

  private static final int PAGE_SHIFT = 12;
  private static final int COLUMN_SHIFT = 10;
  private static final int COLUMN_PAGES = 1 << COLUMN_SHIFT;
  private static final int COLUMNS_A_READ = 64;

  /** Reading takes about a second per 64 GiB of empty address space; beyond this it is refused. */
  private static final long MOST_BYTES = 512L << 30;

  private static final long[] NO_PAGES = new long[0];

  private final List<MappingClassifier.Part> parts;
  private final long[] starts;
  private final long[][][] columns;

  private PageSnapshot(List<MappingClassifier.Part> parts, long[][][] columns) {
    this.parts = parts;
    this.columns = columns;
    this.starts = parts.stream().mapToLong(MappingClassifier.Part::start).toArray();
  }

  /**
   * The page table of a live process.
   *
   * @throws ObserveException if it is gone, not ours, or maps more than 512 GiB
   */
  public static PageSnapshot take(long pid) throws ObserveException {
    List<MappingClassifier.Part> parts = MappingClassifier.classify(MemoryMaps.of(pid));
    long bytes = parts.stream().mapToLong(p -> p.end() - p.start()).sum();
    if (bytes > MOST_BYTES || bytes < 0) {
      throw new ObserveException(
          "process "
              + pid
              + " maps "
              + (bytes >> 30)
              + " GiB of readable memory; at most "
              + (MOST_BYTES >> 30)
              + " GiB can be looked through");
    }
    long[][][] columns = new long[parts.size()][][];
    try (FileChannel pagemap =
        FileChannel.open(ProcFile.path(pid, "pagemap"), StandardOpenOption.READ)) {
      for (int i = 0; i < columns.length; i++) {
        columns[i] = read(pagemap, parts.get(i));
      }
    } catch (IOException e) {
      throw ProcFile.failure(pid, "pagemap", e);
    }
    return new PageSnapshot(parts, columns);
  }

  private static long[][] read(FileChannel pagemap, MappingClassifier.Part part)
      throws IOException {
    long firstPage = part.start() >>> PAGE_SHIFT;
    long pages = (part.end() - part.start()) >>> PAGE_SHIFT;
    long[][] columns = new long[Math.toIntExact((pages + COLUMN_PAGES - 1) >>> COLUMN_SHIFT)][];
    ByteBuffer buffer =
        ByteBuffer.allocate((int) Math.min(pages, (long) COLUMNS_A_READ * COLUMN_PAGES) * 8)
            .order(ByteOrder.nativeOrder());
    for (int column = 0; column < columns.length; column += COLUMNS_A_READ) {
      long done = (long) column << COLUMN_SHIFT;
      int wanted = (int) Math.min(pages - done, (long) COLUMNS_A_READ * COLUMN_PAGES);
      buffer.clear().limit(wanted * 8);
      while (buffer.hasRemaining()
          && pagemap.read(buffer, (firstPage + done) * 8 + buffer.position()) > 0) {
        // until the range is read, or the process has unmapped the rest of it
      }
      buffer.flip();
      for (int k = column; buffer.hasRemaining(); k++) {
        columns[k] = column(buffer);
      }
    }
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] == null) {
        columns[i] = NO_PAGES;
      }
    }
    return columns;
  }

  private static long[] column(ByteBuffer buffer) {
    long[] entries = new long[Math.min(COLUMN_PAGES, buffer.remaining() / 8)];
    long any = 0;
    for (int i = 0; i < entries.length; i++) {
      entries[i] = buffer.getLong();
      any |= entries[i];
    }
    return PageEntry.present(any) || PageEntry.swapped(any) ? entries : NO_PAGES;
  }

  /** The pagemap entry of the page at an address; 0 where nothing is mapped. */
  public long entryAt(long address) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      MappingClassifier.Part part = parts.get(middle);
      if (Long.compareUnsigned(address, part.start()) < 0) {
        high = middle - 1;
      } else if (Long.compareUnsigned(address, part.end()) >= 0) {
        low = middle + 1;
      } else {
        long page = (address - part.start()) >>> PAGE_SHIFT;
        long[] column = columns[middle][(int) (page >>> COLUMN_SHIFT)];
        int row = (int) page & (COLUMN_PAGES - 1);
        return row < column.length ? column[row] : 0;
      }
    }
    return 0;
  }

  /** Shows every page of the private mappings that is mapped, in address order. */
  void forEachPrivate(Visitor visitor) {
    for (int i = 0; i < columns.length; i++) {
      MappingClassifier.Part part = parts.get(i);
      if (part.isPrivate()) {
        visit(part, columns[i], visitor);
      }
    }
  }

  private static void visit(MappingClassifier.Part part, long[][] columns, Visitor visitor) {
    for (int k = 0; k < columns.length; k++) {
      long[] column = columns[k];
      for (int row = 0; row < column.length; row++) {
        if (PageEntry.present(column[row])) {
          long page = ((long) k << COLUMN_SHIFT) + row;
          visitor.page(part, part.start() + (page << PAGE_SHIFT), column[row]);
        }
      }
    }
  }

  /** Whether at least one mapped page shows its frame number. */
  boolean anyFrameNumber() {
    for (long[][] part : columns) {
      for (long[] column : part) {
        for (long entry : column) {
          if (PageEntry.present(entry) && PageEntry.frame(entry) != 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Takes one mapped page. */
  interface Visitor {
    /** A page of a part, its first byte's address and its pagemap entry. */
    void page(MappingClassifier.Part part, long address, long entry);
  }
}
