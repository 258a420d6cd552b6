package io.forkscope.models.cpython;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything one simulated interpreter remembers. Not thread-safe. */
final class ProcessState {

  /**
   * Steps that touch as many heap pages of the interpreter also use what is free at its top; a
   * worker of gunicorn has used that before it serves.
   */
  private static final int HEAP_USER_PAGES = 15;

  /**
   * Pages of the heap in whose small free chunks first uses of 2.7 write, unless items of lists
   * have filled them: the mean of twenty first uses beside 10,880 and 100,000 lists, against None
   * alone.
   */
  static final int SMALL_ROOM_PAGES = 13;

  /**
   * What first uses of validate's program of 3.9 and 3.10 write less beside lists of 4,000 and more
   * in the heap, or mapped: 6 to 9 pages of thread and socket beside twelve lists.
   */
  private static final int SPELLED_ROOM_PAGES = 8;

  private static final String IMPORT = "import.";

  /** What the names of first uses end with that were measured after this import. */
  private static final String AFTER_JSON = ".after.json";

  /** An interpreter whose own free heap serves a list that grows to 128 KiB touches as many. */
  private static final int OWN_ROOM_PAGES = 25;

  final CPythonVersion version;
  final ProgramKind program;
  private final boolean site;
  final ReferenceCounts counts;
  final CPythonLayout layout;
  final StartedInterpreter started;
  final ReferenceRules rules;
  final Baseline baseline;
  final ProcessMemory memory;
  final CPythonHeap heap;
  final InterpreterPages interpreter;
  final Collector collector;
  final Map<String, HeldPopulation> populations = new LinkedHashMap<>();

  /** When the containers of each population were made. */
  final Map<String, Birth> births = new LinkedHashMap<>();

  final KeptContainers kept;
  final InternedNames names;
  final Map<Integer, PythonRandom> generators = new LinkedHashMap<>();

  private final WriteSink references;

  final WaitingBlocks waiting;

  final CycleGarbage cycleGarbage;

  /** Containers of populations that waited on free lists at the start. */
  long takenFromFreeLists;

  /** Lists that wait on the free list of their type. */
  long freeLists;

  /** What the last step that keeps what it makes until the next one has made. */
  Optional<AllocationActions.Made> lastMade = Optional.empty();

  /** Steps that were taken before and cost their warm price from then on. */
  final Set<String> warm = new TreeSet<>();

  /** Steps that were taken before the fork, not just imported. */
  private final Set<String> taken = new TreeSet<>();

  /** What the parent did to its collector; decides what a full collection finds. */
  boolean collected;

  boolean frozen;

  /**
   * Whether the parent's first full collection was one that it asked for: building went on after
   * one that came by itself, and has filled most of the holes that it opened.
   */
  boolean tidied;

  /** Whether the parent asked for a full collection: one that comes by itself opens few holes. */
  boolean asked;

  /** The same of a younger collection: what is built after one has filled its holes. */
  boolean askedYoung;

  /** A first use before the fork, and when it made its containers by the collector's clock. */
  record UsedBefore(String subsystem, long from, long to) {
    boolean imports() {
      return subsystem.startsWith(IMPORT);
    }
  }

  final List<UsedBefore> usedBefore = new ArrayList<>();

  /** First uses of this process alone. */
  private final List<String> usedSinceFork = new ArrayList<>();

  /** Which collections have seen the populations. */
  Seen seen = Seen.NEVER;

  /**
   * Intervals of the collector's clock whose objects one collection has seen, and a middle or full
   * one at once moved to an older generation.
   */
  final List<long[]> seenOnce = new ArrayList<>();

  /** The collector's clock at the last full collection: what was made since knows no such. */
  long fullySeenUntil;

  /**
   * An interpreter that has just started.
   *
   * @param plan what it will do
   */
  ProcessState(CPythonVersion version, Scenario plan, ProcessMemory memory) {
    this.version = version;
    program = ProgramKind.of(plan);
    counts = ReferenceCounts.of(plan);
    counts.map(memory);
    references = counts.sink(memory);
    layout = new CPythonLayout(version);
    rules = new ReferenceRules(version);
    site = StartedInterpreter.importsSite(plan);
    started = StartedInterpreter.of(version, site || !program.isAlone());
    baseline = Baseline.of(version, program, site);
    this.memory = memory;
    interpreter = new InterpreterPages(baseline, memory);
    heap = new CPythonHeap(version, started, SmallBlocks.of(plan, version), program, memory);
    collector = new Collector(version, CollectorStart.of(version, program, site));
    kept = new KeptContainers();
    waiting = new WaitingBlocks(version);
    cycleGarbage = new CycleGarbage();
    names = new InternedNames(layout, plan);
  }

