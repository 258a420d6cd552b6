package io.forkscope.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.Attribution;
import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseCount;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.MemoryUsage;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionCounts;
import io.forkscope.core.memory.RegionKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Takes one random program of map, write, read, unmap, dontNeed, fork, exec and exit through {@code
 * CowSpace} and {@link NaiveCowSpace} side by side, and compares everything that can be asked.
 */
public final class CowDifference {
  /** The causes that the programs write with. */
  public static final List<Cause> CAUSES =
      List.of(cause("test.a"), cause("test.b"), cause("test.c"));

  private static final long BASE = 0x7f0000000000L;

  private final IntUnaryOperator choice;
  private final CowSpace space;
  private final NaiveCowSpace naive;
  private final List<CowProcess> processes = new ArrayList<>();
  private final List<NaiveProcess> oracles = new ArrayList<>();

  /** What each process can write to; shrinks when something is unmapped. */
  private final List<List<Region>> mapped = new ArrayList<>();

  private int epoch;

  /**
   * A program.
   *
   * @param rules of the kernel
   * @param choice gives a number from 0 to below its argument
   */
  public CowDifference(KernelRules rules, IntUnaryOperator choice) {
    this.choice = choice;
    space = new CowSpace(rules);
    naive = new NaiveCowSpace(rules);
    CowProcess root = space.create("root");
    NaiveProcess oracle = naive.create();
    List<Region> regions = regions();
    for (Region region : regions) {
      root.map(region);
      oracle.map(region);
    }
    add(root, oracle, regions);
  }

  /** Takes some steps, then compares. */
  public void run(int steps) {
    for (int i = 0; i < steps && !processes.isEmpty(); i++) {
      step();
    }
    compare();
  }

  private static List<Region> regions() {
    List<Region> regions = new ArrayList<>();
    // Begins in the middle of a leaf and ends in that of another; the next one shares its leaf.
    regions.add(region("base", BASE + 300 * 4096, 700 * 4096, PageSize.BASE_4K, false, false));
    regions.add(region("data", BASE + 1000 * 4096, 40 * 4096, PageSize.BASE_4K, false, true));
    regions.add(region("folio", BASE + (6 << 20), 512 << 10, PageSize.FOLIO_64K, false, false));
    regions.add(region("thp", BASE + (8 << 20), 4 << 20, PageSize.THP_2M, false, false));
    regions.add(region("hugetlb", BASE + (12 << 20), 4 << 20, PageSize.HUGETLB_2M, false, false));
    regions.add(region("shm", BASE + (17 << 20), 40 * 4096, PageSize.BASE_4K, true, false));
    regions.add(region("file", BASE + (18 << 20), 40 * 4096, PageSize.BASE_4K, true, true));
    return regions;
  }

  private static Region region(
      String name, long address, long bytes, PageSize pageSize, boolean shared, boolean file) {
    return new Region(name, RegionKind.ANONYMOUS, address, bytes, pageSize, shared, file, true);
  }

  private void add(CowProcess process, NaiveProcess oracle, List<Region> regions) {
    processes.add(process);
    oracles.add(oracle);
    mapped.add(new ArrayList<>(regions));
  }

  private void step() {
    int who = choose(processes.size());
    int what = choose(40);
    if (what < 28) {
      write(who);
    } else if (what < 30) {
      read(who);
    } else if (what < 32) {
      giveBack(who);
    } else if (what < 37) {
      if (processes.size() < 12) {
        fork(who);
      }
    } else if (what == 37) {
      exit(who);
    } else if (what == 38) {
      space.epoch(++epoch);
      naive.epoch(epoch);
    } else if (choose(8) == 0) {
      processes.get(who).exec();
      oracles.get(who).exec();
      mapped.get(who).clear();
    } else {
      compare();
    }
  }

  private void write(int who) {
    List<Region> regions = mapped.get(who);
    if (regions.isEmpty()) {
      remap(who);
      return;
    }
    Region region = regions.get(choose(regions.size()));
    Cause cause = CAUSES.get(choose(CAUSES.size()));
    CowProcess process = processes.get(who);
    int room = (int) region.bytes();
    long at = choose(room);
    switch (choose(4)) {
      case 0 -> {
        long bytes = 1L + choose((int) Math.min(room - at, 90_000));
        process.sink(cause).writeRange(region.address() + at, bytes);
        oracles.get(who).write(cause, region.address() + at, bytes);
      }
      case 1 -> writeStrided(who, cause, region, at);
      case 2 -> writeEach(who, cause, region);
      default -> {
        int bytes = (int) Math.min(room - at, 1 + choose(64));
        process.sink(cause).write(region.address() + at, bytes);
        oracles.get(who).write(cause, region.address() + at, bytes);
      }
    }
  }

  private void writeStrided(int who, Cause cause, Region region, long at) {
    long stride = 1L + choose(20_000);
    long count = Math.min(30, (region.bytes() - at) / stride);
    processes.get(who).sink(cause).writeStrided(region.address() + at, stride, count, 1);
    for (long i = 0; i < count; i++) {
      oracles.get(who).write(cause, region.address() + at + i * stride, 1);
    }
  }

