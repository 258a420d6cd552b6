package io.forkscope.core.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One process of a {@link CowSpace}. Not thread-safe.
 *
 * <p>Its <em>window</em>, over which writes are attributed and faults are counted, begins with the
 * fork that made it, or with its own first fork. Until then it builds, and its writes only make
 * pages resident.
 *
 * <p>After {@link #exit} it takes no more calls, except for its name and its attribution.
 *
 * <p>The class is long because it is all of the engine that callers see: each call is a few lines
 * that keep mappings, page table and traces in step, and parts of it could not be used alone.
 */
public final class CowProcess {
  private final CowSpace space;
  private final String name;
  private final Map<Cause, CauseSink> sinks = new LinkedHashMap<>();
  private final FaultTally tally = new FaultTally();
  private final PageTable pages;
  private MappingTable mappings;

  /** The mappings when the window began. */
  private MappingTable mappingsAtFork;

  /** Origins mapped in the window, in order. */
  private final List<Origin> later = new ArrayList<>();

  private final Map<Origin, RegionTrace> traces = new LinkedHashMap<>(4);
  private int generation;
  private boolean inWindow;
  private boolean alive = true;

  CowProcess(CowSpace space, String name) {
    this(space, name, PageTable.empty(), new MappingTable(), false);
  }

  private CowProcess(
      CowSpace space, String name, PageTable pages, MappingTable mappings, boolean inWindow) {
    this.space = space;
    this.name = name;
    this.pages = pages;
    this.mappings = mappings;
    this.inWindow = inWindow;
    mappingsAtFork = mappings.share();
    generation = space.nextGeneration();
    space.born(this);
  }

  /** The name it was given. */
  public String name() {
    return name;
  }

  /** The space it lives in. */
  public CowSpace space() {
    return space;
  }

  /** Whether it has not exited. */
  public boolean isAlive() {
    return alive;
  }

  /**
   * Maps a region.
   *
   * @throws IllegalArgumentException if it overlaps one that is there, or leaves the 47 bits of a
   *     user address
   */
  public void map(Region region) {
    checkAlive();
    if (region.end() > 1L << PageTable.ADDRESS_BITS) {
      throw new IllegalArgumentException("region beyond 47 bits of address: " + region);
    }
    Origin origin = new Origin(region, space.rules());
    mappings.add(new Mapping(region, origin, false));
    if (inWindow) {
      later.add(origin);
      takeOverDropped(origin);
    }
  }

  /** What was given back at its addresses is from here on given back of this region. */
  private void takeOverDropped(Origin origin) {
    if (origin.whole || origin.region.shared()) {
      return;
    }
    for (RegionTrace trace : List.copyOf(traces.values())) {
      if (trace.droppedCount > 0 && trace.mayHandOver(origin)) {
        trace.handOverDropped(trace(origin));
      }
    }
  }

  /**
   * Removes the mappings of {@code [address, address + bytes)}; a region may be cut. Nothing
   * happens where nothing is mapped.
   *
   * @throws IllegalArgumentException if the range cuts a page of a region
   */
  public void unmap(long address, long bytes) {
    dontNeed(address, bytes);
    mappings.cut(address, address + bytes);
    forgetMappings();
  }

  /**
   * Gives the pages of a range back to the kernel but keeps the mapping (MADV_DONTNEED).
   *
   * @throws IllegalArgumentException if the range cuts a page of a region
   */
  public void dontNeed(long address, long bytes) {
    checkAlive();
    long end = checkedEnd(address, bytes);
    List<Mapping> parts = mappings.within(address, end);
    space.settle();
    for (Mapping part : parts) {
      drop(part);
    }
  }

  /**
   * Reads every page of a range. Pages of files and of shared memory become resident; reading
   * anonymous memory maps the zero page, which no count includes. Read faults are not counted.
   *
   * @throws IllegalArgumentException if part of the range is not mapped
   */
  public void read(long address, long bytes) {
    checkAlive();
    long next = address & -PageSize.BASE_BYTES;
    long end = roundUp(checkedEnd(next, bytes + (address - next)));
    space.settle();
    space.changed();
    while (next < end) {
      Mapping mapping = mappings.find(next);
      if (mapping == null) {
        throw new IllegalArgumentException(
            name + ": nothing is mapped at 0x" + Long.toHexString(next));
      }
      long to = Math.min(end, mapping.region().end());
      read(mapping.origin(), next, to);
      next = to;
    }
  }

  /** The sink of one cause; the same object each time it is asked for. */
  public WriteSink sink(Cause cause) {
    CauseSink sink = sinks.get(cause);
    if (sink == null) {
      sink = new CauseSink(this, space.causeIndex(cause));
      sinks.put(cause, sink);
    }
    return sink;
  }

  /** A child that shares every private page; both sides write on alone from here. */
  public CowProcess fork(String childName) {
    checkAlive();
    space.settle();
    space.changed();
    if (inWindow) {
      traces.values().forEach(RegionTrace::forked);
    } else {
      beginWindow();
    }
    generation = space.nextGeneration();
    forgetMappings();
    CowProcess child = new CowProcess(space, childName, pages.share(), mappings.share(), true);
    for (Mapping mapping : mappings.all()) {
      if (mapping.region().shared() || (mapping.region().fileBacked() && !mapping.anonymous())) {
        child.clear(mapping);
      }
    }
    return child;
  }

  /** Replaces the program: every mapping goes, and what was attributed is forgotten. */
  public void exec() {
    checkAlive();
    release();
    traces.clear();
    later.clear();
    mappings = new MappingTable();
    mappingsAtFork = new MappingTable();
  }

  /** Ends the process; its pages are released. */
  public void exit() {
    checkAlive();
    release();
    alive = false;
    space.died(this);
  }

  /** What it holds now. */
  public MemoryUsage usage() {
    checkAlive();
    return space.census().usage(pages.root(), tally.counts());
  }

  /** Its write faults in the window; of all its life if it was never forked. */
  public FaultCounts faults() {
    space.settle();
    return tally.counts();
  }

  /** What became of each region: those mapped at the fork by address, then those mapped since. */
  public List<RegionCounts> regions() {
    checkAlive();
    space.settle();
    List<RegionCounts> counts = new ArrayList<>();
    for (Origin origin : origins()) {
      counts.add(count(origin));
    }
    return counts;
  }

  /** Who is to blame for what the window broke; a live view. */
  public Attribution attribution() {
    return new Attribution(space, traces.values());
  }

  /** Visits the pages that were resident at the fork or are now, in address order. */
  public void forEachRun(PageRunVisitor visitor) {
    checkAlive();
    space.settle();
    List<Origin> order = origins();
    Map<Origin, Integer> indices = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      indices.put(order.get(i), i);
    }
    PageRuns runs = new PageRuns(pages, visitor);
    for (Mapping mapping : mappings.all()) {
      int region = indices.getOrDefault(mapping.origin(), -1);
      runs.visit(mapping, region, traces.get(mapping.origin()));
    }
  }

  /** The mapping that holds a range, which may be written. */
  Mapping writable(long address, long bytes) {
    checkAlive();
    Mapping mapping = mappings.find(address);
    if (mapping == null || address > mapping.region().end() - bytes) {
      throw new IllegalArgumentException(
          String.format("%s: a write of %d bytes at 0x%x lies in no region", name, bytes, address));
    }
    Region region = mapping.region();
    if (!region.writable()) {
      throw new IllegalArgumentException(
          name + ": write at 0x" + Long.toHexString(address) + " to read-only " + region.name());
    }
    if (region.fileBacked() && !region.shared() && !mapping.anonymous()) {
      mappings.replace(mapping.withAnonymousPages());
    }
    return mapping;
  }

  RegionTrace trace(Origin origin) {
    RegionTrace trace = traces.get(origin);
    if (trace == null) {
      trace = new RegionTrace(this, origin, inWindow);
      traces.put(origin, trace);
    }
    return trace;
  }

  void activate(CauseTrace trace) {
    space.activate(trace);
  }

  void settle(CauseTrace trace) {
    space.activate(trace);
    space.settle();
  }

  void fault(Origin origin, long address) {
    space.changed();
    space.handler().write(pages, generation, tally, origin, address);
  }

  Table root() {
    return pages.root();
  }

  private void beginWindow() {
    inWindow = true;
    traces.clear();
    tally.reset();
    mappingsAtFork = mappings.share();
  }

  private void release() {
    space.settle();
    space.changed();
    space.addFrames(-pages.release());
    space.forgetActive();
    forgetMappings();
  }

  private void forgetMappings() {
    space.forgetActive();
    sinks.values().forEach(CauseSink::forget);
  }

  private List<Origin> origins() {
    List<Origin> origins = new ArrayList<>();
    Map<Origin, Boolean> known = new HashMap<>();
    for (Mapping mapping : (inWindow ? mappingsAtFork : mappings).all()) {
      if (known.put(mapping.origin(), true) == null) {
        origins.add(mapping.origin());
      }
    }
    origins.addAll(later);
    return origins;
  }

  private RegionCounts count(Origin origin) {
    long[] resident = {0};
    for (Mapping mapping : mappings.within(origin.region.address(), origin.region.end())) {
      if (mapping.origin() == origin) {
        forEachPresent(mapping, (address, word, mask) -> resident[0] += Long.bitCount(mask));
      }
    }
    RegionTrace trace = traces.get(origin);
    if (trace == null || !inWindow) {
      return new RegionCounts(origin.region, resident[0], resident[0], 0, 0, 0);
    }
    long unit = origin.pagesAnIndex();
    long grown = trace.grownCount * unit;
    long dropped = trace.droppedCount * unit;
    return new RegionCounts(
        origin.region,
        resident[0] - grown + dropped,
        resident[0],
        trace.brokenCount * unit,
        grown,
        dropped);
  }

  /** Gives the pages of a mapping back and notes it. */
  private void drop(Mapping part) {
    Origin origin = part.origin();
    RegionTrace known = traces.get(origin);
    RegionTrace trace = known == null && inWindow ? trace(origin) : known;
    if (trace != null) {
      forEachPresent(
          part,
          (address, word, mask) -> {
            if (!origin.whole) {
              trace.drop((int) ((address - origin.base) >>> 18) + word, mask);
            } else if (word == 0) {
              int index = (int) ((address - origin.base) >>> origin.shift);
              trace.drop(index >>> 6, 1L << index);
            }
          });
    }
    clear(part);
  }

  private void clear(Mapping part) {
    List<Long> leaves = new ArrayList<>();
    Region region = part.region();
    pages.forEachLeaf(region.address(), region.end(), (address, leaf) -> leaves.add(address));
    for (long address : leaves) {
      space.changed();
      Leaf leaf = pages.exclusive(address);
      for (int word = 0; word < Leaf.WORDS; word++) {
        long mask = clip(address, word, region);
        space.addFrames(-leaf.drop(word, mask));
      }
      if (leaf.isEmpty()) {
        pages.replace(address, null);
      }
    }
  }

  private void read(Origin origin, long from, long to) {
    if (origin.backing == null) {
      return;
    }
    Faults handler = space.handler();
    long first = from & -PageTable.LEAF_BYTES;
    for (long address = first; address < to; address += PageTable.LEAF_BYTES) {
      for (int word = 0; word < Leaf.WORDS; word++) {
        handler.request[word] = origin.whole ? -1L : clip(address, word, from, to);
      }
      handler.read(pages, origin, address);
      if (inWindow) {
        noteRead(trace(origin), address, handler.filled);
      }
    }
  }

  private static void noteRead(RegionTrace trace, long address, long[] filled) {
    Origin origin = trace.origin;
    if (origin.whole) {
      int index = (int) ((address - origin.base) >>> origin.shift);
      trace.mapped(index >>> 6, filled[0] == 0 ? 0 : 1L << index);
      return;
    }
    int word = (int) ((address - origin.base) >>> 18);
    for (int i = 0; i < Leaf.WORDS; i++) {
      trace.mapped(word + i, filled[i]);
    }
  }

  private void forEachPresent(Mapping part, PresentVisitor visitor) {
    Region region = part.region();
    pages.forEachLeaf(
        region.address(),
        region.end(),
        (address, leaf) -> {
          for (int word = 0; word < Leaf.WORDS; word++) {
            long mask = leaf.present(word) & clip(address, word, region);
            if (mask != 0) {
              visitor.present(address, word, mask);
            }
          }
        });
  }

  /** The pages of a word of a leaf that lie in a region. */
  static long clip(long leafAddress, int word, Region region) {
    return clip(leafAddress, word, region.address(), region.end());
  }

  private static long clip(long leafAddress, int word, long start, long end) {
    long base = leafAddress + ((long) word << 18);
    long from = Math.max(0, (start - base) >> 12);
    long to = Math.min(Long.SIZE, (end - base) >> 12);
    if (from >= to) {
      return 0;
    }
    return (-1L << from) & (-1L >>> (Long.SIZE - to));
  }

  private long checkedEnd(long address, long bytes) {
    if (address < 0 || bytes < 0 || address + bytes < address || address % 4096 != 0) {
      throw new IllegalArgumentException(
          String.format("%s: not a range of pages: 0x%x, %d bytes", name, address, bytes));
    }
    return address + bytes;
  }

  private static long roundUp(long address) {
    return (address + PageSize.BASE_BYTES - 1) & -PageSize.BASE_BYTES;
  }

  private void checkAlive() {
    if (!alive) {
      throw new IllegalStateException("process " + name + " has exited");
    }
  }

  /** Takes the resident pages of a mapping, a word at a time. */
  private interface PresentVisitor {
    void present(long leafAddress, int word, long mask);
  }
}
