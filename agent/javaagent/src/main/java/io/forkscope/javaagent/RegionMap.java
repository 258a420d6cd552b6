package io.forkscope.javaagent;

import io.forkscope.events.HeapSpaceEvent;
import io.forkscope.events.RegionEvent;
import io.forkscope.events.ResidentEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes the map of this process into the recording: regions, present pages, heap spaces. */
final class RegionMap {
  /** The phase of the map that is written when the recording ends. */
  static final int AT_END = -1;

  /** malloc's arenas are aligned to 64 MiB: HEAP_MAX_SIZE of glibc 2.36 malloc/arena.c. */
  private static final long ARENA_BYTES = 64L << 20;

  private final JvmRanges jvm;
  private final int phase;
  private final int pageBytes;

  private RegionMap(JvmRanges jvm, int phase, int pageBytes) {
    this.jvm = jvm;
    this.phase = phase;
    this.pageBytes = pageBytes;
  }

  /**
   * Reads the map and commits its events.
   *
   * @return resident bytes of all mappings
   */
  static long commit(Diagnostics diagnostics, int phase, int pageBytes) throws IOException {
    RegionMap map = new RegionMap(JvmRanges.ask(diagnostics), phase, pageBytes);
    List<Mapping> mappings = Mapping.readSmaps();
    // The pages and the spaces come last: what was done until here has allocated MiB of objects.
    List<List<long[]>> present = presentPages(mappings, pageBytes);
    List<JvmRanges.HeapSpace> spaces = JvmRanges.askSpaces(diagnostics);
    spaces.forEach(map::commit);
    long resident = 0;
    Mapping previous = null;
    for (int i = 0; i < mappings.size(); i++) {
      Mapping mapping = mappings.get(i);
      if (isOfUse(mapping)) {
        map.commit(mapping, previous, present.get(i));
        resident += mapping.residentBytes();
      }
      previous = mapping;
    }
    return resident;
  }

  private static boolean isOfUse(Mapping mapping) {
    return mapping.isAccessible() && !mapping.path().equals("[vsyscall]");
  }

  /** For each mapping its runs of present pages: first and end address. */
  private static List<List<long[]>> presentPages(List<Mapping> mappings, int pageBytes)
      throws IOException {
    List<List<long[]>> present = new ArrayList<>(mappings.size());
    try (Pagemap pagemap = Pagemap.open(pageBytes)) {
      for (Mapping mapping : mappings) {
        List<long[]> runs = new ArrayList<>();
        if (isOfUse(mapping) && mapping.residentBytes() > 0) {
          pagemap.runs(
              mapping.start(), mapping.end(), (start, end) -> runs.add(new long[] {start, end}));
        }
        present.add(runs);
      }
    }
    return present;
  }

  private void commit(Mapping mapping, @Nullable Mapping previous, List<long[]> runs) {
    for (long[] run : runs) {
      ResidentEvent event = new ResidentEvent();
      event.start = run[0];
      event.bytes = run[1] - run[0];
      event.phase = phase;
      event.commit();
    }
    SortedSet<Long> cuts = cuts(mapping);
    long start = mapping.start();
    for (long end : cuts) {
      commit(mapping, named(mapping, previous, start), start, end, runs);
      start = end;
    }
  }

  /** Where names change inside the mapping, and its end. */
  private SortedSet<Long> cuts(Mapping mapping) {
    SortedSet<Long> cuts = new TreeSet<>();
    for (NamedRange range : jvm.ranges()) {
      for (long cut : new long[] {pageDown(range.start()), pageUp(range.end())}) {
        if (mapping.start() < cut && cut < mapping.end()) {
          cuts.add(cut);
        }
      }
    }
    cuts.add(mapping.end());
    return cuts;
  }

  private long pageDown(long address) {
    return address & -pageBytes;
  }

  private long pageUp(long address) {
    return (address + pageBytes - 1) & -pageBytes;
  }

  private void commit(Mapping mapping, NamedRange name, long start, long end, List<long[]> runs) {
    long resident = 0;
    for (long[] run : runs) {
      resident += Math.max(0, Math.min(end, run[1]) - Math.max(start, run[0]));
    }
    RegionEvent event = new RegionEvent();
    event.name = name.name();
    event.kind = name.kind();
    event.start = start;
    event.bytes = end - start;
    event.residentBytes = resident;
    event.mappingPrivateDirtyBytes = mapping.privateDirtyBytes();
    event.pageBytes = mapping.pageBytes();
    event.mappingHugeBytes = mapping.hugeBytes();
    event.sharedMapping = mapping.isShared();
    event.permissions = mapping.permissions();
    event.source = name.source();
    event.phase = phase;
    event.commit();
  }

  private NamedRange named(Mapping mapping, @Nullable Mapping previous, long start) {
    if (mapping.isShared()) {
      return bySmaps(mapping, mapping.path(), "SHARED");
    }
    for (NamedRange range : jvm.ranges()) {
      if (pageDown(range.start()) <= start && start < pageUp(range.end())) {
        return range;
      }
    }
    String path = mapping.path();
    if (path.isEmpty()) {
      return anonymous(mapping, previous);
    }
    String kind =
        switch (path) {
          case "[heap]" -> "BRK_HEAP";
          case "[stack]" -> "STACK";
          default ->
              path.endsWith(".jsa")
                  ? "CDS_ARCHIVE"
                  : mapping.permissions().charAt(1) == 'w' ? "DATA" : "FILE";
        };
    return bySmaps(mapping, path, kind);
  }

  private static NamedRange anonymous(Mapping mapping, @Nullable Mapping previous) {
    boolean behindLibrary =
        previous != null
            && previous.end() == mapping.start()
            && previous.path().startsWith("/")
            && previous.permissions().charAt(1) == 'w';
    if (behindLibrary && previous != null) {
      return bySmaps(mapping, previous.path() + " (bss)", "DATA");
    }
    return mapping.start() % ARENA_BYTES == 0
        ? bySmaps(mapping, "malloc arena", "C_HEAP")
        : bySmaps(mapping, "anonymous", "ANONYMOUS");
  }

  private static NamedRange bySmaps(Mapping mapping, String name, String kind) {
    return new NamedRange(mapping.start(), mapping.end(), name, kind, "smaps");
  }

  private void commit(JvmRanges.HeapSpace space) {
    HeapSpaceEvent event = new HeapSpaceEvent();
    event.name = space.name();
    event.start = space.start();
    event.usedBytes = space.top() - space.start();
    event.committedBytes = space.end() - space.start();
    event.phase = phase;
    event.commit();
  }
}
