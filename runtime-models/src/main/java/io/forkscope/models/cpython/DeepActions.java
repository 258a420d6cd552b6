package io.forkscope.models.cpython;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Steps that follow the objects of a population down: json, pickle, deepcopy, repr, walk. */
final class DeepActions {

  /** Elements that are copied before the room of a free list is looked at again. */
  private static final long COPIED_TOGETHER = 100;

  /** Containers of an element's copying that die with it, when most of them are alive. */
  private static final long COPYING = 5;

  /** The first protocol that has an opcode of its own for sets: PEP 3154. */
  private static final int SETS = 4;

  private final ProcessState state;

  DeepActions(ProcessState state) {
    this.state = state;
  }

  /**
   * json.dumps: containers go into the circularity markers; dict items by {@link ReferenceRules}.
   */
  void json(HeldPopulation held) {
    grow(2 * 8 * held.length); // a piece and a comma an element: _PyAccu, a list to 3.11
    boolean warm = state.warm.contains("json");
    state.use("json", held.root);
    if (warm) {
      new JsonPieces(state).make(held.root, held.length);
    }
    boolean dictHolder = held.population.holder().equals("dict");
    WriteSink references = state.references();
    if (dictHolder) {
      if (state.rules.jsonListsItems()) {
        FullCollection.dropContainersInCall(state, held.length); // PyMapping_Items: tuples
      }
      jsonPair(held, references);
    } else {
      jsonNode(held, held.root, references, false);
    }
  }

  /** What grows in the child to so many bytes takes first what is free at the heap's top. */
  private void grow(long bytes) {
    state.heap.fillDropped(bytes);
    state.heap.reuseTop((int) Math.min(bytes / PageSize.BASE_BYTES, Integer.MAX_VALUE));
  }

  private void jsonPair(HeldPopulation held, WriteSink references) {
    Node key = held.root.parts.get(0);
    Node value = held.root.parts.get(1);
    if (state.rules.jsonTakesDictItems() || key.kind("str")) {
      held.touch(key, references);
    }
    jsonNode(held, value, references, state.rules.jsonTakesDictItems());
  }

  private void jsonNode(HeldPopulation held, Node node, WriteSink references, boolean taken) {
    if (taken || node.isContainer()) {
      held.touch(node, references);
    }
    boolean takes =
        node.kind("choice") ? taken : node.kind("dict") && state.rules.jsonTakesDictItems();
    node.parts.forEach(part -> jsonNode(held, part, references, takes));
  }

  /** pickle.dumps: strings and containers go into the memo. */
  void pickle(HeldPopulation held, int protocol) {
    if (protocol < 2 || protocol > state.rules.highestProtocol()) {
      throw new IllegalArgumentException(
          "protocol of step pickle must be 2 to "
              + state.rules.highestProtocol()
              + " with CPython "
              + state.version.text()
              + ", not "
              + protocol);
    }
    state.use("pickle", held.root);
    // an opcode and its argument, and texts: the output is a bytes object that grows
    grow(
        (5L + (held.root.kind("str") ? pieceCharacters(held.root, held.length) : 0)) * held.length);
    boolean iterated =
        switch (held.population.holder()) {
          case "list" -> false;
          case "set" -> protocol < SETS;
          default -> true; // deques: by their items
        };
    pickleNode(held, held.root, state.references(), iterated, protocol);
    new MemoBlocks(state).pickle(held.root, protocol, held.length);
    FullCollection.makeContainersInCall(state, state.rules.pickledDicts(held.root) * held.length);
    FullCollection.dropContainersInCall(
        state, state.rules.pickleContainers(held.root, protocol) * held.length);
  }

  private void pickleNode(
      HeldPopulation held, Node node, WriteSink references, boolean taken, int protocol) {
    boolean memo = node.isContainer() || node.kind("str") || node.kind("bytes");
    boolean number = node.kind("int") || node.kind("float");
    // The state of slots is a new dict (object.__reduce_ex__), that of a set a list (save_set),
    // which
    // since protocol 4 walks the set's own table: _PySet_NextEntry; a frozenset's iterator takes.
    boolean copied =
        switch (node.value.kind()) {
          case "choice" -> taken;
          case "set" -> protocol < SETS;
          default -> node.kind("slots") || node.kind("frozenset");
        };
    if (memo || (number && (taken || state.rules.pickleTakesNumbers()))) {
      touch(held, node, references);
    }
    if (node.kind("object") && !node.third.isEmpty()) {
      held.write(node, node.third, references, node.thirdHeaderOffset, 8);
    }
    if (node.kind("tuple") && !state.rules.pickleTakesTupleItems()) {
      node.parts.stream()
          .filter(part -> !part.kind("int") && !part.kind("float"))
          .forEach(part -> pickleNode(held, part, references, false, protocol));
    } else {
      node.parts.forEach(part -> pickleNode(held, part, references, copied, protocol));
    }
  }

