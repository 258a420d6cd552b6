package io.forkscope.models.cpython;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.GlibcMalloc;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Takes the steps of a scenario in one process: what each writes, by cause. */
final class ActionRunner {

  /** Modules whose first import was measured as one step, import.all. */
  private static final List<String> MEASURED_TOGETHER =
      List.of("decimal", "email", "csv", "argparse");

  /** Steps that raise on an empty list. */
  private static final Set<String> NEED_AN_ELEMENT =
      Set.of("index-first", "find-last", "max", "sample", "serve");

  /** Steps that ask malloc for 1024 bytes or more, beside the tables that are modelled. */
  private static final Set<String> ASK_MALLOC =
      Set.of(
          "sample", // random.Random: 624 words of state
          "serve",
          "list-objects",
          "json",
          "pickle",
          "repr",
          "deepcopy",
          "shallow-copy",
          "weak-reference",
          "import",
          "log",
          "regex",
          "thread",
          "subprocess",
          "socket",
          "open");

  /** Steps on elements whose first use imports a module. */
  private static final Set<String> FIRST_USES = Set.of("json", "pickle", "deepcopy");

  private final ProcessState state;
  private final DeepActions deep;
  private final ElementActions elements;
  private final AllocationActions allocations;
  private final ServeActions server;

  ActionRunner(ProcessState state) {
    this.state = state;
    this.deep = new DeepActions(state);
    this.elements = new ElementActions(state);
    this.allocations = new AllocationActions(state);
    this.server = new ServeActions(state);
  }

  /** Takes a step before the fork on other data of {@code count} elements. */
  void warm(Step step, long count) {
    askMalloc(step);
    switch (step.verb()) {
      case "import" -> {
        for (String module : step.argument("modules", "").split(",", -1)) {
          if (state.isImported(module.strip())) {
            continue;
          }
          String key = "import." + module.strip();
          state.usedBeforeFork(key, state.baseline.has(key) ? key : "import.all");
        }
      }
      case "collect" -> {
        state.asked = true;
        state.collectedBeforeFork(2, 0);
        state.collector.collect(2);
      }
      case "allocate" -> allocations.warm(step);
      case "weak-reference" -> {
        state.usedBeforeFork(step.verb(), step.verb());
        allocations.keepWeakReferences(count);
      }
      case "shallow-copy" -> state.usedBeforeFork("deepcopy", "deepcopy"); // the module copy
      case "json" -> {
        state.usedBeforeFork(step.verb(), step.verb());
        new JsonPieces(state).makeAndDrop(state.population(step.argument("on", "")).root, count);
      }
      case "deepcopy" -> {
        state.usedBeforeFork("deepcopy", "deepcopy");
        deep.dropCopies(state.population(step.argument("on", "")).root, count);
      }
      default -> state.usedBeforeFork(step.verb(), step.verb());
    }
  }

  /** Drops the other data. */
  void dropOther(Node root) {
    allocations.dropOther(root);
  }

  /**
   * Takes a step.
   *
   * @param position of the step in the request; its random generator is kept by it
   */
  void take(Step step, int position, long request) {
    askMalloc(step);
    switch (step.verb()) {
      case "nothing",
          "log",
          "regex",
          "raise",
          "thread",
          "subprocess",
          "socket",
          "open",
          "print",
          "sleep" ->
          state.use(step.verb());
      case "posix-spawn" -> {
        if (!state.version.atLeast(CPythonVersion.V3_8)) {
          throw new IllegalArgumentException(
              "os.posix_spawn is there from CPython 3.8 on (bpo-20104), not in "
                  + state.version.text());
        }
        state.use(step.verb());
      }
      case "import" -> importModules(step);
      case "collect" -> collect(Long.parseLong(step.argument("times", "1")));
      case "freeze" -> {
        state.freeze();
        state.touchInterpreter(CPythonCauses.GC_INTERPRETER, "freeze");
      }
      case "list-objects" -> listObjects();
      case "allocate" -> allocations.allocate(step);
      default -> takeOn(step, position, request);
    }
  }

  private void askMalloc(Step step) {
    boolean draws = step.verb().equals("lookup") && step.arguments().containsKey("count");
    if (draws || ASK_MALLOC.contains(step.verb())) {
      state.heap.sortFreed();
    }
  }

  private void takeOn(Step step, int position, long request) {
    HeldPopulation held = state.population(step.argument("on", ""));
    Applicability.check(step, held.population, state.version);
    if (held.isDeleted() && NEED_AN_ELEMENT.contains(step.verb())) {
      throw new IllegalArgumentException(
          "step "
              + step.verb()
              + " needs an element, and population "
              + held.population.name()
              + " was deleted before");
    }
    boolean first = FIRST_USES.contains(step.verb()) && !state.warm.contains(step.verb());
    switch (step.verb()) {
      case "json" -> deep.json(held);
      case "pickle" -> deep.pickle(held, Integer.parseInt(step.argument("protocol", "2")));
      case "deepcopy" -> deep.deepcopy(held);
      case "repr" -> deep.repr(held);
      case "to-str" -> {
        elements.take(step, held, position, request);
        deep.reprElements(held);
      }
      case "walk" -> deep.walk(held);
      case "serve" -> server.request(step, held, position);
      case "delete" -> allocations.delete(held, Long.parseLong(step.argument("every", "1")));
      case "append" -> append(held);
      case "weak-reference" -> allocations.weakReferences(held);
      case "read-buffer" -> state.use("read-buffer");
      case "write-buffer" -> writeBuffer(held, Long.parseLong(step.argument("stride", "4096")));
      default -> elements.take(step, held, position, request);
    }
    boolean letters = held.root.takeLetters();
    if (letters && !first) { // a first use was measured with most of their pages
      state.interpreter.touchLetters(state.references());
    }
  }

