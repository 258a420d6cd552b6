package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.cpython.CPythonHeap.Domain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Places the objects of a population.
 *
 * <p>Elements are cut into ranges in which every object has one size (digits of a number, digits of
 * an int). In a range each size class sees the same few requests over and over, so block {@code e *
 * k + j} of the class is the {@code j}-th of {@code k} requests of element {@code e}: placing is
 * arithmetic, and its cost does not grow with the count.
 */
final class PopulationBuilder {

  private static final long SMALL_INTS_END = 257; // _PY_NSMALLPOSINTS, pycore_global_objects.h

  /** SHARED_KEYS_MAX_SIZE less the one that the first instance takes: Objects/dictobject.c. */
  private static final int MOST_VALUES = 29;

  private final CPythonLayout layout;
  private final HolderTables tables;
  private final CPythonHeap heap;

  PopulationBuilder(CPythonLayout layout, CPythonHeap heap) {
    this.layout = layout;
    this.tables = new HolderTables(layout);
    this.heap = heap;
  }

  /** One request for a block of each object of a node. */
  private record Request(Node node, Column column, Domain domain, long bytes) {}

  private record SharedClass(Domain domain, long blockBytes) {}

  /**
   * As {@link #build}, with the last pools of all size classes behind the others, as they lie when
   * the next population goes on to fill them.
   */
  Node buildPopulation(Value shape, long count) {
    int last =
        layout.version().pymalloc().poolBytes() / layout.version().pymalloc().alignmentBytes();
    return build(shape, count, Set.of(Math.max(0, count - last)));
  }

  /** Builds the node tree of a shape and places {@code count} elements. */
  Node build(Value shape, long count) {
    return build(shape, count, Set.of());
  }

  private Node build(Value shape, long count, Set<Long> more) {
    Node root = node(shape, IndexMap.ALL, count);
    TreeSet<Long> cuts = new TreeSet<>(more);
    cuts.addAll(List.of(0L, count));
    findCuts(root, count, cuts);
    Long from = cuts.first();
    for (Long to = cuts.higher(from); to != null; to = cuts.higher(to)) {
      place(root, from, to);
      from = to;
    }
    return root;
  }

  private Node node(Value value, IndexMap indices, long count) {
    Node node = new Node(value, indices, count, layout);
    if (node.kind("choice")) {
      long every = Long.parseLong(value.attribute("every", "2"));
      long some = (count + every - 1) / every;
      node.parts.add(node(value.parts().get(0), IndexMap.multiples(indices, every), some));
      node.parts.add(node(value.parts().get(1), IndexMap.others(indices, every), count - some));
    } else {
      for (Value part : value.parts()) {
        node.parts.add(node(part, indices, count));
      }
    }
    return node;
  }

  /** Adds the elements from which on an object of the tree has another size. */
  private void findCuts(Node node, long count, Set<Long> cuts) {
    Value value = node.value;
    if (node.kind("int")) {
      long first = Long.parseLong(value.attribute("from", "0"));
      for (long limit : new long[] {SMALL_INTS_END, 1L << 30, 1L << 60}) {
        addCut(cuts, limit - first, count);
      }
    } else if (node.kind("str") || node.kind("bytes")) {
      for (long power = 10; power > 0 && power < count; power = power > count ? -1 : power * 10) {
        addCut(cuts, power, count);
      }
    }
    node.parts.forEach(part -> findCuts(part, count, cuts));
  }

  private static void addCut(Set<Long> cuts, long element, long count) {
    if (element > 0 && element < count) {
      cuts.add(element);
    }
  }

  private void place(Node root, long from, long to) {
    List<Request> requests = new ArrayList<>();
    addRequests(root, from, requests);
    requests = placeInTurn(requests, from, to);
    Map<SharedClass, List<Request>> classes = new LinkedHashMap<>();
    for (Request request : requests) {
      SharedClass key =
          new SharedClass(
              heap.poolsOf(request.domain, request.bytes),
              heap.blockBytes(request.domain, request.bytes));
      classes.computeIfAbsent(key, k -> new ArrayList<>()).add(request);
    }
    classes.values().forEach(together -> placeShared(together, from, to));
  }

  /** Requests of one class: those of alternatives of a choice take turns by the element. */
  private void placeShared(List<Request> together, long from, long to) {
    List<IndexMap> indices = together.stream().map(r -> r.node.indices).distinct().toList();
    long period = indices.size() == 1 ? 0 : ChoiceTurns.period(indices);
    if (period == 0) {
      for (IndexMap same : indices) {
        placeClass(together.stream().filter(r -> r.node.indices == same).toList(), from, to);
      }
      return;
    }
    List<Node> nodes = together.stream().map(r -> r.node).toList();
    long blocks = 0;
    for (Node node : nodes) {
      blocks +=
          node.indices.firstAtLeast(to, node.count) - node.indices.firstAtLeast(from, node.count);
    }
    Request sample = together.get(0);
    ChoiceTurns.of(nodes, together.stream().map(r -> r.column).toList(), from, period)
        .take(heap.allocate(sample.domain, sample.bytes, blocks));
  }

