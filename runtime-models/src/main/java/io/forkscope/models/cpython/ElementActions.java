package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.GlibcFreed;
import io.forkscope.models.allocator.GlibcMalloc;
import java.util.Arrays;
import java.util.List;

/** Steps that pass over the elements of a population. */
final class ElementActions {

  private static final int REFCOUNT_BYTES = 8;

  private final ProcessState state;
  private final AttributeActions attributes;

  ElementActions(ProcessState state) {
    this.state = state;
    this.attributes = new AttributeActions(state);
  }

  void take(Step step, HeldPopulation held, int position, long request) {
    if (step.verb().equals("shallow-copy")) {
      new ShallowCopies(state).use(held);
    } else {
      state.use(step.verb());
      state.useOnKinds(step.verb(), held.root);
    }
    WriteSink references = state.references();
    switch (step.verb()) {
      case "length", "any", "index-first" -> {
        // Borrowed references, or the first element alone.
      }
      case "equals" -> equalsItself(held, references);
      case "iterate",
          "enumerate",
          "reverse-iterate",
          "sum",
          "type",
          "isinstance",
          "is-none",
          "count-references",
          "upper",
          "to-str",
          "add",
          "multiply",
          "keys" ->
          touchElements(held, references);
      case "max" -> {
        touchElements(held, references);
        order(held, element(held), references);
      }
      case "contains-key" -> {
        touchElements(held, references);
        if (state.rules.searchTakesItems()) {
          containedItems(held, references);
        }
      }
      case "hash" -> {
        touchElements(held, references);
        cacheHash(held, held.root);
      }
      case "zip" -> {
        touchElements(held, references);
        if (state.rules.viewsAreLists()) {
          listPairs(held.length, FullCollection.mayBeTracked(held.root, state.seen));
        }
      }
      case "copy" -> copy(held, references);
      case "comprehension", "filter" -> {
        touchElements(held, references);
        if (step.verb().equals("comprehension") || !isFalse(held)) {
          growList(held.length);
          temporaryTable(held, true);
        }
      }
      case "sorted" -> {
        touchElements(held, references);
        Node key = key(step, held);
        order(held, key, references);
        temporaryTable(held, false);
        merge(held, key);
      }
      case "sort" -> sort(held, key(step, held), references);
      case "contains" -> contains(step, held, references);
      case "shallow-copy" -> {
        if (element(held).kind("object")) {
          attributes.readNamespace(held, references);
        }
        new ShallowCopies(state).touch(held, element(held));
      }
      case "count-absent" -> search(held, references);
      case "find-last" -> findLast(held, references);
      case "slice" -> slice(held, Long.parseLong(step.argument("count", "100")));
      case "unpack" -> {
        touchElements(held, references);
        element(held).parts.forEach(part -> held.touch(part, references));
      }
      case "index" -> held.touchEvery(references, Long.parseLong(step.argument("stride", "1")));
      case "sample" -> sample(step, held, position);
      case "lookup" -> lookup(step, held, position);
      case "values" -> held.touch(value(held), references);
      case "items" -> {
        held.touch(held.root.parts.get(0), references);
        held.touch(value(held), references);
        if (state.rules.viewsAreLists()) {
          listPairs(held.length, true); // made before they are filled: dict_items, 2.7
        }
      }
      case "join" -> join(held, references);
      case "read-attribute" -> attributes.read(held, step.argument("name", "a"), references);
      case "write-attribute" -> attributes.write(held, step.argument("name", "b"));
      case "read-namespace" -> attributes.readNamespace(held, references);
      case "write-item" -> attributes.writeItem(held, step.argument("key", "a"));
      case "call" -> call(held, references);
      default -> throw new IllegalArgumentException("CPython cannot take the step " + step.verb());
    }
  }

  /** The items of lists that are searched. */
  private static void containedItems(HeldPopulation held, WriteSink references) {
    Node node = held.root;
    if (node.kind("list")) {
      node.parts.forEach(part -> held.touch(part, references));
    } else if (node.kind("cycle")) {
      held.write(node, node.second, references, node.secondHeaderOffset, REFCOUNT_BYTES);
    }
  }

  private static Node value(HeldPopulation held) {
    return held.root.parts.get(1);
  }

  /** What a for loop over the holder binds: elements, or the keys of a dict. */
  static Node element(HeldPopulation held) {
    return held.root.kind("pair") ? held.root.parts.get(0) : held.root;
  }

