package io.forkscope.models.cpython;

import io.forkscope.models.MeasuredRows;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What an interpreter without data touches, by version and step: measured, read from {@code
 * cpython-baselines.tsv}, whose head says how.
 */
final class Baseline {

  private static final String RESOURCE = "cpython-baselines.tsv";
  private static final String WITHOUT_SITE = "cpython-nosite-baselines.tsv";
  private static final String SPELLED = "cpython-spelled-baselines.tsv";
  private static final Map<ProgramKind, Map<CPythonVersion, Baseline>> ALL = readAll();
  private static final Map<CPythonVersion, Baseline> PLAIN_WITHOUT_SITE =
      readOver(RESOURCE, WITHOUT_SITE);
  private static final Map<CPythonVersion, Baseline> SPELLED_WITHOUT_SITE =
      readOver(RESOURCE, WITHOUT_SITE, SPELLED);

  /** Pages among which collections and steps choose, in which a larger program differs. */
  static final String POOL = "pool";

  private final CPythonVersion version;
  private final Map<String, Pages> steps = new HashMap<>();

  /**
   * Pages by the region they lie in, and containers that a first use makes.
   *
   * @param grown pages that were not there
   * @param top how many of those lie at the top of the heap; -1 where that was not measured
   * @param gone pages of a table of the interpreter that is replaced and unmapped
   */
  record Pages(
      int heap,
      int arenas,
      int data,
      int libraries,
      int stack,
      int grown,
      int containers,
      int top,
      int gone) {
    static final Pages NONE = new Pages(0, 0, 0, 0, 0);

    /** Pages of a step that needs no new ones. */
    Pages(int heap, int arenas, int data, int libraries, int stack) {
      this(heap, arenas, data, libraries, stack, 0, 0, 0, 0);
    }

    static Pages ofHeap(int pages) {
      return new Pages(pages, 0, 0, 0, 0);
    }

    /** The same with new pages at the top of the heap in place of free ones below it. */
    Pages displaced(int pages) {
      return with(heap - pages, grown + pages, top + pages);
    }

    /** The same with pages at the top of the heap that are there already. */
    Pages reusing(int pages) {
      return with(heap, grown - pages, top - pages);
    }

    /** The same with so many pages of the heap. */
    Pages withHeap(int pages) {
      return with(pages, grown, top);
    }

    /** The same with so many pages of the heap, the arenas and the data, and containers. */
    Pages reaching(int heapPages, int arenaPages, int dataPages, int made) {
      return new Pages(heapPages, arenaPages, dataPages, libraries, stack, grown, made, top, gone);
    }

    private Pages with(int heapPages, int grownPages, int topPages) {
      return new Pages(
          heapPages, arenas, data, libraries, stack, grownPages, containers, topPages, gone);
    }

    /** Of the heap's and the arenas' pages a share. */
    Pages part(long some, long all) {
      return new Pages(
          (int) (heap * some / all), (int) (arenas * some / all), data, libraries, stack);
    }

    /** Beside the heap's and the arenas' pages of another step, {@code times} times. */
    Pages plus(Pages other, int times) {
      return new Pages(
          heap + times * other.heap,
          arenas + times * other.arenas,
          data,
          libraries,
          stack,
          grown,
          containers,
          top,
          gone);
    }

    int broken() {
      return heap + arenas + data + libraries + stack;
    }
  }

  private Baseline(CPythonVersion version) {
    this.version = version;
  }

  /**
   * What was measured of a version.
   *
   * @param site whether it imports the site module, as it does wherever it serves requests
   * @throws IllegalArgumentException if that version was not measured running that program
   */
  static Baseline of(CPythonVersion version, ProgramKind program, boolean site) {
    Map<CPythonVersion, Baseline> measured =
        !program.isAlone() || site
            ? ALL.getOrDefault(program, Map.of())
            : program == ProgramKind.SPELLED ? SPELLED_WITHOUT_SITE : PLAIN_WITHOUT_SITE;
    Baseline baseline = measured.get(version);
    if (baseline == null) {
      throw new IllegalArgumentException(
          "CPython "
              + version.text()
              + " was not measured as "
              + program.name().toLowerCase(Locale.ROOT)
              + "; measured: "
              + String.join(", ", measured.keySet().stream().map(CPythonVersion::text).toList()));
    }
    return baseline;
  }

  /** Rows of each resource, which come before those of the ones that are named before it. */
  private static Map<CPythonVersion, Baseline> readOver(String... resources) {
    Map<CPythonVersion, Baseline> all = new EnumMap<>(CPythonVersion.class);
    for (String resource : resources) {
      read(resource)
          .forEach(
              (version, own) ->
                  all.computeIfAbsent(version, Baseline::new).steps.putAll(own.steps));
    }
    return all;
  }

  /** Each program's own rows come before those of the simpler ones. */
  private static Map<ProgramKind, Map<CPythonVersion, Baseline>> readAll() {
    Map<ProgramKind, Map<CPythonVersion, Baseline>> all = new EnumMap<>(ProgramKind.class);
    Map<CPythonVersion, Baseline> simpler = read(RESOURCE);
    all.put(ProgramKind.PLAIN, simpler);
    all.put(ProgramKind.SPELLED, simpler);
    for (ProgramKind program : List.of(ProgramKind.SERVER, ProgramKind.GUNICORN)) {
      Map<CPythonVersion, Baseline> own =
          read("cpython-" + program.name().toLowerCase(Locale.ROOT) + "-baselines.tsv");
      for (Map.Entry<CPythonVersion, Baseline> entry : own.entrySet()) {
        Baseline common = Objects.requireNonNull(simpler.get(entry.getKey()));
        common.steps.forEach(
            (step, pages) -> {
              if (!step.equals(POOL)) {
                entry.getValue().steps.putIfAbsent(step, pages);
              }
            });
      }
      all.put(program, own);
      simpler = own;
    }
    return all;
  }

  /** The pages of a step. */
  Pages pages(String step) {
    Pages pages = steps.get(step);
    if (pages == null) {
      throw new IllegalArgumentException(
          "CPython " + version.text() + " cannot take the step " + step);
    }
    return pages;
  }

  boolean has(String step) {
    return steps.containsKey(step);
  }

  /** The most pages that a step gives back; no step touches them. */
  int mostGone() {
    return steps.values().stream().mapToInt(Pages::gone).max().orElse(0);
  }

  private static Map<CPythonVersion, Baseline> read(String resource) {
    Map<CPythonVersion, Baseline> all = new EnumMap<>(CPythonVersion.class);
    for (String[] cells : MeasuredRows.read(Baseline.class, resource, "\t")) {
      if (!cells[0].equals("version")) {
        CPythonVersion version = CPythonVersion.of(cells[0]);
        all.computeIfAbsent(version, Baseline::new).steps.put(cells[1], pages(cells));
      }
    }
    return Collections.unmodifiableMap(all);
  }

  private static Pages pages(String[] cells) {
    int[] numbers = new int[9];
    numbers[7] = -1;
    for (int i = 0; i < cells.length - 2; i++) {
      numbers[i] = Integer.parseInt(cells[i + 2]);
    }
    return new Pages(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        numbers[6],
        numbers[7],
        numbers[8]);
  }
}
