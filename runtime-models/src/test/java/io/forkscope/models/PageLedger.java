package io.forkscope.models;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The plainest memory a model can run on: for each mapping, which pages are resident and which of
 * those that were there at the fork have been written since. It counts as the kernel does, and says
 * nothing of causes.
 */
public final class PageLedger implements ProcessMemory, WriteSink {

  private static final int PAGE = 4096;

  private final TreeMap<Long, Mapping> mappings = new TreeMap<>();

  /** Pages of the fork that were unmapped: mapped again and written, they count as broken. */
  private final Set<Long> unmapped = new HashSet<>();

  /** An empty memory. */
  public PageLedger() {}

  private PageLedger(PageLedger parent) {
    parent.mappings.forEach((at, mapping) -> mappings.put(at, mapping.forked()));
  }

  /** The memory of a child. */
  public PageLedger fork() {
    return new PageLedger(this);
  }

  /** Pages that hold something. */
  public long resident() {
    return mappings.values().stream().mapToLong(mapping -> mapping.resident.cardinality()).sum();
  }

  /** Pages of the fork that were written since and are still there, or there again. */
  public long broken() {
    return mappings.values().stream().mapToLong(mapping -> mapping.broken.cardinality()).sum();
  }

  @Override
  public void map(Region region) {
    Map.Entry<Long, Mapping> below = mappings.lowerEntry(region.end());
    if (below != null && below.getValue().end > region.address()) {
      throw new IllegalArgumentException("mapped already: " + region);
    }
    Mapping mapping = new Mapping(region.address(), region.end());
    mappings.put(region.address(), mapping);
    unmapped.removeIf(mapping::inherits);
  }

  @Override
  public void unmap(long address, long bytes) {
    Mapping mapping = at(address);
    if (address == mapping.start && address + bytes == mapping.end) {
      mappings.remove(address);
      mapping.inherited.stream().forEach(page -> unmapped.add(mapping.start + (long) PAGE * page));
    } else {
      dontNeed(address, bytes); // no model maps again what it cut out
    }
  }

  @Override
  public void dontNeed(long address, long bytes) {
    Mapping mapping = at(address);
    int first = mapping.page(address);
    int last = mapping.page(address + bytes - 1);
    mapping.resident.clear(first, last + 1);
    mapping.broken.clear(first, last + 1);
  }

  @Override
  public WriteSink sink(Cause cause) {
    return this;
  }

  @Override
  public void write(long address, int bytes) {
    writeRange(address, bytes);
  }

  @Override
  public void writeRange(long address, long bytes) {
    at(address).write(address, bytes);
  }

  @Override
  public void writeEach(long[] addresses, int from, int to, int bytes) {
    for (int i = from; i < to; i++) {
      write(addresses[i], bytes);
    }
  }

  @Override
  public void writeStrided(long first, long stride, long count, int bytes) {
    Mapping mapping = at(first);
    if (stride <= PAGE - bytes) {
      if (count > 0) {
        mapping.write(first, stride * (count - 1) + bytes);
      }
      return;
    }
    for (long i = 0; i < count; i++) {
      mapping.write(first + i * stride, bytes);
    }
  }

  private Mapping at(long address) {
    Map.Entry<Long, Mapping> entry = mappings.floorEntry(address);
    if (entry == null || address >= entry.getValue().end) {
      throw new IllegalArgumentException("nothing mapped at 0x" + Long.toHexString(address));
    }
    return entry.getValue();
  }

  /** One mapping's pages. */
  private static final class Mapping {
    final long start;
    final long end;
    final BitSet resident = new BitSet();
    final BitSet inherited = new BitSet();
    final BitSet broken = new BitSet();

    Mapping(long start, long end) {
      this.start = start;
      this.end = end;
    }

    Mapping forked() {
      Mapping copy = new Mapping(start, end);
      copy.resident.or(resident);
      copy.inherited.or(resident);
      return copy;
    }

    /** Takes over a page of the fork, if it lies here. */
    boolean inherits(long address) {
      boolean here = address >= start && address < end;
      if (here) {
        inherited.set(page(address));
      }
      return here;
    }

    int page(long address) {
      return Math.toIntExact((address - start) / PAGE);
    }

    void write(long address, long bytes) {
      if (bytes < 1 || address + bytes > end) {
        throw new IllegalArgumentException(
            bytes + " bytes at 0x" + Long.toHexString(address) + " leave their mapping");
      }
      int first = page(address);
      int last = page(address + bytes - 1);
      resident.set(first, last + 1);
      for (int page = inherited.nextSetBit(first);
          page >= 0 && page <= last;
          page = inherited.nextSetBit(page + 1)) {
        broken.set(page);
      }
    }
  }
}