  private void importModules(Step step) {
    List<String> names =
        Arrays.stream(step.argument("modules", "").split(",", -1)).map(String::strip).toList();
    for (String name : names) {
      if (state.isImported(name)) {
        state.touchInterpreter(CPythonCauses.INTERPRETER, "import.warm");
        continue;
      }
      String key = "import." + name;
      boolean together = !state.baseline.has(key);
      (together ? MEASURED_TOGETHER : List.of(name)).forEach(n -> state.warm.add("import." + n));
      if (together && !names.containsAll(MEASURED_TOGETHER)) {
        throw new IllegalArgumentException(
            "the first import of "
                + name
                + " was not measured; json, ctypes, and "
                + String.join(",", MEASURED_TOGETHER)
                + " together were");
      }
      String measured = together ? "import.all" : key;
      state.useFirst(measured);
    }
  }

  private void collect(long times) {
    for (long i = 0; i < Math.min(times, 2); i++) {
      FullCollection.run(state);
      state.collector.collect(2);
    }
  }

  /** gc.get_objects() takes a reference to every tracked object. */
  private void listObjects() {
    if (state.frozen) { // what is frozen is in no generation: gc_get_objects_impl
      state.touchInterpreter(CPythonCauses.INTERPRETER, "nothing");
      return;
    }
    String measured = state.rowsOf("list-objects", state.collected);
    state.interpreter.touchTracked(
        CPythonCauses.INTERPRETER, FullCollection.withFirstUses(state, measured, false));
    WriteSink references = state.references();
    long tracked = 0;
    for (HeldPopulation held : state.populations.values()) {
      tracked += touchTracked(held, held.root, references);
    }
    state.kept.writeSince(0, references, state.layout.gcHeadBytes(), Long.BYTES);
    // The list grows through what earlier ones have left free at the heap's top.
    long own = state.baseline.pages(measured).grown();
    state.heap.reuseTop(Math.toIntExact(own + Long.BYTES * tracked / PageSize.BASE_BYTES));
  }

  private long touchTracked(HeldPopulation held, Node node, WriteSink references) {
    boolean tracked = node.isContainer() && FullCollection.isTracked(node, state.seen);
    if (tracked) {
      held.touch(node, references);
      if (node.secondHeaderOffset > 0) { // what they hold are containers
        held.write(node, node.second, references, node.secondHeaderOffset, Long.BYTES);
      }
      if (node.thirdHeaderOffset > 0
          && (node.kind("closure") || FullCollection.isDictTracked(node, state.seen))) {
        held.write(node, node.third, references, node.thirdHeaderOffset, Long.BYTES);
      }
    }
    if (node.kind("function") && state.seen == Seen.NEVER) { // a tuple of its code
      held.write(node, node.fourth, references, state.layout.gcHeadBytes(), Long.BYTES);
    }
    long below = node.parts.stream().mapToLong(p -> touchTracked(held, p, references)).sum();
    return below + (tracked ? node.count : 0);
  }

  private void append(HeldPopulation held) {
    state.use("append");
    if (!held.isDeleted()) {
      GlibcMalloc.Block table = held.table;
      Population population = held.population;
      boolean full =
          (population.keepEvery() > 1 || CPythonProcess.isConstant(population))
              && held.left == held.length; // a deletion leaves room
      boolean fullBytes = population.holder().equals("bytearray"); // bytearray(n) has no room
      if ((fullBytes || (population.holder().equals("list") && full)) && table.mapped()) {
        long items = held.length + held.length / 8; // list_resize: a slice has no room
        long bytes = held.elementBytes() * items; // PyByteArray_Resize too
        state.populations.put(
            population.name(), held.withTable(state.heap.moveTable(table, bytes)));
        return;
      }
      int bytes = held.elementBytes();
      boolean blocks = held.population.holder().equals("deque"); // one of them is written
      long last = blocks ? 0 : bytes * Math.max(0, held.left - 1);
      state.sink(CPythonCauses.STORE).write(table.address() + last, bytes);
    }
  }

  private void writeBuffer(HeldPopulation held, long stride) {
    state.use("write-buffer");
    if (held.length == 0) {
      return;
    }
    if (held.population.holder().equals("dict")) {
      allocations.writeKeys(held, stride);
      return;
    }
    int bytes = held.elementBytes();
    state
        .sink(CPythonCauses.STORE)
        .writeStrided(
            held.table.address(), stride * bytes, (held.length + stride - 1) / stride, bytes);
    if (held.population.holder().equals("list")) {
      allocations.replace(held, stride);
    }
  }
}
