package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.cpython.CPythonHeap.Domain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request of a worker: containers that it keeps, records that it reads, a reply that it builds
 * and drops, and the collections that these bring about.
 */
final class ServeActions {

  private static final int REFCOUNT_BYTES = 8;
  private static final String BUFFERS = "serve.buffers";

  /** Holes of the interpreter's own pools that gc.collect() in the parent has opened. */
  private static final String OPENED = "serve.opened";

  /** Requests after which objects of theirs have filled those. */
  private static final int OPENED_FILLED_AFTER = 10;

  /** PyDict_MAXFREELIST, PyList_MAXFREELIST: Objects/dictobject.c, Objects/listobject.c. */
  private static final int FREE_LIST = 80;

  /** Requests of a process after which its own pages were measured again, the most first. */
  private static final List<Long> MEASURED_AFTER = List.of(1000L, 300L, 100L, 30L, 10L, 1L);

  /** Records a request whose own pages were measured beyond those of one, the most first. */
  private static final List<Long> MEASURED_RECORDS = List.of(12L, 5L, 2L);

  /**
   * Records of a request beyond which "holes.dropped.many" is nearer to real workers: two of four
   * records broke 10 to 25 pages more than "few" says (g910.5 and g911.2 of the tests).
   */
  private static final int FEW_RECORDS = 3;

  /** Containers that a request keeps which keeps 40 lists, as those did that were measured. */
  private static final long KEPT_A_REQUEST = 41;

  private final ProcessState state;
  private final long clockAtFork;
  private final boolean warmed;
  private final ReplyBuffers buffers;
  private int ownArenas;
  private long served;

  /** Serves in a process as it stands when it is forked. */
  ServeActions(ProcessState state) {
    this.state = state;
    this.clockAtFork = state.collector.clock();
    this.warmed = state.warm.contains("serve");
    this.buffers = new ReplyBuffers(state.layout);
  }

  /** Whether a scenario is a server's. */
  static boolean serves(Scenario plan) {
    return plan.actions().stream().anyMatch(s -> s.verb().equals("serve"));
  }

  void request(Step step, HeldPopulation held, int position) {
    state.use("serve");
    touched(warmed ? "serve.warm" : "serve");
    long count = Long.parseLong(step.argument("count", "1"));
    long retain = Long.parseLong(step.argument("retain", "0"));
    boolean all = step.argument("distribution", "uniform").equals("all");
    served++;
    if (MEASURED_AFTER.contains(served)) {
      later("serve.after." + served);
      if (retain > 0) {
        later("serve.kept." + served);
      }
    }
    long records = held.length == 0 ? 0 : all ? held.length : count;
    if (state.baseline.has("holes.kept.1")) {
      fillHoles(retain == 0 ? 0 : retain + 1, records);
    } else if (state.asked && served == OPENED_FILLED_AFTER && state.baseline.has(OPENED)) {
      fillOpened();
    }
    if (served == 1 && state.program == ProgramKind.GUNICORN) {
      int first = GunicornProgram.FIRST_REQUEST_CONTAINERS;
      state.collector.allocate(first, first, 1, this::collected);
    }
    state.collector.allocateFor(
        temporaries(records, retain),
        () -> {
          keep(retain);
          reply(records);
        },
        this::collected);
    leaveLists(records);
    buffers.begin();
    if (all) {
      readAll(held);
    } else {
      read(step, held, position, records);
    }
    replyPages(records);
  }

  private void later(String step) {
    if (state.baseline.has(step)) {
      state.touchInterpreter(CPythonCauses.INTERPRETER, step);
      touched(step);
    }
  }

  private void touched(String step) {
    ownArenas = Math.max(ownArenas, state.baseline.pages(step).arenas());
  }

  /** What replies of more than one record touch of the interpreter's own pages beside those. */
  private void replyPages(long records) {
    int more =
        state.baseline.has(BUFFERS)
            ? state.baseline.pages(BUFFERS).arenas() * buffers.more() / ReplyBuffers.MEASURED
            : most("serve.records.", MEASURED_RECORDS, records).arenas();
    if (more > 0) {
      state.interpreter.touch(
          CPythonCauses.INTERPRETER, new Baseline.Pages(0, ownArenas + more, 0, 0, 0));
    }
  }

  /**
   * Lists that are kept fill what is free in the interpreter's own pools: first the holes that
   * building has left, then those that a full collection in the parent has opened, of itself or
   * asked for; where the parent has served requests, these have filled them. Requests that keep
   * nothing fill them with what they hold at once, more of them the more records they read.
   */
  private void fillHoles(long keeping, long records) {
    boolean keeps = keeping > 0;
    long clock = state.collector.clock() + keeping;
    Baseline.Pages own =
        served < 10 ? state.baseline.pages("serve") : after("serve.after.", served);
    if (keeps) {
      own = own.plus(after("holes.kept.", clock / KEPT_A_REQUEST), 1);
      own = own.plus(after("holes.kept.", clockAtFork / KEPT_A_REQUEST), -1);
    }
    if (state.collected && !warmed) {
      long kept = (clock - clockAtFork) / KEPT_A_REQUEST;
      String filled = state.tidied ? "holes.opened.kept." : "holes.swept.kept.";
      String dropped = records <= FEW_RECORDS ? "holes.dropped.few." : "holes.dropped.many.";
      own = own.plus(keeps ? after(filled, kept) : after(dropped, served), 1);
    }
    state.interpreter.touch(CPythonCauses.INTERPRETER, own);
  }