  /**
   * Places what malloc serves where one element takes several such blocks, cells among them: they
   * lie in turn, not class by class. Returns the other requests.
   */
  private List<Request> placeInTurn(List<Request> requests, long from, long to) {
    List<Request> inTurn = new ArrayList<>();
    List<Request> others = new ArrayList<>();
    for (Request request : requests) {
      boolean ofEach = request.node.indices == IndexMap.ALL;
      (ofEach && heap.fromMalloc(request.domain, request.bytes) ? inTurn : others).add(request);
    }
    if (inTurn.size() < 2 || inTurn.stream().noneMatch(r -> r.domain.isCell())) {
      return requests;
    }
    List<BlockRun> runs =
        heap.allocateInTurn(
            inTurn.stream().map(r -> new CPythonHeap.Request(r.domain, r.bytes)).toList(),
            to - from);
    for (int i = 0; i < runs.size(); i++) {
      inTurn.get(i).column.add(from, runs.get(i));
    }
    return others;
  }

  private void placeClass(List<Request> together, long from, long to) {
    Node node = together.get(0).node;
    long first = node.indices.firstAtLeast(from, node.count);
    long objects = node.indices.firstAtLeast(to, node.count) - first;
    int each = together.size();
    Request sample = together.get(0);
    boolean lags = each > 1 && servesLoopIndex(sample);
    Column lagging = new Column();
    long start = 0;
    for (BlockRun run : heap.allocate(sample.domain, sample.bytes, objects * each)) {
      long end = start + run.count();
      for (int j = 0; j < each; j++) {
        long element = (start - j + each - 1) / each;
        long block = element * each + j;
        if (block < end) {
          Column column = lags && j == 0 ? lagging : together.get(j).column;
          column.add(first + element, run.part(block - start, run.count(), each));
        }
      }
      start = end;
    }
    if (lags) {
      lagging.moveOn(sample.column, first, objects);
    }
  }

  /**
   * Whether blocks come from the pools that also serve the ints that {@code for i in range(n)}
   * counts by. The next i is made before the last one dies, so the first block that an element
   * takes there is the one that the i before left, close to the blocks of the element before.
   */
  private boolean servesLoopIndex(Request request) {
    return layout.version() != CPythonVersion.V2_7
        && request.domain == Domain.OBJECT
        && heap.blockBytes(Domain.OBJECT, request.bytes)
            == heap.blockBytes(Domain.OBJECT, layout.intBytes(SMALL_INTS_END));
  }

  /** The requests of one element, in the order in which the interpreter makes them. */
  private void addRequests(Node node, long element, List<Request> into) {
    node.parts.forEach(part -> addRequests(part, element, into));
    Value value = node.value;
    int parts = value.parts().size();
    switch (value.kind()) {
      case "int" -> addInt(node, element, into);
      case "float" -> into.add(scalar(node, layout.floatBytes()));
      case "str", "bytes" -> addText(node, element, into);
      case "tuple" -> {
        if (!PythonValues.isConstant(value)) {
          into.add(object(node, layout.tupleBytes(parts)));
        }
      }
      case "list" -> {
        into.add(object(node, layout.listBytes()));
        into.add(new Request(node, node.second, Domain.MEMORY, 8L * parts));
      }
      case "set", "frozenset" -> {
        into.add(object(node, layout.setBytes()));
        addTable(node, tables.displayedSetBytes(parts), into);
      }
      case "dict" -> {
        into.add(object(node, layout.dictBytes()));
        addTable(node, tables.outerDictBytes(parts, true), into);
        if (layout.dictHasKeysBlock() && parts > 0) { // Py_EMPTY_KEYS are shared
          into.add(new Request(node, node.second, Domain.OBJECT, layout.keysBytes(parts, true)));
        }
      }
      case "slots" ->
          into.add(
              object(
                  node,
                  layout.slotsBytes(
                      parts, Boolean.parseBoolean(value.attribute("weakref", "false")))));
      case "object" -> addInstance(node, parts, into);
      case "function" -> addFunction(node, into);
      case "closure" -> {
        // MAKE_CELL, BUILD_TUPLE, MAKE_FUNCTION: PyCellObject is one word, Include/cellobject.h
        into.add(new Request(node, node.second, Domain.OBJECT, layout.gcHeadBytes() + 24));
        into.add(new Request(node, node.third, Domain.OBJECT, layout.tupleBytes(1)));
        into.add(object(node, layout.functionBytes()));
      }
      case "cycle" -> addCycle(node, into);
      default -> {
        // Shared objects (None, True, types, letters, literals), pairs and choices need no block.
      }
    }
  }