  /** Whether what the interpreter made last was in the youngest generation at the last fork. */
  boolean startupWasYoung = true;

  private ProcessState(ProcessState parent, ProcessMemory memory, int childIndex) {
    version = parent.version;
    program = parent.program;
    site = parent.site;
    counts = parent.counts;
    references = counts.sink(memory);
    layout = parent.layout;
    started = parent.started;
    rules = parent.rules;
    baseline = parent.baseline;
    this.memory = memory;
    interpreter = parent.interpreter.fork(memory, childIndex);
    heap = parent.heap.fork(memory);
    collector = parent.collector.copy();
    births.putAll(parent.births);
    kept = parent.kept.copy();
    waiting = parent.waiting.copy();
    cycleGarbage = parent.cycleGarbage.copy();
    names = parent.names.fork();
    takenFromFreeLists = parent.takenFromFreeLists;
    freeLists = parent.freeLists;
    lastMade = parent.lastMade;
    startupWasYoung = parent.startupWasYoung;
    populations.putAll(parent.populations);
    parent.generators.forEach((step, generator) -> generators.put(step, generator.copy()));
    warm.addAll(parent.warm);
    taken.addAll(parent.taken);
    collected = parent.collected;
    frozen = parent.frozen;
    tidied = parent.tidied;
    asked = parent.asked;
    askedYoung = parent.askedYoung;
    seen = parent.seen;
    fullySeenUntil = parent.fullySeenUntil;
    seenOnce.addAll(parent.seenOnce);
    usedBefore.addAll(parent.usedBefore);
  }

  ProcessState fork(ProcessMemory child, int childIndex) {
    startupWasYoung = collector.holdsStartup(0);
    return new ProcessState(this, child, childIndex);
  }

  /** Containers that the program makes before the fork and keeps, beside its populations. */
  void made(long containers) {
    collector.allocate(containers, containers, 1, this::collectedBeforeFork);
  }

  /** A collection before the fork: it writes nothing that is shared yet. */
  void collectedBeforeFork(int generation, long since) {
    seen = seen.after(generation);
    if (generation == 2) {
      fullySeenUntil = collector.clock();
      seenOnce.clear();
      waiting.free(heap, sink(CPythonCauses.RELEASE));
      collectCycles();
    }
    if (generation > 0) {
      seenOnce.add(new long[] {collector.youngSince(), collector.clock()});
    }
    collected |= generation == 2;
  }

  /** A full collection frees dropped cycles, but those that are frozen. */
  void collectCycles() {
    if (!frozen) {
      cycleGarbage.collect(heap);
    }
  }

  WriteSink sink(Cause cause) {
    return memory.sink(cause);
  }

  WriteSink references() {
    return references;
  }

  HeldPopulation population(String name) {
    HeldPopulation held = populations.get(name);
    if (held == null) {
      throw new IllegalArgumentException("there is no population " + name);
    }
    return held;
  }

  Birth birth(HeldPopulation held) {
    return Objects.requireNonNull(births.get(held.population.name()));
  }

  /** Touches the interpreter's own pages of a step. */
  void touchInterpreter(Cause cause, String step) {
    interpreter.touch(cause, baseline.pages(step));
  }

  /**
   * The interpreter's own pages of making a list: it grows through the free chunks of the heap, the
   * table before it and the last one side by side, so through no more than twice its bytes, and not
   * through those that tables of populations have taken.
   */
  Baseline.Pages ownPagesOfList(long items) {
    Baseline.Pages pages = baseline.pages("allocate");
    int most = (int) Math.min(pages.heap(), 2 * 8 * items / PageSize.BASE_BYTES);
    return pages.withHeap(Math.max(0, most - heap.ownRoomTaken()));
  }

