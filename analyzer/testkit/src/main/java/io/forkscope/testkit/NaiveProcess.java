package io.forkscope.testkit;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.FaultCounts;
import io.forkscope.core.memory.MemoryUsage;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.testkit.NaiveCowSpace.NaiveFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A process of {@link NaiveCowSpace}: maps of pages, one page at a time. Longer than a class should
 * be because every rule of the kernel stands here once, in words, beside the others.
 */
public final class NaiveProcess {
  private static final int HUGE_PAGES = 512;

  private final NaiveCowSpace space;

  /** Page number to frame. */
  private final Map<Long, NaiveFrame> table = new HashMap<>();

  private final Set<Long> writable = new HashSet<>();

  /** First pages of huge pages that are mapped as a whole. */
  private final Set<Long> unsplit = new HashSet<>();

  private final TreeMap<Long, NaiveVma> vmas = new TreeMap<>();

  private boolean inWindow;
  private final Set<Long> atFork = new HashSet<>();

  /** Pages given back since, with the mapping they were given back of. */
  private final Map<Long, NaiveVma> dropped = new HashMap<>();

  private final Map<Long, Set<Cause>> touched = new HashMap<>();
  private final Map<Long, Integer> epochs = new HashMap<>();

  private long copies;
  private long reuses;
  private long fills;
  private long fileCopies;
  private long copiedPages;
  private long splits;

  NaiveProcess(NaiveCowSpace space) {
    this.space = space;
  }

  /** One mapping; {@code file} is what stands behind shared and file pages. */
  private record NaiveVma(Region region, Map<Long, NaiveFrame> file, boolean anonymous) {}

  /** Maps a region; the caller sees to it that it is free. */
  public void map(Region region) {
    vmas.put(region.address(), new NaiveVma(region, new HashMap<>(), false));
  }

  /** Writes a range. */
  public void write(Cause cause, long address, long bytes) {
    NaiveVma vma = vmas.floorEntry(address).getValue();
    if (!vma.region.shared()) {
      vmas.put(vma.region.address(), new NaiveVma(vma.region, vma.file, true));
    }
    for (long page = address >> 12; page <= (address + bytes - 1) >> 12; page++) {
      writePage(vma, cause, page);
    }
  }

  private void writePage(NaiveVma vma, Cause cause, long page) {
    Region region = vma.region;
    if (region.shared()) {
      writeShared(vma, page);
    } else {
      writePrivate(vma, page);
    }
    if (inWindow && !region.shared()) {
      unit(region, page).forEach(each -> writeAgain(vma, each));
      for (long unit : unit(region, page)) {
        touched.computeIfAbsent(unit, p -> new LinkedHashSet<>()).add(cause);
        epochs.putIfAbsent(unit, space.epoch);
      }
    }
  }

  /** A page given back and written again is as good as copied; the engine follows no huge page. */
  private void writeAgain(NaiveVma vma, long page) {
    NaiveVma before = dropped.get(page);
    if (before == null) {
      return;
    }
    boolean sameOrigin = before.file == vma.file;
    boolean byPage = unit(before.region, page).size() == 1 && unit(vma.region, page).size() == 1;
    if (sameOrigin || (byPage && !before.region.shared())) {
      dropped.remove(page);
    }
  }

  private void writeShared(NaiveVma vma, long page) {
    List<Long> unit = unit(vma.region, page);
    fills += table.containsKey(page) ? 0 : 1;
    for (long each : unit) {
      mapFile(vma, each, NaiveFrame.Kind.SHARED).written = true;
    }
  }

  private NaiveFrame mapFile(NaiveVma vma, long page, NaiveFrame.Kind kind) {
    NaiveFrame frame = vma.file.computeIfAbsent(page, p -> space.frame(kind));
    if (!table.containsKey(page)) {
      own(page, frame);
    }
    return frame;
  }

  private void writePrivate(NaiveVma vma, long page) {
    Region region = vma.region;
    NaiveFrame frame = table.get(page);
    if (frame == null && region.fileBacked()) {
      copies++;
      fileCopies++;
      copy(unit(region, page));
    } else if (frame == null) {
      fills++;
      fill(region, page);
    } else if (writable.contains(page)) {
      return;
    } else if (frame.kind == NaiveFrame.Kind.PAGE_CACHE) {
      copies++;
      fileCopies++;
      copy(unit(region, page));
    } else if (mapsWhole(page)) {
      writeUnsplit(region, page);
    } else {
      reuseOrCopy(region, page);
    }
  }