  /** Batches of one cause, one after another, each in a part of the region of its own. */
  private void writeEach(int who, Cause cause, Region region) {
    for (int batch = 0; batch < 1 + choose(3); batch++) {
      int from = choose((int) region.bytes() - 8);
      int room = Math.min((int) region.bytes() - 8 - from, 1 << choose(22));
      long[] addresses = new long[choose(40)];
      for (int i = 0; i < addresses.length; i++) {
        addresses[i] = region.address() + from + choose(Math.max(1, room));
        oracles.get(who).write(cause, addresses[i], 8);
      }
      processes.get(who).sink(cause).writeEach(addresses, 0, addresses.length, 8);
    }
  }

  private void remap(int who) {
    Region region = Region.anonymous("new", RegionKind.ANONYMOUS, BASE + (20 << 20), 40 * 4096);
    processes.get(who).map(region);
    oracles.get(who).map(region);
    mapped.get(who).add(region);
  }

  private void read(int who) {
    List<Region> regions = mapped.get(who);
    if (!regions.isEmpty()) {
      Region region = regions.get(choose(regions.size()));
      long at = choose((int) region.bytes());
      long bytes = 1L + choose((int) (region.bytes() - at));
      processes.get(who).read(region.address() + at, bytes);
      oracles.get(who).read(region.address() + at, bytes);
    }
  }

  private void giveBack(int who) {
    List<Region> regions = mapped.get(who);
    if (regions.isEmpty()) {
      return;
    }
    int which = choose(regions.size());
    Region region = regions.get(which);
    int size = region.pageSize().bytes();
    int units = (int) (region.bytes() / size);
    int from = choose(units);
    int count = 1 + choose(units - from);
    long address = region.address() + (long) from * size;
    long bytes = (long) count * size;
    if (choose(3) > 0) {
      processes.get(who).dontNeed(address, bytes);
      oracles.get(who).dontNeed(address, bytes);
      return;
    }
    processes.get(who).unmap(address, bytes);
    oracles.get(who).unmap(address, bytes);
    regions.remove(which);
    keep(regions, region, region.address(), address);
    keep(regions, region, address + bytes, region.end());
  }

  private static void keep(List<Region> regions, Region r, long from, long to) {
    if (from < to) {
      regions.add(region(r.name(), from, to - from, r.pageSize(), r.shared(), r.fileBacked()));
    }
  }

  private void fork(int who) {
    add(processes.get(who).fork("child"), oracles.get(who).fork(), mapped.get(who));
  }

  private void exit(int who) {
    processes.remove(who).exit();
    oracles.remove(who).exit();
    mapped.remove(who);
  }

  private void compare() {
    assertThat(space.physicalPages()).as("physical pages").isEqualTo(naive.physicalPages());
    long share = 0;
    long mappings = 0;
    for (int i = 0; i < processes.size(); i++) {
      MemoryUsage usage = processes.get(i).usage();
      assertThat(usage).as("usage of process " + i).isEqualTo(oracles.get(i).usage());
      compareCounts(processes.get(i), oracles.get(i));
      compareBlame(processes.get(i).attribution(), oracles.get(i));
      share += usage.pssBytes();
      mappings += usage.rssBytes() / PageSize.BASE_BYTES;
    }
    // PSS sums to the physical bytes, but for what smaps rounds down: 4,096ths of a byte a page.
    long physical = space.physicalPages() * PageSize.BASE_BYTES;
    assertThat(share)
        .as("sum of PSS")
        .isBetween(physical - mappings / 4096 - 2L * processes.size(), physical);
  }

  private static void compareCounts(CowProcess process, NaiveProcess oracle) {
    long[] sums = new long[4];
    for (RegionCounts counts : process.regions()) {
      sums[0] += counts.residentAtForkPages();
      sums[1] += counts.residentPages();
      sums[2] += counts.grownPages();
      sums[3] += counts.droppedPages();
    }
    assertThat(List.of(sums[0], sums[1], sums[2], sums[3]))
        .as("resident at fork, resident, grown, dropped")
        .isEqualTo(oracle.counts());
  }

  private static void compareBlame(Attribution blame, NaiveProcess oracle) {
    Set<Long> broken = oracle.brokenWithout(Set.of());
    assertThat(blame.brokenPages()).as("broken").isEqualTo(broken.size());
    for (CauseCount count : blame.causes()) {
      Cause cause = count.cause();
      long first = broken.stream().filter(p -> oracle.causesOf(p).get(0).equals(cause)).count();
      long without = oracle.brokenWithout(Set.of(cause)).size();
      long all = broken.stream().filter(p -> oracle.causesOf(p).contains(cause)).count();
      assertThat(count.brokeFirst()).as("first by " + cause.id()).isEqualTo(first);
      assertThat(blame.brokeFirst(cause)).isEqualTo(first);
      assertThat(blame.brokenWithout(Set.of(cause))).as("without").isEqualTo(without);
      assertThat(count.onlyToucher()).as("only").isEqualTo(broken.size() - without);
      assertThat(count.onlyToucher() + count.sharedBlame()).as("all").isEqualTo(all);
    }
    Set<Cause> two = new HashSet<>(CAUSES.subList(0, 2));
    assertThat(blame.brokenWithout(two)).isEqualTo(oracle.brokenWithout(two).size());
    for (long page : oracle.touchedPages()) {
      assertThat(blame.firstCauseOf(page << 12)).hasValue(oracle.causesOf(page).get(0));
      assertThat(blame.epochOf(page << 12)).isEqualTo(oracle.epochOf(page));
    }
  }

  private int choose(int below) {
    return choice.applyAsInt(below);
  }

  private static Cause cause(String id) {
    return new Cause(id, CauseKind.MUTATION, "A random program writes.", "CowDifference");
  }
}
