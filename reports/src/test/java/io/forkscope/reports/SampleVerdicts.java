package io.forkscope.reports;

import io.forkscope.core.verdict.Basis;
import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.MitigationEffect.Change;
import io.forkscope.core.verdict.PageMap;
import io.forkscope.core.verdict.ProcessUsage;
import io.forkscope.core.verdict.Provenance;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.core.verdict.Totals;
import io.forkscope.core.verdict.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Verdicts to show. The big one is a pre-forking CPython server: seven regions, five causes, twelve
 * marks, some 300,000 pages and twenty comparisons, drawn with a fixed seed. Its sums are made
 * consistent: attributions, curve, regions and totals all follow from the page map.
 */
public final class SampleVerdicts {

  private static final long SEED = 20_261_124L;
  private static final int PAGE_BYTES = 4096;
  private static final List<Long> EPOCHS =
      List.of(0L, 1L, 3L, 10L, 30L, 100L, 200L, 400L, 800L, 1200L, 1600L, 2000L);
  private static final List<String> CAUSES =
      List.of(
          "cpython.refcount", "cpython.gc-head", "cpython.allocation", "cpython.first-use", "fork");
  private static final List<String> KINDS =
      List.of("", "tuple", "str, short", "dict", "instance with slots", "float", "list table");

  private SampleVerdicts() {}

  /** A pre-forking server with everything measured that can be. */
  public static Verdict server() {
    PageMap map = serverMap();
    long[] byCause = new long[CAUSES.size()];
    long[][] byEpoch = new long[CAUSES.size()][EPOCHS.size()];
    for (PageMap.Run run : map.runs()) {
      if (run.cause() >= 0) {
        byCause[run.cause()] += run.pages();
        for (int e = run.epoch(); e < EPOCHS.size(); e++) {
          byEpoch[run.cause()][e] += run.pages();
        }
      }
    }
    long resident = map.runs().stream().mapToLong(PageMap.Run::pages).sum();
    long lost = Arrays.stream(byCause).sum();
    long grown = 6_214;
    long sharable = resident - 1_204;
    long physical = resident + 4 * (lost + grown) - 3_411;
    Totals totals =
        new Totals(
            4,
            resident,
            sharable,
            byCause[4],
            lost - byCause[4],
            grown,
            812,
            physical,
            physical + 2_870,
            0,
            23_000_000,
            4 * (lost + 9_800),
            4 * lost);
    return new Verdict(
        "gunicorn --preload, 4 workers, CPython 3.11, 2,000 requests a worker",
        findings(totals),
        totals,
        processes(totals),
        regions(map, grown),
        causes(byCause),
        curve(byEpoch),
        map,
        comparisons(),
        snapshots(),
        mitigations(),
        provenance());
  }

  private static List<SnapshotCost> snapshots() {
    return List.of(
        new SnapshotCost(
            "strings.set.rate5000.seconds3",
            "redis",
            "7.0",
            15_000,
            5_000,
            new SnapshotCost.Cost(4_912, 10_628, 606_000),
            new SnapshotCost.Cost(4_912, 10_640, 871_000)),
        new SnapshotCost(
            "strings.del",
            "redis",
            "7.0",
            10_000,
            0,
            new SnapshotCost.Cost(2_931, 9_000, 500_000),
            SnapshotCost.Cost.NOT_MEASURED));
  }

  /** The smallest verdict there is: nothing placed, nothing measured, no time. */
  public static Verdict empty() {
    return new Verdict(
        "an empty scenario",
        List.of(),
        new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        List.of(),
        List.of(),
        List.of(),
        new ErosionCurve("requests", List.of(), List.of(), List.of()),
        PageMap.empty(),
        List.of(),
        new Provenance(
            "empty.yaml", "0".repeat(64), 1, Map.of(), "modelled", List.of(), List.of()));
  }

  /** Three pages and one cause, to be checked by hand. */
  public static Verdict small() {
    return named("small", "[heap]", "cpython.refcount", "float");
  }