  /** The first write to a folio makes all of it resident. */
  private void fill(Region region, long page) {
    int size = region.pageSize().bytes() / PageSize.BASE_BYTES;
    long first = page - page % size;
    List<NaiveFrame> folio = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      NaiveFrame frame = space.frame(NaiveFrame.Kind.ANONYMOUS);
      folio.add(frame);
      own(first + i, frame);
      writable.add(first + i);
    }
    if (!space.rules.copiesWhole(region.pageSize())) {
      folio.forEach(frame -> frame.folio = folio);
      if (size == HUGE_PAGES) {
        unsplit.add(first);
      }
    }
  }

  private boolean mapsWhole(long page) {
    return unsplit.contains(page - page % HUGE_PAGES);
  }

  private void writeUnsplit(Region region, long page) {
    long first = page - page % HUGE_PAGES;
    boolean alone = true;
    for (long each = first; each < first + HUGE_PAGES; each++) {
      alone &= owned(each).owners.size() == 1;
    }
    if (alone) {
      reuses++;
      for (long each = first; each < first + HUGE_PAGES; each++) {
        writable.add(each);
      }
      return;
    }
    unsplit.remove(first);
    splits++;
    reuseOrCopy(region, page);
  }

  private void reuseOrCopy(Region region, long page) {
    List<Long> unit = unit(region, page);
    boolean alone = true;
    for (long each : unit) {
      alone &= owned(each).belongsTo(this);
    }
    if (alone) {
      reuses++;
      writable.addAll(unit);
    } else {
      copies++;
      copy(unit);
    }
  }

  private void copy(List<Long> unit) {
    copiedPages += unit.size();
    for (long page : unit) {
      release(page);
      own(page, space.frame(NaiveFrame.Kind.ANONYMOUS));
      writable.add(page);
    }
  }

  /** The pages that a write to one of them copies. */
  private List<Long> unit(Region region, long page) {
    if (!space.rules.copiesWhole(region.pageSize())) {
      return List.of(page);
    }
    List<Long> unit = new ArrayList<>();
    for (long each = page - page % HUGE_PAGES; unit.size() < HUGE_PAGES; each++) {
      unit.add(each);
    }
    return unit;
  }

  /** Reads a range inside one region. */
  public void read(long address, long bytes) {
    NaiveVma vma = vmas.floorEntry(address).getValue();
    Region region = vma.region;
    if (!region.shared() && !region.fileBacked()) {
      return;
    }
    NaiveFrame.Kind kind = region.shared() ? NaiveFrame.Kind.SHARED : NaiveFrame.Kind.PAGE_CACHE;
    for (long page = address >> 12; page <= (address + bytes - 1) >> 12; page++) {
      for (long each : unit(region, page)) {
        if (!table.containsKey(each)) {
          mapFile(vma, each, kind);
        }
      }
    }
  }

  /** Gives pages back. */
  public void dontNeed(long address, long bytes) {
    for (long page = address >> 12; page < (address + bytes) >> 12; page++) {
      if (table.containsKey(page)) {
        release(page);
        unsplit.remove(page - page % HUGE_PAGES);
        touched.remove(page);
        epochs.remove(page);
        if (atFork.contains(page)) {
          dropped.putIfAbsent(page, vmas.floorEntry(page << 12).getValue());
        }
      }
    }
  }

  /** Removes mappings; a region may be cut. */
  public void unmap(long address, long bytes) {
    dontNeed(address, bytes);
    long end = address + bytes;
    for (NaiveVma vma : List.copyOf(vmas.values())) {
      Region region = vma.region;
      if (region.end() <= address || region.address() >= end) {
        continue;
      }
      vmas.remove(region.address());
      keep(vma, region.address(), Math.min(address, region.end()));
      keep(vma, Math.max(end, region.address()), region.end());
    }
  }

  private void keep(NaiveVma vma, long from, long to) {
    if (from < to) {
      Region r = vma.region;
      Region part =
          new Region(
              r.name(),
              r.kind(),
              from,
              to - from,
              r.pageSize(),
              r.shared(),
              r.fileBacked(),
              r.writable());
      vmas.put(from, new NaiveVma(part, vma.file, vma.anonymous));
    }
  }

  /** A child. */
  public NaiveProcess fork() {
    writable.clear();
    if (!inWindow) {
      beginWindow();
    }
    NaiveProcess child = new NaiveProcess(space);
    child.vmas.putAll(vmas);
    for (Map.Entry<Long, NaiveFrame> entry : table.entrySet()) {
      NaiveVma vma = vmas.floorEntry(entry.getKey() << 12).getValue();
      boolean copied = !vma.region.shared() && (vma.anonymous || !vma.region.fileBacked());
      if (copied) {
        child.own(entry.getKey(), entry.getValue());
      }
    }
    child.unsplit.addAll(unsplit);
    child.beginWindow();
    return child;
  }

  private void beginWindow() {
    inWindow = true;
    atFork.addAll(table.keySet());
    copies = 0;
    reuses = 0;
    fills = 0;
    fileCopies = 0;
    copiedPages = 0;
    splits = 0;
  }

  /** Ends it. */
  public void exit() {
    for (long page : List.copyOf(table.keySet())) {
      release(page);
    }
  }

  /** Another program in the same process. */
  public void exec() {
    exit();
    vmas.clear();
    unsplit.clear();
    atFork.clear();
    dropped.clear();
    touched.clear();
    epochs.clear();
  }

  /** Its faults. */
  public FaultCounts faults() {
    return new FaultCounts(
        copies + reuses + fills,
        copies,
        reuses,
        fills,
        fileCopies,
        copiedPages * PageSize.BASE_BYTES,
        splits);
  }

  /** What smaps would say. */
  public MemoryUsage usage() {
    long[] pages = new long[4];
    long share = 0;
    Set<Long> tables = new HashSet<>();
    Set<Long> middles = new HashSet<>();
    Set<Long> uppers = new HashSet<>();
    for (Map.Entry<Long, NaiveFrame> entry : table.entrySet()) {
      NaiveFrame frame = entry.getValue();
      int owners = frame.owners.size();
      pages[(owners == 1 ? 2 : 0) + (frame.dirty() ? 1 : 0)]++;
      share += ((long) PageSize.BASE_BYTES << 12) / owners;
      long page = entry.getKey();
      if (vmas.floorEntry(page << 12).getValue().region.pageSize() != PageSize.HUGETLB_2M) {
        tables.add(page >> 9);
      }
      middles.add(page >> 18);
      uppers.add(page >> 27);
    }
    return new MemoryUsage(
        table.size() * 4096L,
        share >> 12,
        pages[0] * 4096,
        pages[1] * 4096,
        pages[2] * 4096,
        pages[3] * 4096,
        (tables.size() + middles.size() + uppers.size()) * 4096L,
        faults());
  }

  /** Pages that were inherited, written since, and not given back, without some causes' writes. */
  public Set<Long> brokenWithout(Set<Cause> absent) {
    Set<Long> broken = new HashSet<>();
    touched.forEach(
        (page, causes) -> {
          if (atFork.contains(page) && !dropped.containsKey(page) && !absent.containsAll(causes)) {
            broken.add(page);
          }
        });
    return broken;
  }

  /** The causes that wrote a page, first one first; empty if none did. */
  public List<Cause> causesOf(long page) {
    return List.copyOf(touched.getOrDefault(page, Set.of()));
  }

  /** The epoch of a page's first write, or -1. */
  public int epochOf(long page) {
    return epochs.getOrDefault(page, -1);
  }

  /** Pages written since the fork and not given back. */
  public Set<Long> touchedPages() {
    return touched.keySet();
  }

  /** Resident at the fork, resident now, grown and dropped, as {@code RegionCounts} sums them. */
  public List<Long> counts() {
    long grown =
        table.keySet().stream()
            .filter(page -> inWindow && (!atFork.contains(page) || dropped.containsKey(page)))
            .count();
    long before = inWindow ? atFork.size() : table.size();
    return List.of(before, (long) table.size(), grown, (long) dropped.size());
  }

  private NaiveFrame owned(long page) {
    @Nullable NaiveFrame frame = table.get(page);
    if (frame == null) {
      throw new IllegalStateException("page " + page + " is not mapped");
    }
    return frame;
  }

  private void own(long page, NaiveFrame frame) {
    table.put(page, frame);
    frame.owners.add(this);
  }

  private void release(long page) {
    NaiveFrame frame = table.remove(page);
    if (frame != null) {
      frame.owners.remove(this);
    }
    writable.remove(page);
  }
}
