package io.forkscope.models.allocator;

import io.forkscope.core.model.ProcessMemory;

/**
 * An allocator some of whose blocks lie elsewhere for its caller: where a real run had them. It
 * decides as the allocator under it does, which never writes into blocks; who takes a block that
 * was moved, and given back, gets it where it was moved to. Not thread-safe.
 */
public final class RelocatedHeap implements HeapAllocator {

  private final HeapAllocator heap;
  private final LongTable moved;
  private final LongTable origins;

  /** An allocator none of whose blocks was moved. */
  public RelocatedHeap(HeapAllocator heap) {
    this(heap, new LongTable(1024), new LongTable(1024));
  }

  private RelocatedHeap(HeapAllocator heap, LongTable moved, LongTable origins) {
    this.heap = heap;
    this.moved = moved;
    this.origins = origins;
  }

  /** From now on the block at an address lies at another one, which no block has. */
  public void move(long from, long to) {
    moved.put(from, to);
    origins.put(to, from);
  }

  @Override
  public long allocate(long bytes) {
    long address = heap.allocate(bytes);
    long to = moved.get(address);
    return to == 0 ? address : to;
  }

  @Override
  public void free(long address, long bytes) {
    long from = origins.get(address);
    heap.free(from == 0 ? address : from, bytes);
  }

  @Override
  public long usableBytes(long bytes) {
    return heap.usableBytes(bytes);
  }

  @Override
  public boolean staysInPlace(long fromBytes, long toBytes) {
    return heap.staysInPlace(fromBytes, toBytes);
  }

  @Override
  public void purge() {
    heap.purge();
  }

  @Override
  public HeapAllocator fork(ProcessMemory memory) {
    return new RelocatedHeap(heap.fork(memory), moved, origins);
  }
}