  /** {@link #small} with foreign names in every place that takes one. */
  public static Verdict named(String title, String region, String cause, String kind) {
    return new Verdict(
        title,
        List.of(new Finding(Finding.Level.HEADLINE, "2 of 3 pages: " + title, Basis.MODELLED)),
        new Totals(1, 3, 3, 0, 2, 1, 0, 6, 6, 0, 260, 2, 2),
        List.of(new ProcessUsage(title, 12_288, 8_192, 4_096, 8_192, 0, 0)),
        List.of(new RegionLoss(region, "C heap (brk)", 0x10000, 12_288, 3, 2, 1, "modelled")),
        List.of(new CauseLoss(cause, "reference_count", title, title, 2, 2, 0, 16, 0.998)),
        new ErosionCurve(
            "requests",
            List.of(0L, 1L),
            List.of(new ErosionCurve.Series(cause, List.of(0L, 2L))),
            List.of()),
        new PageMap(
            List.of(region),
            List.of(cause),
            List.of("", kind),
            List.of(
                new PageMap.Run(0x10000, 2, 0, 0, 1, 1),
                new PageMap.Run(0x12000, 1, 0, -1, -1, 0))),
        List.of(
            new Comparison(
                title,
                title,
                title,
                3,
                2,
                -1,
                "modelled",
                List.of(Comparison.Part.ofCause(cause, 2), new Comparison.Part(region, 2, -1)))),
        new Provenance(
            title,
            "0".repeat(64),
            1,
            Map.of(title, title),
            "modelled",
            List.of(title),
            List.of(title)));
  }

  /** A map of {@code pages} pages, each its own run with its own random state. */
  public static PageMap noise(int pages, int causes, int kinds, int epochs, boolean holes) {
    Random random = new Random(SEED);
    List<PageMap.Run> runs = new ArrayList<>(pages);
    long address = 0x7f0000000000L;
    for (int i = 0; i < pages; i++) {
      int cause = random.nextInt(causes + 1) - 1;
      int epoch = cause < 0 ? -1 : random.nextInt(epochs);
      runs.add(new PageMap.Run(address, 1, 0, cause, epoch, random.nextInt(kinds)));
      address += PAGE_BYTES * (holes ? 1L + random.nextInt(3) : 1L);
    }
    return new PageMap(List.of("noise"), names("cause.c", causes), names("kind ", kinds), runs);
  }

  /** The server's verdict with another map. */
  public static Verdict withMap(PageMap map) {
    Verdict v = server();
    return new Verdict(
        v.title(),
        v.findings(),
        v.totals(),
        v.processes(),
        v.regions(),
        v.causes(),
        v.curve(),
        map,
        v.comparisons(),
        v.provenance());
  }

  private static List<String> names(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
    return names;
  }

  private record Area(String name, String kind, long address, int pages, int style) {}

  private static final List<Area> AREAS =
      List.of(
          new Area("python3.11 .data", "program and library data", 0x5581c0a00000L, 420, 3),
          new Area("[heap]", "C heap (brk)", 0x5581c2000000L, 38_400, 1),
          new Area("pymalloc arenas", "anonymous memory", 0x7f6a40000000L, 196_608, 0),
          new Area("large blocks", "anonymous memory", 0x7f6a90000000L, 49_152, 2),
          new Area("library data", "program and library data", 0x7f6aa8000000L, 3_180, 3),
          new Area("libpython3.11.so text", "private file mapping", 0x7f6aab000000L, 12_100, 4),
          new Area("[stack]", "stacks", 0x7ffc1e000000L, 34, 5));

  private static PageMap serverMap() {
    Random random = new Random(SEED);
    List<PageMap.Run> runs = new ArrayList<>();
    for (int i = 0; i < AREAS.size(); i++) {
      Area area = AREAS.get(i);
      int page = 0;
      while (page < area.pages()) {
        page += stretch(area, i, page, random, runs);
      }
    }
    return new PageMap(AREAS.stream().map(Area::name).toList(), CAUSES, KINDS, runs);
  }

  /** Adds one run, shaped by what a region of this style goes through. */
  private static int stretch(
      Area area, int region, int page, Random random, List<PageMap.Run> runs) {
    int block = page >> 11; // objects of one kind are built together
    Random ofBlock = new Random(SEED + 31L * region + block);
    int kind = area.style() <= 1 ? 1 + ofBlock.nextInt(5) : area.style() == 2 ? 6 : 0;
    double heat = ofBlock.nextDouble();
    double broken =
        switch (area.style()) {
          case 0 -> heat < 0.25 ? 0.97 : heat < 0.6 ? 0.5 : 0.06;
          case 1 -> 0.42;
          case 2 -> heat < 0.15 ? 0.8 : 0.01;
          case 3 -> 0.35;
          case 4 -> 0.0;
          default -> 0.6;
        };
    int length = 1 + (int) (-Math.log(1 - random.nextDouble()) * (broken > 0.9 ? 40 : 5));
    length = Math.min(length, Math.min(area.pages() - page, ((block + 1) << 11) - page));
    long address = area.address() + (long) page * PAGE_BYTES;
    if (random.nextDouble() >= broken) {
      runs.add(new PageMap.Run(address, length, region, -1, -1, kind));
      return length;
    }
    double pick = random.nextDouble();
    int cause =
        area.style() == 3
            ? (pick < 0.7 ? 3 : 4)
            : area.style() == 5 ? 4 : pick < 0.66 ? 0 : pick < 0.84 ? 1 : pick < 0.97 ? 2 : 3;
    int epoch =
        cause == 4
            ? 0
            : Math.min(11, 1 + (int) (11 * Math.pow(random.nextDouble(), cause == 1 ? 0.4 : 1.6)));
    runs.add(new PageMap.Run(address, length, region, cause, epoch, kind));
    return length;
  }

