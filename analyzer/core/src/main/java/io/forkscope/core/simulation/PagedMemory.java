package io.forkscope.core.simulation;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.KernelOption;
import io.forkscope.core.scenario.Scenario;
import java.util.Map;
import java.util.NavigableMap;

/**
 * The memory of a process whose brk heap and anonymous mappings lie on larger pages: the aligned
 * part of each; what is before and after it stays on base pages.
 *
 * <p>Assumes that every larger page of which one byte was written is there as a whole, as a fault
 * makes it in a mapping that is already that large, and as khugepaged makes it later ({@code
 * max_ptes_none} is 511 by default: Documentation/admin-guide/mm/transhuge.rst). A range that is
 * given back frees the larger pages that lie in it as a whole.
 */
final class PagedMemory implements ProcessMemory {

  private final ProcessMemory memory;
  private final PageSize pages;

  /** Start to end of every aligned part, of all processes of a family: they map alike. */
  private final NavigableMap<Long, Long> aligned;

  /**
   * Wraps a process's memory.
   *
   * @param memory where the regions go
   * @param pages the larger size
   * @param aligned empty for the first process; the same map for all that it forks
   */
  PagedMemory(ProcessMemory memory, PageSize pages, NavigableMap<Long, Long> aligned) {
    this.memory = memory;
    this.pages = pages;
    this.aligned = aligned;
  }

  /** The page size that a scenario asks for. */
  static PageSize pageSize(Scenario scenario) {
    return switch (KernelOption.PAGE_SIZE.of(scenario)) {
      case "64k" -> PageSize.FOLIO_64K;
      case "2m" -> PageSize.THP_2M;
      default -> PageSize.BASE_4K;
    };
  }

  @Override
  public void map(Region region) {
    long from = up(region.address());
    long to = down(region.end());
    boolean large =
        (region.kind() == RegionKind.ANONYMOUS || region.kind() == RegionKind.BRK_HEAP)
            && !region.shared()
            && !region.fileBacked()
            && from < to;
    if (!large) {
      memory.map(region);
      return;
    }
    aligned.put(from, to);
    map(region, region.address(), from, region.pageSize());
    map(region, from, to, pages);
    map(region, to, region.end(), region.pageSize());
  }

  private void map(Region region, long from, long to, PageSize size) {
    if (from < to) {
      memory.map(
          new Region(
              region.name(),
              region.kind(),
              from,
              to - from,
              size,
              false,
              false,
              region.writable()));
    }
  }

  @Override
  public void unmap(long address, long bytes) {
    giveBack(address, bytes, memory::unmap);
  }

  @Override
  public void dontNeed(long address, long bytes) {
    giveBack(address, bytes, memory::dontNeed);
  }

  /** What is done with a range. */
  private interface Giving {
    void back(long address, long bytes);
  }

  private void giveBack(long address, long bytes, Giving giving) {
    long end = address + bytes;
    for (long from = address; from < end; ) {
      long to = Math.min(end, border(from));
      boolean large = isLarge(from);
      long first = large ? up(from) : from;
      long last = large ? down(to) : to;
      if (first < last) {
        giving.back(first, last - first);
      }
      from = to;
    }
  }

  @Override
  public WriteSink sink(Cause cause) {
    return new Sink(memory.sink(cause));
  }

  private boolean isLarge(long address) {
    Map.Entry<Long, Long> part = aligned.floorEntry(address);
    return part != null && address < part.getValue();
  }

  /** The next address after this one at which an aligned part begins or ends. */
  private long border(long address) {
    Map.Entry<Long, Long> part = aligned.floorEntry(address);
    if (part != null && address < part.getValue()) {
      return part.getValue();
    }
    Long next = aligned.higherKey(address);
    return next == null ? Long.MAX_VALUE : next;
  }

  private long up(long address) {
    return down(address + pages.bytes() - 1);
  }

  private long down(long address) {
    return address & -(long) pages.bytes();
  }

  /** Cuts writes where the size of pages changes: there the engine has regions of their own. */
  private final class Sink implements WriteSink {
    private final WriteSink sink;

    Sink(WriteSink sink) {
      this.sink = sink;
    }

    @Override
    public void write(long address, int bytes) {
      writeRange(address, bytes);
    }

    @Override
    public void writeRange(long address, long bytes) {
      long end = address + bytes;
      for (long from = address; from < end; ) {
        long to = Math.min(end, border(from));
        sink.writeRange(from, to - from);
        from = to;
      }
    }

    @Override
    public void writeEach(long[] addresses, int from, int to, int bytes) {
      for (int i = from; i < to; i++) {
        writeRange(addresses[i], bytes);
      }
    }

    @Override
    public void writeStrided(long first, long stride, long count, int bytes) {
      long done = 0;
      while (done < count) {
        long address = first + done * stride;
        long room = border(address) - address;
        long whole = room < bytes ? 0 : Math.min(count - done, (room - bytes) / stride + 1);
        if (whole == 0) {
          writeRange(address, bytes);
          done++;
        } else {
          sink.writeStrided(address, stride, whole, bytes);
          done += whole;
        }
      }
    }
  }
}