  /** Elements that a filter leaves out: None, (), and the zeros of {@code bytearray(n)}. */
  private static boolean isFalse(HeldPopulation held) {
    return held.root.kind("none")
        || held.root.kind("empty-tuple")
        || held.population.holder().equals("bytearray");
  }

  private void touchElements(HeldPopulation held, WriteSink references) {
    held.touch(element(held), references);
  }

  /** Whether searching takes items: lists and deques are searched one by one, others by hash. */
  private boolean searchTakesItems(HeldPopulation held) {
    return switch (held.population.holder()) {
      case "list" -> state.rules.searchTakesItems() || state.rules.comparingTakesText(held.root);
      case "deque" -> state.rules.searchInDequesTakesItems();
      default -> false;
    };
  }

  private void search(HeldPopulation held, WriteSink references) {
    if (searchTakesItems(held)) {
      touchElements(held, references);
    }
  }

  /** Comparing elements with the last until one is equal. */
  private void findLast(HeldPopulation held, WriteSink references) {
    long last = held.length - 1;
    long found = Equality.firstIndex(held, held.element(last));
    if (found < last) {
      searchTo(held, found, references);
    } else {
      search(held, references);
      compare(held, held.root, references);
    }
  }

  /** A list finds each item identical; a dict looks up every entry, a set every element. */
  private void equalsItself(HeldPopulation held, WriteSink references) {
    if (held.root.kind("pair")) {
      held.touch(value(held), references);
    }
    boolean set = held.population.holder().equals("set");
    if (held.root.kind("pair") || (set && state.rules.equalSetsTakeElements())) {
      touchElements(held, references);
    }
  }

  private void copy(HeldPopulation held, WriteSink references) {
    touchElements(held, references);
    if (held.root.kind("pair")) {
      held.touch(value(held), references);
      state.heap.releaseTable(state.heap.table(held.table.bytes(), held.table.bytes(), false));
    } else if (held.population.holder().equals("set")) {
      temporaryTable(HolderTables.copiedSetBytes(held.length), false);
    } else {
      temporaryTable(held, false);
    }
  }

  /** The hash of a tuple asks its items, and those of a str or bytes are kept in it. */
  private void cacheHash(HeldPopulation held, Node node) {
    if (node.kind("str") || node.kind("bytes")) {
      int offset = state.layout.hashOffset(widest(node));
      held.write(node, node.object, state.sink(CPythonCauses.HASH), offset, 8);
    }
    if (node.kind("tuple") || node.kind("choice")) {
      node.parts.forEach(part -> cacheHash(held, part));
    }
    if (node.kind("frozenset")) { // so->hash, Include/cpython/setobject.h; entries keep theirs
      int offset = node.headerOffset + 48;
      held.write(node, node.object, state.sink(CPythonCauses.HASH), offset, 8);
    }
  }

  /** A list of tuples of two, dropped at the end of the step. */
  private void listPairs(long count, boolean tracked) {
    state.heap.sortFreed();
    state.heap.allocate(CPythonHeap.Domain.OBJECT, state.layout.tupleBytes(2), count);
    FullCollection.makeContainers(state, count, tracked ? count : 0);
  }

  /** A list that grows in the child walks through the free chunks of the inherited heap. */
  private void growList(long items) {
    state.growList(items);
    Baseline.Pages pages = state.baseline.pages("allocate");
    state.interpreter.touch(
        CPythonCauses.ALLOCATION, new Baseline.Pages(pages.heap(), 0, 0, 0, pages.stack()));
  }

  private void temporaryTable(HeldPopulation held, boolean grown) {
    temporaryTable(8 * held.length, grown);
  }

  private void temporaryTable(long bytes, boolean grown) {
    if (bytes >= GlibcFreed.LARGE_BYTES) {
      GlibcMalloc.Block table = state.heap.table(bytes, bytes, grown);
      state.heap.releaseTable(table);
    }
  }

  /** As {@link #compare}; 2.7 looks for the least key of two dicts whose values differ. */
  private void order(HeldPopulation held, Node node, WriteSink references) {
    if (node.kind("dict") && state.rules.comparesAnything()) { // characterize, dictobject.c
      for (Node part : DictOrder.compared(node)) {
        held.touch(part, references);
        compare(held, part, references);
      }
    } else {
      compare(held, node, references);
    }
  }