  private static List<Finding> findings(Totals t) {
    return List.of(
        new Finding(
            Finding.Level.HEADLINE,
            String.format(
                java.util.Locale.ROOT,
                "After 2,000 requests each of the 4 workers has lost %.1f %% of the memory it"
                    + " could share, mostly to reference counts.",
                100 * t.lostRatio()),
            Basis.MODELLED),
        new Finding(
            Finding.Level.NOTE,
            "Half of the loss happens within the first 400 requests, so recycling workers every"
                + " 1,000 requests gives little back.",
            Basis.MODELLED),
        new Finding(
            Finding.Level.NOTE,
            "The kernel counted 1.4 % fewer broken pages than predicted at the last mark.",
            Basis.MEASURED),
        new Finding(
            Finding.Level.CAUTION,
            "Requests are assumed to touch records uniformly; a hot set would erode more slowly.",
            Basis.ASSUMED));
  }

  private static List<ProcessUsage> processes(Totals t) {
    long lost = (t.forkPages() + t.brokenPages()) * PAGE_BYTES;
    long resident = t.residentPages() * PAGE_BYTES;
    List<ProcessUsage> processes = new ArrayList<>();
    processes.add(
        new ProcessUsage(
            "parent", resident, resident - lost * 4 / 5, lost / 9, 2_457_600, 3_411, 2_204));
    for (int i = 1; i <= 4; i++) {
      long uss = lost + t.grownPages() * PAGE_BYTES + i * 40_960L;
      processes.add(
          new ProcessUsage(
              "worker " + i,
              resident + t.grownPages() * PAGE_BYTES,
              uss + (resident - lost) / 5,
              uss,
              2_506_752,
              t.faults() / 4 + i,
              t.copies() / 4));
    }
    return processes;
  }

  private static List<RegionLoss> regions(PageMap map, long grown) {
    List<RegionLoss> regions = new ArrayList<>();
    for (int i = 0; i < AREAS.size(); i++) {
      Area area = AREAS.get(i);
      int region = i;
      long broken =
          map.runs().stream()
              .filter(r -> r.region() == region && r.cause() >= 0)
              .mapToLong(PageMap.Run::pages)
              .sum();
      regions.add(
          new RegionLoss(
              area.name(),
              area.kind(),
              area.address(),
              (long) area.pages() * PAGE_BYTES,
              area.pages(),
              broken,
              area.style() == 0 ? grown - 800 : area.style() == 1 ? 800 : 0,
              area.style() <= 2 ? "modelled" : "reconstructed"));
    }
    return regions;
  }

  private static List<CauseLoss> causes(long[] byCause) {
    String[] kinds = {"reference_count", "gc", "allocation", "first_use", "fork"};
    String[] words = {
      "Reading an object counts a reference in its header, and so writes to it.",
      "A collection writes the list pointers in front of every tracked object.",
      "New objects are put into free blocks of inherited pools.",
      "Subsystems that the parent never used initialise themselves in the child.",
      "fork itself and its hooks write to the stack, the allocator and the interpreter state."
    };
    String[] sources = {
      "CPython 3.11 Include/object.h, Py_INCREF",
      "CPython 3.11 Modules/gcmodule.c, update_refs",
      "CPython 3.11 Objects/obmalloc.c, pymalloc_alloc",
      "measured: first json.dumps after the fork",
      "CPython 3.11 Modules/posixmodule.c, PyOS_AfterFork_Child"
    };
    double[] alone = {0.71, 0.22, 0.64, 0.9, 1.0};
    double[] clean = {0.994, 0.962, 0.71, 0.83, 0.93};
    List<CauseLoss> causes = new ArrayList<>();
    for (int i = 0; i < CAUSES.size(); i++) {
      long only = (long) (byCause[i] * alone[i]);
      causes.add(
          new CauseLoss(
              CAUSES.get(i),
              kinds[i],
              words[i],
              sources[i],
              byCause[i],
              only,
              (long) (byCause[i] * (1.31 - alone[i] * 0.9)),
              byCause[i] * 96,
              clean[i]));
    }
    causes.sort(java.util.Comparator.comparingLong(CauseLoss::brokeFirst).reversed());
    return causes;
  }

