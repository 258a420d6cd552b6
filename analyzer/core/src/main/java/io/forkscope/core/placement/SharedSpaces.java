package io.forkscope.core.placement;

/**
 * A heap in shared memory, as Z's: a fork does not separate it, so no write to it ever copies.
 * Source: JDK 17 src/hotspot/os/linux/gc/z/zPhysicalMemoryBacking_linux.cpp (memfd, MAP_SHARED).
 */
final class SharedSpaces implements HeapSpaces {

  @Override
  public long allocatedBefore(int collection) {
    return 0;
  }

  @Override
  public void touchedBefore(PageRuns.Builder touched) {}

  @Override
  public void allocate(long bytes, long nanos) {}

  @Override
  public void collect(int collection, boolean firstSinceFork) {}

  @Override
  public long roomInEden() {
    return 0;
  }
}