  /**
   * copy.deepcopy: every object is looked up in the memo; copies of containers stay until the end.
   */
  void deepcopy(HeldPopulation held) {
    boolean first = !state.warm.contains("deepcopy");
    state.use("deepcopy", held.root);
    if (!held.root.object.isEmpty() || held.population.holder().equals("list")) {
      growCopy(held.length, first); // not of a buffer
    }
    touchAll(held, held.root, state.references());
    new MemoBlocks(state).deepcopy(held.root, held.length);
    new PopulationBuilder(state.layout, state.heap).build(copied(held.root.value), held.length);
    makeCopies(held.root, held.length);
  }

  /**
   * Containers that copies keep, and a tuple of each reconstructed object that is counted when it
   * is made but not when it joins a free list: of the first ones since a full collection, which
   * empties those lists. 3.6 on; measured by gc.get_count() and the callbacks of collections.
   */
  private void makeCopies(Node root, long elements) {
    long copies = copies(root, elements);
    long tracked = FullCollection.tracked(root, elements);
    long tuples = state.version == CPythonVersion.V2_7 ? 0 : reconstructed(root, elements);
    long slice = tuples == 0 ? Math.max(1, elements) : COPIED_TOGETHER;
    long room = FreeLists.TUPLES;
    state.collector.holdsMeanwhile(COPYING);
    for (long from = 0; from < elements; from += slice) {
      long to = Math.min(elements, from + slice);
      long joining = Math.min(room, share(tuples, from, to, elements));
      long full = state.collector.collections(2);
      FullCollection.makeContainers(
          state, share(copies, from, to, elements) + joining, share(tracked, from, to, elements));
      room = state.collector.collections(2) > full ? FreeLists.TUPLES : room - joining;
    }
    state.collector.holdsMeanwhile(0);
  }

  /** Containers of copies that were made before the fork and dropped. */
  void dropCopies(Node root, long elements) {
    state.collector.allocateFor(copies(root, elements), () -> {}, state::collectedBeforeFork);
  }

  /** Of so many objects of all elements those of elements {@code from} to {@code to - 1}. */
  private static long share(long objects, long from, long to, long elements) {
    return objects * to / elements - objects * from / elements;
  }

  /** Objects that Lib/copy.py copies by {@code _reconstruct}. */
  private static long reconstructed(Node node, long objects) {
    boolean own = node.kind("object") || node.kind("slots") || node.isSet();
    return (own ? objects : 0)
        + node.parts.stream()
            .mapToLong(part -> reconstructed(part, MemoBlocks.elementsOf(node, part, objects)))
            .sum();
  }

  /** The copy of a list grows through the interpreter's own free room too. */
  private void growCopy(long items, boolean first) {
    grow(8 * items);
    if (first) {
      state.growListOfFirstUse("deepcopy", items);
    }
  }

  /** The shape of a copy: atoms are not copied. */
  private static Value copied(Value value) {
    boolean container =
        switch (value.kind()) {
          case "choice", "pair" -> true;
          case "function", "closure" -> false;
          default -> Node.isContainer(value.kind());
        };
    return container
        ? new Value(
            value.kind(),
            value.attributes(),
            value.parts().stream().map(DeepActions::copied).toList())
        : new Value("none", Map.of(), List.of());
  }

  /**
   * Containers that copies of objects keep until the end: dicts, lists, tuples that hold one of
   * them, and what the memo holds of those that are reconstructed: their state, of slots a tuple
   * with a dict and a copy of both, of sets the list of elements; in 2.7 the arguments too.
   * Lib/copy.py, _reconstruct and _keep_alive; counted by gc.get_count().
   */
  private long copies(Node node, long objects) {
    long below =
        node.parts.stream()
            .mapToLong(part -> copies(part, MemoBlocks.elementsOf(node, part, objects)))
            .sum();
    int old = state.version == CPythonVersion.V2_7 ? 1 : 0;
    return switch (node.value.kind()) {
      case "dict", "list" -> below + objects;
      case "set", "frozenset" -> below + (3 + 2 * old) * objects;
      case "tuple" -> below > 0 ? below + objects : 0;
      // __dict__ of it too
      case "object" -> below + ((node.third.isEmpty() ? 4 : 3) + old) * objects;
      case "slots" -> below + (5 + old) * objects;
      case "cycle" -> 2 * objects;
      default -> below;
    };
  }