  /**
   * Writes what earlier blocks that grew have left free at the top of the heap, as a list that
   * grows does. Where the interpreter has room enough of its own below the top, lists grow through
   * that, and are measured with it.
   */
  void growList(long items) {
    heap.fillDropped(8 * items);
    if (baseline.pages("allocate").heap() < OWN_ROOM_PAGES) {
      heap.reuseTop((int) Math.min(8 * items / PageSize.BASE_BYTES, Integer.MAX_VALUE));
    }
  }

  /** A list that a first use makes: it grows through the interpreter's own free room too. */
  void growListOfFirstUse(String subsystem, long items) {
    String list = subsystem + ".list";
    if (baseline.has(list)) {
      Baseline.Pages pages = baseline.pages(list);
      long most = baseline.pages(subsystem).heap() + 8 * items / PageSize.BASE_BYTES;
      int free = Math.max(0, pages.heap() - heap.ownRoomTaken());
      interpreter.touch(CPythonCauses.FIRST_USE, pages.withHeap((int) Math.min(free, most)));
    }
  }

  /**
   * A text that grows by realloc takes the same room as a list does; from {@code first} bytes on,
   * which the interpreter's own room may not hold.
   */
  void growText(long first, long bytes) {
    growList(bytes / 8);
    int room = baseline.pages("allocate").heap();
    if (room >= OWN_ROOM_PAGES && first <= (long) room * PageSize.BASE_BYTES) {
      int heapPages = ownPagesOfList(bytes / 8).heap();
      interpreter.touch(CPythonCauses.ALLOCATION, Baseline.Pages.ofHeap(heapPages));
    }
  }

  /**
   * {@code gc.freeze()}.
   *
   * @throws IllegalArgumentException if the version has none
   */
  void freeze() {
    if (!version.atLeast(CPythonVersion.V3_7)) {
      throw new IllegalArgumentException(
          "gc.freeze is there from CPython 3.7 on (bpo-31558), not in " + version.text());
    }
    collector.freeze();
    frozen = true;
  }

  /** Touches the pages of a subsystem: its first use, or its price once it is warm. */
  void use(String subsystem) {
    use(subsystem, subsystem + ".warm");
  }

  /** The same with the rows of another step for its price once the subsystem is warm. */
  void use(String subsystem, String again) {
    boolean first = warm.add(subsystem) && baseline.has(subsystem);
    if (first) {
      useFirst(subsystem);
    } else {
      String imported = subsystem + ".after." + subsystem;
      boolean onlyImported = wasUsed(IMPORT + subsystem) && !taken.contains(subsystem);
      String step = onlyImported && baseline.has(imported) ? imported : again;
      useAgain(subsystem, baseline.has(step) ? step : firstUse(subsystem));
    }
  }

  private void useAgain(String subsystem, String step) {
    if (step.endsWith(".warm") || step.endsWith(".after." + subsystem)) {
      interpreter.useAgain(subsystem, rows(step));
    } else {
      interpreter.touch(CPythonCauses.INTERPRETER, rows(step));
    }
  }

  /** Touches the pages of a first use; one that imports makes objects beside those made last. */
  void useFirst(String measured) {
    Baseline.Pages pages = rows(firstUse(measured));
    interpreter.use(pages, pairs(measured, usedSinceFork));
    usedSinceFork.add(measured);
    names.use(measured, memory);
    takeBlocks(measured);
    if (pages.containers() > 0) {
      heap.pinLastPool();
    }
    FullCollection.makeContainersOfFirstUse(this, measured);
  }

  /** Whether this process has taken a step for the first time. */
  boolean hasUsedFirst() {
    return !usedSinceFork.isEmpty();
  }

  /** Takes the blocks of a first use that wait on free lists or fit into holes of populations. */
  private void takeBlocks(String measured) {
    long all = containersOfAll(measured);
    if (all > 0) {
      double share = (double) containersOfFirstUse(measured) / all;
      Map<Integer, Integer> blocks = new TreeMap<>(FirstUseBlocks.of(version, measured));
      FirstUseBlocks.tuplesOf(version, measured)
          .forEach(
              (items, count) ->
                  takeWaiting(blocks, items, count * share, layout.tupleBytes(items)));
      int[] containers = FirstUseBlocks.containersOf(version, measured);
      takeWaiting(blocks, WaitingBlocks.DICTS, containers[0] * share, layout.dictBytes());
      takeWaiting(blocks, WaitingBlocks.TABLES, containers[1] * share, layout.keysBytes(1, true));
      takeWaiting(blocks, WaitingBlocks.LISTS, containers[2] * share, layout.listBytes());
      blocks.forEach(
          (bytes, count) -> heap.fillHoles(bytes, Math.max(0, Math.round(count * share))));
    }
  }