  private void fillOpened() {
    ownArenas += state.baseline.pages(OPENED).arenas();
    state.interpreter.touch(CPythonCauses.INTERPRETER, new Baseline.Pages(0, ownArenas, 0, 0, 0));
  }

  private Baseline.Pages after(String steps, long requests) {
    return most(steps, MEASURED_AFTER, requests);
  }

  /** The pages of the most that was measured and is not more than {@code count}. */
  private Baseline.Pages most(String steps, List<Long> counts, long count) {
    for (long measured : counts) {
      if (count >= measured && state.baseline.has(steps + measured)) {
        return state.baseline.pages(steps + measured);
      }
    }
    return Baseline.Pages.NONE;
  }

  private void collected(int generation, long since) {
    FullCollection.automatic(state, generation, since);
  }

  /**
   * Containers of a request that are alive together and come from no free list: measured by
   * gc.get_count() inside json.dumps, 1 to 300 records. Since 3.12 a collection waits for the eval
   * breaker, which the encoder does not check.
   */
  private long temporaries(long records, long retain) {
    long beyondFreeLists =
        Math.max(0, records - FREE_LIST)
            + Math.max(0, records - Math.max(0, FREE_LIST - Math.min(retain, FREE_LIST)));
    long encoder =
        state.version.collectsOnEvalBreaker() ? 0 : state.version == CPythonVersion.V3_11 ? 3 : 4;
    return encoder + beyondFreeLists;
  }

  /** {@code KEEP.append([[] for _ in range(retain)])}. */
  private void keep(long retain) {
    if (retain == 0) {
      return;
    }
    long clock = state.collector.clock();
    int listBytes = state.layout.listBytes();
    List<BlockRun> lists =
        new ArrayList<>(state.heap.allocate(Domain.OBJECT, listBytes, retain + 1));
    long items = new HolderTables(state.layout).appendedListBytes(retain);
    state.heap.allocate(Domain.MEMORY, items, 1);
    state.kept.add(clock, lists);
    long counted = retain + 1 - Math.min(retain + 1, state.freeLists);
    state.freeLists -= retain + 1 - counted;
    state.collector.allocate(counted, counted, 1, this::collected);
  }

  /**
   * {@code list(…)} takes no list from the free list (PyType_GenericAlloc), but leaves its own
   * there, where the collector's count still holds it: Objects/listobject.c, list_dealloc.
   */
  private void leaveLists(long records) {
    long joining = Math.min(records, FREE_LIST - state.freeLists);
    state.freeLists += joining;
    state.collector.allocate(joining, 0, 1, this::collected);
  }

  /** The dicts and lists of a reply; json.dumps leaves nothing behind that small blocks show. */
  private void reply(long records) {
    CPythonLayout layout = state.layout;
    List<BlockRun> lists = state.heap.allocate(Domain.OBJECT, layout.listBytes(), records + 1);
    List<BlockRun> items = state.heap.allocate(Domain.MEMORY, 2 * Long.BYTES, records);
    List<BlockRun> dicts = state.heap.allocate(Domain.OBJECT, layout.dictBytes(), records);
    List<BlockRun> keys =
        layout.dictHasKeysBlock()
            ? state.heap.allocate(Domain.OBJECT, layout.keysBytes(4, true), records)
            : List.of();
    keys.forEach(run -> state.heap.release(Domain.OBJECT, run));
    dicts.forEach(run -> state.heap.release(Domain.OBJECT, run));
    items.forEach(run -> state.heap.release(Domain.MEMORY, run));
    lists.forEach(run -> state.heap.release(Domain.OBJECT, run));
  }

  private void read(Step step, HeldPopulation held, int position, long records) {
    long seed = Long.parseLong(step.argument("seed", "3"));
    PythonRandom random =
        state.generators.computeIfAbsent(position, p -> new PythonRandom(seed, state.version));
    String distribution = step.argument("distribution", "uniform");
    List<Node> nodes = nodesRead(held);
    WriteSink references = state.references();
    for (long i = 0; i < records; i++) {
      long element = held.element(ElementActions.draw(step, random, distribution, held.length));
      encode(held.root, element);
      for (Node node : nodes) {
        long address = node.address(element);
        if (address >= 0) {
          references.write(address, REFCOUNT_BYTES);
        }
      }
    }
  }

  private void encode(Node record, long element) {
    buffers.record(
        part(record, "id"),
        part(record, "name"),
        part(record, "tags"),
        part(part(record, "pos"), "x"),
        element);
  }

  private void readAll(HeldPopulation held) {
    for (long i = 0; i < Math.min(held.length, ReplyBuffers.MOST_RECORDS); i++) {
      encode(held.root, held.element(i));
    }
    nodesRead(held).forEach(node -> held.touch(node, state.references()));
  }

  /** The record, its id, name, tags and every tag, and the x of its position. */
  private static List<Node> nodesRead(HeldPopulation held) {
    Node record = held.root;
    Node tags = part(record, "tags");
    Node position = part(record, "pos");
    List<Node> nodes = new ArrayList<>();
    nodes.add(record);
    nodes.add(part(record, "id"));
    nodes.add(part(record, "name"));
    nodes.add(tags);
    nodes.addAll(tags.parts);
    nodes.add(position);
    nodes.add(part(position, "x"));
    return nodes;
  }

  private static Node part(Node dict, String key) {
    int index = Arrays.asList(dict.value.attribute("keys", "").split(",", -1)).indexOf(key);
    if (index < 0) {
      throw new IllegalArgumentException("serve reads records with a key " + key);
    }
    return dict.parts.get(index);
  }
}