  private void addInt(Node node, long element, List<Request> into) {
    long first = Long.parseLong(node.value.attribute("from", "0"));
    long modulo = Long.parseLong(node.value.attribute("modulo", "0"));
    boolean same = Boolean.parseBoolean(node.value.attribute("same", "false"));
    long value = modulo > 0 ? first + modulo - 1 : first + element;
    if (!same && value >= SMALL_INTS_END) {
      into.add(scalar(node, layout.sumBytes(first, value)));
    }
  }

  private Request scalar(Node node, int bytes) {
    return new Request(node, node.object, heap.scalars(node.kind("float")), bytes);
  }

  private static Request object(Node node, int bytes) {
    return new Request(node, node.object, Domain.OBJECT, bytes);
  }

  private void addText(Node node, long element, List<Request> into) {
    TextFormat format = TextFormat.of(node.value.attribute("format", "%d"));
    long modulo = Long.parseLong(node.value.attribute("modulo", "0"));
    int repeat = Integer.parseInt(node.value.attribute("repeat", "1"));
    int characters = repeat * format.characters(modulo > 0 ? modulo - 1 : element);
    if (node.kind("bytes")) {
      into.add(object(node, layout.bytesBytes(characters)));
      return;
    }
    int room = heap.cutsInPlace() ? format.roomCharacters(element) : characters;
    into.add(object(node, layout.strBytes(room, format.widest())));
    if (layout.version() == CPythonVersion.V2_7 && format.widest() >= 128) {
      int bytes = layout.unicodeTextBytes(characters);
      into.add(new Request(node, node.second, Domain.OBJECT, bytes));
    }
  }

  private static void addTable(Node node, long bytes, List<Request> into) {
    if (bytes > 0) {
      into.add(new Request(node, node.second, Domain.MEMORY, bytes));
    }
  }

  private void addInstance(Node node, int attributes, List<Request> into) {
    if (attributes > MOST_VALUES && !layout.instanceHasDictObject()) {
      throw new IllegalArgumentException(
          "an object of more than 29 attributes gives up its values for a dict from CPython 3.11"
              + " on, which is not modelled");
    }
    into.add(object(node, layout.instanceBytes(attributes)));
    if (layout.instanceHasDictObject()) {
      into.add(new Request(node, node.third, Domain.OBJECT, layout.dictBytes()));
    }
    addTable(node, tables.outerDictBytes(attributes, false), into);
    addTable(node, layout.valuesBytes(attributes), into);
  }

  /** A function made by exec: itself, its code object, its name, and what hangs on the code. */
  private void addFunction(Node node, List<Request> into) {
    Column rest = new Column();
    for (int bytes : layout.functionTextBytes()) {
      into.add(new Request(node, rest, Domain.OBJECT, bytes));
    }
    for (int bytes : layout.functionTupleBytes()) {
      into.add(new Request(node, node.fourth, Domain.OBJECT, bytes));
    }
    into.add(new Request(node, node.third, Domain.OBJECT, layout.strBytes(5, 'f')));
    into.add(new Request(node, node.second, Domain.OBJECT, layout.codeBytes()));
    into.add(object(node, layout.functionBytes()));
  }

  private void addCycle(Node node, List<Request> into) {
    into.add(object(node, layout.listBytes()));
    into.add(new Request(node, node.second, Domain.OBJECT, layout.listBytes()));
    into.add(new Request(node, node.third, Domain.MEMORY, 8));
    into.add(new Request(node, node.fourth, Domain.MEMORY, 8L * 4)); // append: room for 4
  }

  /**
   * Frees the elements that {@code keep-every} drops: holes among those that stay. What waits on
   * free lists ({@link WaitingBlocks}) is among them too.
   */
  void dropOthers(Node root, Population population) {
    int every = population.keepEvery();
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    nodes.removeIf(node -> node.kind("cycle") || node.kind("function")); // others hold them
    for (int offset = 1; offset < every; offset++) {
      for (Node node : nodes) {
        drop(domain(node), node.select(node.object, offset, Long.MAX_VALUE, every));
        drop(Domain.OBJECT, node.select(node.second, offset, Long.MAX_VALUE, every));
        drop(Domain.OBJECT, node.select(node.third, offset, Long.MAX_VALUE, every));
      }
    }
  }

  /** list_dealloc drops the last element first: of pools with holes the first ones come last. */
  private void drop(Domain domain, List<BlockRun> runs) {
    for (int i = runs.size() - 1; i >= 0; i--) {
      heap.release(domain, runs.get(i));
    }
  }

  /** Who serves the objects of a node. */
  Domain domain(Node node) {
    boolean scalar = node.kind("int") || node.kind("float");
    return scalar ? heap.scalars(node.kind("float")) : Domain.OBJECT;
  }
}
