package io.forkscope.models.cpython;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;

/**
 * Where the reference counts of a program's objects lie. Only {@link #IN_OBJECT} is CPython; the
 * others are what-ifs. Those of the interpreter's own objects are part of its measured pages and
 * stay where they are.
 */
enum ReferenceCounts {
  /** {@code ob_refcnt}, the first word: Include/object.h. */
  IN_OBJECT,
  /** A table with 4 bytes for each 16 bytes of heap: 16 is pymalloc's ALIGNMENT since 3.7. */
  TABLE,
  /** Nowhere: as _Py_IMMORTAL_REFCNT of 3.12, for every object. */
  IMMORTAL;

  static final String OPTION = "reference-counts";

  static final List<String> NAMES = List.of("in-object", "table", "immortal");

  private static final int GRANULE = 16;
  private static final int COUNT_BYTES = 4;
  private static final int RATIO = GRANULE / COUNT_BYTES;

  /** The choice of a scenario. */
  static ReferenceCounts of(Scenario plan) {
    String name = plan.options().getOrDefault(OPTION, NAMES.get(0));
    Nearest.check(OPTION, name, NAMES);
    return values()[NAMES.indexOf(name)];
  }

  /** Maps what the counts need, in the first process. */
  void map(ProcessMemory memory) {
    if (this == TABLE) {
      map(memory, AddressMap.ARENA_COUNTS, AddressMap.ARENAS_END - AddressMap.ARENAS);
      map(memory, AddressMap.HEAP_COUNTS, AddressMap.HEAP_END - AddressMap.HEAP);
    }
  }

  private static void map(ProcessMemory memory, long address, long bytes) {
    memory.map(Region.anonymous("reference counts", RegionKind.ANONYMOUS, address, bytes / RATIO));
  }

  /** Takes writes to {@code ob_refcnt} of objects and makes them where the counts are. */
  WriteSink sink(ProcessMemory memory) {
    WriteSink direct = memory.sink(CPythonCauses.REFCOUNT);
    return switch (this) {
      case IN_OBJECT -> direct;
      case TABLE -> new Table(direct);
      case IMMORTAL -> Nowhere.SINK;
    };
  }

  /** Translates addresses of objects to those of their counts. */
  private record Table(WriteSink counts) implements WriteSink {

    private static long count(long address) {
      if (address >= AddressMap.ARENAS && address < AddressMap.ARENAS_END) {
        return AddressMap.ARENA_COUNTS + (address - AddressMap.ARENAS) / GRANULE * COUNT_BYTES;
      }
      if (address >= AddressMap.HEAP && address < AddressMap.HEAP_END) {
        return AddressMap.HEAP_COUNTS + (address - AddressMap.HEAP) / GRANULE * COUNT_BYTES;
      }
      throw new IllegalArgumentException("no object lies at 0x" + Long.toHexString(address));
    }

    @Override
    public void write(long address, int bytes) {
      counts.write(count(address), COUNT_BYTES);
    }

    @Override
    public void writeRange(long address, long bytes) {
      long first = count(address);
      counts.writeRange(first, count(address + bytes - 1) + COUNT_BYTES - first);
    }

    @Override
    public void writeEach(long[] addresses, int from, int to, int bytes) {
      for (int i = from; i < to; i++) {
        write(addresses[i], bytes);
      }
    }

    @Override
    public void writeStrided(long first, long stride, long count, int bytes) {
      if (stride % GRANULE == 0) {
        counts.writeStrided(count(first), stride / RATIO, count, COUNT_BYTES);
        return;
      }
      for (long i = 0; i < count; i++) {
        write(first + i * stride, bytes);
      }
    }
  }

  /** Takes writes and makes none. */
  private enum Nowhere implements WriteSink {
    SINK;

    @Override
    public void write(long address, int bytes) {}

    @Override
    public void writeRange(long address, long bytes) {}

    @Override
    public void writeEach(long[] addresses, int from, int to, int bytes) {}

    @Override
    public void writeStrided(long first, long stride, long count, int bytes) {}
  }
}