  /** Takes blocks that wait on a free list, so many fewer of those that a first use needs. */
  private void takeWaiting(Map<Integer, Integer> blocks, int kind, double count, long size) {
    int bytes = Math.toIntExact(size);
    WriteSink sink = sink(CPythonCauses.FIRST_USE);
    long taken = waiting.take(kind, Math.round(count), sink, bytes);
    blocks.merge(version.pymalloc().blockBytes(bytes), Math.toIntExact(-taken), Integer::sum);
  }

  /** What a first use shares with each of others, as far as that was measured. */
  private List<FirstUsePairs.Pair> pairs(String measured, Collection<String> others) {
    String one = bare(measured);
    String since =
        afterImport(measured)
            .filter(row -> row.contains(AFTER_JSON))
            .map(row -> AFTER_JSON)
            .orElse("");
    return others.stream()
        .flatMap(other -> FirstUsePairs.of(version, site, one, bare(other), since).stream())
        .toList();
  }

  /** The same for a step that goes through a tree of objects: what their kinds need besides. */
  void use(String subsystem, Node root) {
    boolean warmBefore = warm.contains(subsystem);
    use(subsystem);
    if (warmBefore) {
      useOnKinds(subsystem + ".warm", root);
    }
  }

  /** Touches what a step on elements needs besides, where that was measured for their kinds. */
  void useOnKinds(String subsystem, Node root) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    for (Node node : nodes) {
      String step = subsystem + "." + node.value.kind();
      if (node.count > 0 && baseline.has(step)) {
        touchInterpreter(CPythonCauses.INTERPRETER, step);
      }
    }
  }

  /** Notes that a step was taken before the fork: what its first use makes and takes is there. */
  void usedBeforeFork(String subsystem, String measured) {
    taken.add(subsystem);
    if (warm.add(subsystem) && baseline.has(measured)) {
      Baseline.Pages pages = baseline.pages(firstUse(measured));
      long from = collector.clock();
      takeBlocks(measured);
      made(containersOfFirstUse(measured));
      usedBefore.add(new UsedBefore(subsystem, from, collector.clock()));
      heap.takeTop(Math.max(0, pages.top()));
      heap.fillFreed(pages.top());
    }
  }

  /** The pages of a step, when some have taken what is free at the heap's top. */
  Baseline.Pages rows(String step) {
    Baseline.Pages pages = baseline.pages(step);
    if (pages.top() < 0 && pages.heap() >= HEAP_USER_PAGES && program != ProgramKind.GUNICORN) {
      heap.reuseTop();
    }
    if (pages.containers() > 0 && pages.top() >= 0) {
      heap.useHoles(pages.top());
      heap.fillFreed(pages.top());
      pages = pages.displaced(roomTaken(step));
      if (heap.isSmallRoomTaken()) {
        pages = pages.withHeap(Math.max(0, pages.heap() - SMALL_ROOM_PAGES));
      }
    }
    return pages.top() > 0 ? pages.reusing(heap.reuseTop(pages.top())) : pages;
  }

  /**
   * Pages of the interpreter's own free heap that tables have taken beside those measured with the
   * rows of a step. Of validate's program 3.9 and 3.10 have as few as a list of 4,000 takes, which
   * was there when first uses beside containers were measured.
   */
  private int roomTaken(String step) {
    boolean little =
        program == ProgramKind.SPELLED
            && (version == CPythonVersion.V3_9 || version == CPythonVersion.V3_10);
    if (site || !little) {
      return heap.ownRoomTaken();
    }
    int taken = (int) Math.min(heap.tablePages(), SPELLED_ROOM_PAGES);
    return step.endsWith(".built") ? taken - SPELLED_ROOM_PAGES : taken;
  }

  /** Whether a collection before the fork has opened holes in the interpreter's own pools. */
  private boolean holesOpened() {
    return asked
        || switch (version) {
          case V3_6 -> collector.hasCollected(1);
          case V3_10 -> collected;
          default -> false;
        };
  }

  /**
   * Containers that a first use makes and the collector counts: none that wait on free lists, which
   * a full collection empties. What the population took from there is counted now.
   */
  long containersOfFirstUse(String subsystem) {
    Optional<String> after = afterImport(subsystem);
    if (after.isPresent()) {
      long made = baseline.pages(after.get()).containers();
      return Math.max(0, made - containersShared(subsystem, usedSinceFork));
    }
    return Math.max(0, containersOfAll(subsystem) - containersShared(subsystem, warm));
  }

  /** Containers of modules that one of the other first uses has imported. */
  private long containersShared(String subsystem, Collection<String> others) {
    return pairs(subsystem, others).stream().mapToLong(FirstUsePairs.Pair::shared).max().orElse(0);
  }

  /** The module of an import, or another subsystem. */
  private static String bare(String use) {
    return use.startsWith(IMPORT) ? use.substring(IMPORT.length()) : use;
  }

  /** Whether a module was imported, by a statement or the step of its name. */
  boolean isImported(String module) {
    return warm.contains(IMPORT + module) || warm.contains(module);
  }

  private long containersOfAll(String subsystem) {
    String emptied = subsystem + ".collected";
    if (collected && baseline.has(emptied)) {
      return baseline.pages(emptied).containers();
    }
    long counted = baseline.pages(sinceYoung(subsystem)).containers();
    long waiting = collector.hasCollected(1) ? StartedInterpreter.garbage(version) : 0;
    return counted <= waiting
        ? counted // too few to take those
        : counted + Math.min(counted, takenFromFreeLists) - waiting;
  }

  /** Rows of a step where a young collection has found garbage of the interpreter's start. */
  private String sinceYoung(String subsystem) {
    String built = subsystem + ".built"; // what was built since fills some
    String young = !askedYoung && baseline.has(built) ? built : subsystem + ".young";
    return collector.hasCollected(0) && baseline.has(young) ? young : subsystem;
  }

  /** Rows of a first use. */
  String firstUse(String subsystem) {
    return afterImport(subsystem).orElseGet(() -> rowsOf(subsystem, holesOpened()));
  }

  /**
   * Rows of a first use after imports before the fork: of several that which leaves least to make.
   */
  private Optional<String> afterImport(String subsystem) {
    List<UsedBefore> imports = usedBefore.stream().filter(UsedBefore::imports).toList();
    String both = subsystem + AFTER_JSON + ".ctypes";
    if (wasUsed("import.json") && wasUsed("import.ctypes") && baseline.has(both)) {
      return Optional.of(rowsAfter(imports.get(imports.size() - 1), subsystem, both));
    }
    return imports.stream()
        .map(use -> rowsAfter(use, subsystem, subsystem + ".after." + bare(use.subsystem())))
        .filter(baseline::has)
        .min(Comparator.comparingInt(step -> baseline.pages(step).containers()));
  }

  private boolean wasUsed(String subsystem) {
    return usedBefore.stream().anyMatch(use -> use.subsystem().equals(subsystem));
  }

  /** The same rows, or those of a parent that has asked for a collection since, or just before. */
  private String rowsAfter(UsedBefore use, String subsystem, String step) {
    String tidied = step + ".collected";
    if (asked && fullySeenUntil >= use.to() && baseline.has(tidied)) {
      return tidied;
    }
    String emptied = subsystem + ".collected" + step.substring(subsystem.length());
    return followsCollection(use) && baseline.has(emptied) ? emptied : step;
  }

  /** Whether the parent's last full collection was one that it asked for, before that use. */
  boolean followsCollection(UsedBefore use) {
    return asked && fullySeenUntil <= use.from();
  }

  /** Rows of a step, and those after a full collection where {@code collected} and measured. */
  String rowsOf(String subsystem, boolean collected) {
    String tidied = subsystem + ".collected";
    return collected && baseline.has(tidied) ? tidied : sinceYoung(subsystem);
  }
}