  /**
   * repr: dicts hold key and value, sets make a list of their elements, and all containers enter
   * themselves into Py_ReprEnter's list.
   */
  void repr(HeldPopulation held) {
    state.use("repr");
    boolean pairs = held.root.kind("pair");
    // dict_repr begins with six bytes an entry; below the threshold that the dict's freed tables
    // have
    // raised, that buffer grows in the heap.
    if (state.rules.reprListsPieces() || (pairs && !state.heap.maps(6 * held.length))) {
      state.heap.reuseTop();
    } else if (!pairs
        && held.length > 0
        && isAscii(held.root)
        && !state.heap.mapsAtOnce(3 * held.length)) {
      // list_repr begins with three; _PyUnicodeWriter then grows until it is mapped
      long bytes = held.length * (pieceCharacters(held.root, held.length - 1) + 2);
      state.growText(3 * held.length, bytes);
    }
    if (state.rules.reprListsPieces() && held.length > 0) {
      int bytes = state.layout.strBytes(pieceCharacters(held.root, held.length - 1), ' ');
      state.heap.allocate(CPythonHeap.Domain.OBJECT, bytes, held.length);
    }
    String holder = held.population.holder();
    boolean taken = holder.equals("set") || holder.equals("deque"); // a list is made of it first
    if (pairs) {
      reprNode(held, held.root.parts.get(0), state.references(), state.rules.reprTakesKeys());
      reprNode(held, held.root.parts.get(1), state.references(), true);
    } else {
      reprNode(held, held.root, state.references(), taken);
    }
  }

  /** What str of a container holds beside it: it is its repr (object_str, Objects/object.c). */
  void reprElements(HeldPopulation held) {
    Node element = held.root.kind("pair") ? held.root.parts.get(0) : held.root;
    reprNode(held, element, state.references(), true);
  }

  /** Whether the first buffer of a text stays: a wider letter asks for another. */
  private static boolean isAscii(Node node) {
    boolean wide =
        node.kind("str") && TextFormat.of(node.value.attribute("format", "")).widest() > 127;
    return !wide && node.parts.stream().allMatch(DeepActions::isAscii);
  }

  /**
   * Characters of the repr of an element, which waits in a list until all are joined: list_repr and
   * dict_repr, 2.7 Objects.
   */
  static int pieceCharacters(Node node, long element) {
    int parts = node.parts.stream().mapToInt(part -> pieceCharacters(part, element) + 2).sum();
    BigDecimal from = new BigDecimal(node.value.attribute("from", "0"));
    return switch (node.value.kind()) {
      case "int", "float" -> from.add(BigDecimal.valueOf(element)).toPlainString().length();
      case "str" -> {
        String format = node.value.attribute("format", "%d");
        int escapes = (int) format.codePoints().filter(c -> c > 127).count();
        int repeat = Integer.parseInt(node.value.attribute("repeat", "1"));
        // 'text', or u'text' with \xe4 for each letter that is not ASCII
        yield repeat * (TextFormat.of(format).characters(element) + 3 * escapes)
            + (escapes > 0 ? 3 : 2);
      }
      default -> parts > 0 ? parts : 4;
    };
  }

  private void reprNode(HeldPopulation held, Node node, WriteSink references, boolean taken) {
    if (node.kind("choice")) {
      node.parts.forEach(part -> reprNode(held, part, references, taken));
      return;
    }
    boolean enters =
        switch (node.value.kind()) {
          case "list", "dict", "tuple", "set", "frozenset", "cycle" -> true;
          default -> false;
        };
    if (taken || enters) {
      touch(held, node, references);
    }
    if (enters) {
      boolean takes = node.kind("dict") || node.isSet();
      node.parts.forEach(part -> reprNode(held, part, references, takes));
    }
  }

  /** An object, and of a cycle the list that it holds. */
  private static void touch(HeldPopulation held, Node node, WriteSink references) {
    held.touch(node, references);
    if (node.kind("cycle")) {
      held.write(node, node.second, references, node.secondHeaderOffset, 8);
    }
  }

  /** Reads what the walk names: of nested dicts the first value only. */
  void walk(HeldPopulation held) {
    state.use("walk");
    WriteSink references = state.references();
    Node record = held.root;
    held.touch(record, references);
    for (Node field : record.parts) {
      held.touch(field, references);
      if (field.kind("dict")) {
        held.touch(field.parts.get(0), references);
      } else {
        field.parts.forEach(item -> held.touch(item, references));
      }
    }
  }

  private void touchAll(HeldPopulation held, Node node, WriteSink references) {
    touch(held, node, references);
    if (!node.third.isEmpty() && node.kind("object")) {
      held.write(node, node.third, references, node.thirdHeaderOffset, 8);
    }
    if (!node.kind("function") && !node.kind("closure")) { // _deepcopy_atomic
      node.parts.forEach(part -> touchAll(held, part, references));
    }
  }
}