  /** What comparing two elements touches: items that are one object are passed over. */
  private void compare(HeldPopulation held, Node node, WriteSink references) {
    if (state.rules.comparingTakesText(node)) {
      held.touch(node, references);
    }
    if (node.kind("list") || node.kind("tuple") || node.kind("dict") || node.isSet()) {
      boolean takes = state.rules.comparingTakesItems(node);
      node.parts.stream()
          .filter(part -> !part.isShared())
          .findFirst()
          .ifPresent(
              differing -> {
                if (takes) {
                  held.touch(differing, references);
                }
                compare(held, differing, references);
              });
    }
  }

  private void sort(HeldPopulation held, Node key, WriteSink references) {
    order(held, key, references);
    if (!isAscending(held, key) && held.length > 0) {
      state.sink(CPythonCauses.STORE).writeRange(held.table.address(), 8 * held.length);
      merge(held, key);
    }
  }

  /** What a sort compares: elements, or what its key function returns, which it holds. */
  private Node key(Step step, HeldPopulation held) {
    if (!step.arguments().containsKey("key")) {
      return element(held);
    }
    String name = step.argument("key", "");
    Node node = element(held);
    if (node.kind("object") || node.kind("slots")) {
      attributes.read(held, name, state.references());
    } else {
      touchElements(held, state.references());
    }
    Node part = node.parts.get(Applicability.keyIndex(node.value, name));
    held.touch(part, state.references());
    temporaryTable(held, false); // keys: Objects/listobject.c, list_sort_impl
    return part;
  }

  /** A list is searched until an item is equal; a dict and a set ask one entry. */
  private void contains(Step step, HeldPopulation held, WriteSink references) {
    if (!step.arguments().containsKey("element")) {
      search(held, references);
      return;
    }
    long wanted = Long.parseLong(step.argument("element", "0"));
    String holder = held.population.holder();
    if (!holder.equals("list") && !holder.equals("deque")) {
      Node key = element(held);
      if (wanted >= 0 && wanted < held.length && comparesKeys(key)) {
        held.touchElement(key, references, wanted);
      }
      return;
    }
    searchTo(held, Equality.firstIndex(held, wanted), references);
  }

  /** Takes the items up to an index, and what comparing them takes. */
  private void searchTo(HeldPopulation held, long last, WriteSink references) {
    if (!searchTakesItems(held)) {
      return;
    }
    boolean deep = state.rules.comparingTakesItems(held.root) && !held.root.parts.isEmpty();
    for (long index = 0; index <= Math.min(last, held.length - 1); index++) {
      long element = held.element(index);
      held.touchElement(held.root, references, element);
      if (deep) {
        held.touchElement(held.root.parts.get(0), references, element);
      }
    }
  }

  /** Runs that are merged need room for the shorter: merge_getmem, Objects/listobject.c. */
  private void merge(HeldPopulation held, Node key) {
    if (!isAscending(held, key) && held.length > 0) {
      state.heap.reuseTop(); // it grows merge by merge
      temporaryTable(held, false);
    }
  }

  /** Instances that are compared by address lie in arenas that the kernel maps downwards. */
  private static boolean isAscending(HeldPopulation held, Node key) {
    boolean byAddress = key.kind("object") || key.kind("slots");
    return !held.isShuffled() && !byAddress && isAscending(key);
  }

  /** Numbers are; texts only where all are written with as many digits. */
  private static boolean isAscending(Node node) {
    return switch (node.value.kind()) {
      case "str", "bytes" -> {
        TextFormat format = TextFormat.of(node.value.attribute("format", "%d"));
        yield node.value.attribute("modulo", "0").equals("0")
            && format.characters(0) == format.characters(Math.max(0, node.count - 1));
      }
      case "char" -> node.count <= Equality.LETTERS;
      case "tuple", "list" ->
          node.parts.stream()
              .filter(part -> !part.isShared())
              .findFirst()
              .map(ElementActions::isAscending)
              .orElse(true);
      default -> node.value.attribute("modulo", "0").equals("0");
    };
  }

  private void slice(HeldPopulation held, long count) {
    long end = Math.min(count, held.length);
    temporaryTable(8 * end, false);
    for (long index = 0; index < end; index++) {
      held.touchAt(state.references(), index);
    }
  }

  private PythonRandom generator(Step step, int position) {
    long seed = Long.parseLong(step.argument("seed", "0"));
    return state.generators.computeIfAbsent(position, p -> new PythonRandom(seed, state.version));
  }

