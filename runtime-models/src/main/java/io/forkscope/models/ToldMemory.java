package io.forkscope.models;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The memory that a real run has told of, moved out of the way of what a model places: 2 MiB at a
 * time, neighbours together, for only what lies on a page, and beside it, means anything.
 */
public final class ToldMemory {
  private static final int CHUNK_SHIFT = 21;

  /** The column of one address: where the C heap begins. */
  private static final String HEAP = "heap";

  private final ObservedAddresses told;

  /** New chunk by real chunk. */
  private final TreeMap<Long, Long> chunks = new TreeMap<>();

  private final long startHeap;
  private final long startBytes;

  /**
   * All that was told.
   *
   * @param base the address from which on it is put
   * @param bytesBefore that an object may reach before its address
   * @param bytesAfter that an object may reach from its address on
   * @param startHeap where the C heap of the model begins
   * @param startBytes of it that the interpreter itself has filled when its program begins: what
   *     the run has put on such pages lies on those of the model
   */
  public ToldMemory(
      ObservedAddresses told,
      long base,
      long bytesBefore,
      long bytesAfter,
      long startHeap,
      long startBytes) {
    this.told = told;
    this.startHeap = startHeap;
    this.startBytes = startBytes;
    for (String name : told.names()) {
      for (long address : column(name)) {
        long last = (address + bytesAfter) >>> CHUNK_SHIFT;
        for (long c = (address - bytesBefore) >>> CHUNK_SHIFT; c <= last; c++) {
          chunks.put(c, 0L);
        }
      }
    }
    long next = base >>> CHUNK_SHIFT;
    long before = -1;
    for (Map.Entry<Long, Long> chunk : chunks.entrySet()) {
      next += chunk.getKey() == before + 1 ? 0 : 1;
      before = chunk.getKey();
      chunk.setValue(next++);
    }
  }

  /** Maps it, neighbours as one region. */
  public void map(ProcessMemory memory) {
    long first = -1;
    long end = -1;
    for (long chunk : chunks.values()) {
      if (chunk != end) {
        map(memory, first, end);
        first = chunk;
      }
      end = chunk + 1;
    }
    map(memory, first, end);
  }

  private static void map(ProcessMemory memory, long first, long end) {
    if (first < end) {
      memory.map(
          Region.anonymous(
              "told objects",
              RegionKind.ANONYMOUS,
              first << CHUNK_SHIFT,
              (end - first) << CHUNK_SHIFT));
    }
  }

  /** Whether a column was told. */
  public boolean tells(String name) {
    return told.column(name) != null;
  }

  /**
   * Where the objects of a column lie now.
   *
   * @throws IllegalArgumentException naming the population, if it is not told of so many objects
   */
  public BlockRuns blocks(String name, long objects, String population) {
    long[] addresses = column(name);
    if (addresses.length != objects) {
      throw new IllegalArgumentException(
          population
              + ": "
              + addresses.length
              + " addresses were told of "
              + objects
              + " objects (column "
              + name
              + ")");
    }
    return blocks(Arrays.stream(addresses).map(this::moved));
  }

  /**
   * The same of objects whose column is told in another order.
   *
   * @param order the object that each address of the column is of
   */
  public BlockRuns blocks(String name, int[] order, String population) {
    BlockRuns inOrder = blocks(name, order.length, population);
    long[] addresses = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      addresses[order[i]] = inOrder.address(i);
    }
    return blocks(Arrays.stream(addresses));
  }

  private static BlockRuns blocks(LongStream addresses) {
    BlockRuns blocks = new BlockRuns();
    addresses.forEach(address -> blocks.add(address, 0, 1));
    return blocks;
  }

  private long moved(long address) {
    long[] heap = column(HEAP);
    if (heap.length > 0 && address >= heap[0] && address < heap[0] + startBytes) {
      return startHeap + address - heap[0];
    }
    Long chunk = chunks.get(address >>> CHUNK_SHIFT);
    if (chunk == null) {
      throw new IllegalStateException("an address that was not told");
    }
    return (chunk << CHUNK_SHIFT) + (address & ((1L << CHUNK_SHIFT) - 1));
  }

  private long[] column(String name) {
    long[] addresses = told.column(name);
    return addresses == null ? new long[0] : addresses;
  }
}