  private static ErosionCurve curve(long[][] byEpoch) {
    List<ErosionCurve.Series> series = new ArrayList<>();
    for (int i = 0; i < CAUSES.size(); i++) {
      series.add(
          new ErosionCurve.Series(CAUSES.get(i), Arrays.stream(byEpoch[i]).boxed().toList()));
    }
    Random random = new Random(SEED);
    List<Long> measured = new ArrayList<>();
    for (int e = 0; e < EPOCHS.size(); e++) {
      int epoch = e;
      long sum = Arrays.stream(byEpoch).mapToLong(pages -> pages[epoch]).sum();
      measured.add(Math.round(sum * (0.978 + 0.016 * random.nextDouble())));
    }
    return new ErosionCurve("requests", EPOCHS, series, measured);
  }

  private static List<MitigationEffect> mitigations() {
    return List.of(
        mitigation("gc-freeze", false, "", new Change(9_000, 2_000, 120_000, 92_000), 6_870),
        mitigation("immortal-objects", true, "", new Change(9_000, 5_000, 120_000, 104_000), -1),
        mitigation("gc-disable", false, "", new Change(9_000, 9_000, 120_000, 120_000), -1),
        mitigation("collect-in-child", false, "", new Change(9_000, 14_000, 120_000, 140_000), -1),
        mitigation("system-malloc", false, "<b>refused</b>", new Change(9_000, 9_000, 1, 1), -1));
  }

  private static MitigationEffect mitigation(
      String id, boolean whatIf, String refusal, Change predicted, long measuredBack) {
    return new MitigationEffect(
        "gunicorn <preload>",
        "cpython",
        "3.11",
        List.of(id),
        "Do " + id + ".",
        "A line of code.",
        "Made up.",
        whatIf,
        refusal,
        predicted,
        measuredBack < 0
            ? Change.NOT_MEASURED
            : new Change(9_000, 9_000 - measuredBack, 120_000, 120_000 - 4 * measuredBack));
  }

  private static List<Comparison> comparisons() {
    String[] actions = {"iterate", "sum", "len-all", "sort", "copy"};
    String[] builders = {"ints", "floats", "slots", "dicts"};
    Random random = new Random(SEED);
    List<Comparison> comparisons = new ArrayList<>();
    for (String builder : builders) {
      for (String action : actions) {
        long measured =
            action.equals("len-all") ? 7 + random.nextInt(20) : 300 + random.nextInt(9_000);
        long predicted = Math.round(measured * (0.985 + 0.03 * random.nextDouble()));
        comparisons.add(
            new Comparison(
                builder + "." + action,
                "cpython",
                random.nextBoolean() ? "3.11" : "3.12",
                measured + 1_500,
                predicted,
                builder.equals("dicts") && action.equals("copy") ? -1 : measured,
                "modelled",
                List.of(
                    Comparison.Part.ofCause("cpython.refcount", predicted - 5),
                    Comparison.Part.ofCause("fork", 5),
                    new Comparison.Part("[heap]", predicted / 5, measured / 5))));
      }
    }
    return comparisons;
  }

  private static Provenance provenance() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("forkscope", "0.1.0");
    versions.put("model cpython", "1");
    versions.put("cpython", "3.11.8");
    versions.put("linux", "6.18");
    return new Provenance(
        "gunicorn-preload.yaml",
        "5e0f3a8c1f3f9f8b6f0f4d9c0f6f1f4e2a7d5b8c9e0f1a2b3c4d5e6f7a8b9c0d",
        42,
        versions,
        "modelled",
        List.of(
            "Assumes that every request touches records uniformly at random.",
            "Assumes 4 KiB pages everywhere; transparent huge pages are off."),
        List.of(
            "Default used: pymalloc arenas of 1 MiB.",
            "Writes of the C library's stdio buffers are not modelled."));
  }
}