  private void sample(Step step, HeldPopulation held, int position) {
    long count = Long.parseLong(step.argument("count", "1"));
    PythonRandom random = generator(step, position);
    String distribution = step.argument("distribution", "uniform");
    if (held.length == 0) {
      return;
    }
    if (distribution.equals("permutation")) {
      int[] order = random.permutation(Math.toIntExact(held.length));
      temporaryTable(held, false); // list(range(n))
      touchIndexes(held, Arrays.stream(order).asLongStream().limit(count).toArray());
      return;
    }
    long[] indexes = new long[Math.toIntExact(count)];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = draw(step, random, distribution, held.length);
    }
    touchIndexes(held, indexes);
  }

  static long draw(Step step, PythonRandom random, String distribution, long length) {
    return switch (distribution) {
      case "uniform" -> random.below(length);
      case "hot" -> {
        double share = Double.parseDouble(step.argument("hot-share", "0.9"));
        double ratio = Double.parseDouble(step.argument("hot-ratio", "0.1"));
        boolean hot = random.random() < share;
        yield random.below(hot ? Math.max(1, (long) (length * ratio)) : length);
      }
      case "zipf" -> Math.max(0, (long) Math.pow((double) length, random.random()) - 1);
      default ->
          throw new IllegalArgumentException(
              "distribution " + distribution + " is none of uniform, permutation, hot, zipf");
    };
  }

  private void touchIndexes(HeldPopulation held, long[] indexes) {
    long[] addresses = new long[indexes.length];
    int known = 0;
    for (long index : indexes) {
      long address = held.root.address(held.element(index));
      if (address >= 0) {
        addresses[known++] = address;
      }
    }
    state.references().writeEach(addresses, 0, known, REFCOUNT_BYTES);
  }

  private void lookup(Step step, HeldPopulation held, int position) {
    Node key = held.root.parts.get(0);
    WriteSink references = state.references();
    boolean comparesKeys = comparesKeys(key);
    if (!step.arguments().containsKey("count")) {
      held.touch(value(held), references);
      if (comparesKeys) {
        held.touch(key, references);
      }
      return;
    }
    state.use("sample");
    PythonRandom random = generator(step, position);
    long count = Long.parseLong(step.argument("count", "1"));
    for (long i = 0; i < count && held.length > 0; i++) {
      long element = random.below(held.length);
      for (Node node : comparesKeys ? List.of(key, value(held)) : List.of(value(held))) {
        long address = node.address(element);
        if (address >= 0) {
          references.write(address, REFCOUNT_BYTES);
        }
      }
    }
  }

  /** unicodekeys_lookup_unicode (lookdict_unicode to 3.10, 2.7 lookdict_string) borrows a str. */
  private boolean comparesKeys(Node key) {
    return !key.kind("str") || state.rules.comparingTakesText(key);
  }

  /** join borrows the items of a list of str, and makes a list of others; 2.7 holds unicode. */
  private void join(HeldPopulation held, WriteSink references) {
    boolean wide = held.root.kind("str") && widest(held.root) > 127;
    boolean list = held.population.holder().equals("list");
    if (!list || (state.version == CPythonVersion.V2_7 && wide)) {
      touchElements(held, references);
    }
    if (!list && held.length > 0) { // PySequence_Fast makes a list, beside which the text is made
      int characters = DeepActions.pieceCharacters(element(held), held.length - 1) - 2; // quotes
      state.growText(8 * held.length, held.length * (8 + characters));
    }
  }

  private static int widest(Node text) {
    return TextFormat.of(text.value.attribute("format", "")).widest();
  }

  /** A call holds the code object; it specialises from 3.11 on and keeps a frame before. */
  private void call(HeldPopulation held, WriteSink references) {
    Node node = held.root;
    touchElements(held, references);
    if (node.isShared()) { // int(3), or an instance that is dropped at once
      return;
    }
    if (node.kind("closure")) { // its frame holds the cell (COPY_FREE_VARS), and the result
      held.write(node, node.second, references, node.secondHeaderOffset, REFCOUNT_BYTES);
      held.touch(node.parts.get(0), references);
      return;
    }
    held.write(node, node.second, references, 0, REFCOUNT_BYTES);
    WriteSink specialisation = state.sink(CPythonCauses.SPECIALISATION);
    if (state.version.atLeast(CPythonVersion.V3_11)) {
      int bytecode = 96; // of about 280 bytes of a code object the last hold the bytecode
      int from = state.layout.codeBytes() - bytecode;
      held.write(node, node.second, specialisation, from, bytecode);
    } else {
      held.write(node, node.second, specialisation, 96, 8);
      state.heap.allocate(CPythonHeap.Domain.OBJECT, state.layout.keptFrameBytes(), held.length);
      FullCollection.makeContainers(state, held.length, 0); // untracked, but counted
    }
  }
}
