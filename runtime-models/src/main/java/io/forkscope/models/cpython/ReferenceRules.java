package io.forkscope.models.cpython;

/**
 * Which C path takes references to the objects it passes over, and which borrows them, by version:
 * of 2.7.18, 3.6.15, 3.7.16, 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0. Later releases of
 * a series may differ: list_repr holds items in 3.13.5, not in 3.13.0.
 */
final class ReferenceRules {

  private final CPythonVersion version;

  ReferenceRules(CPythonVersion version) {
    this.version = version;
  }

  /** A dict is not written when a key gets the value it has: insertdict, Objects/dictobject.c. */
  boolean dictsKeepSameValue() {
    return version.atLeast(CPythonVersion.V3_8);
  }

  /**
   * list.index and count hold each item while they compare it since 3.7.6 and 3.8.1 (bpo-38610),
   * list.__contains__ since 3.7.7 and 3.8.2 (bpo-39453): Objects/listobject.c.
   */
  boolean searchTakesItems() {
    return version.atLeast(CPythonVersion.V3_7);
  }

  /**
   * deque_contains and deque_count hold each item too: Modules/_collectionsmodule.c; measured on
   * 3.8.18 and later, not on 3.7.16.
   */
  boolean searchInDequesTakesItems() {
    return version.atLeast(CPythonVersion.V3_8);
  }

  /**
   * Whether comparing two containers holds the items it compares: lists since 3.7.6 and 3.8.1
   * (bpo-38588, list_richcompare), sets since 3.9 (set_issubset), dicts always (dict_equal), tuples
   * never.
   */
  boolean comparingTakesItems(Node container) {
    return switch (container.value.kind()) {
      case "list" -> version.atLeast(CPythonVersion.V3_7);
      case "set", "frozenset" -> version.atLeast(CPythonVersion.V3_9);
      default -> container.kind("dict");
    };
  }

  /** Comparing a set with itself holds its elements: set_issubset, Objects/setobject.c 3.9. */
  boolean equalSetsTakeElements() {
    return version.atLeast(CPythonVersion.V3_9);
  }

  /** repr of a dict holds values, and keys since 3: dict_repr, Objects/dictobject.c. */
  boolean reprTakesKeys() {
    return version != CPythonVersion.V2_7;
  }

  /** repr makes a list of its pieces, which grows: 2.7 list_repr; a _PyUnicodeWriter since. */
  boolean reprListsPieces() {
    return version == CPythonVersion.V2_7;
  }

  /** json's C encoder copies a dict's items before it writes them; PyDict_Next since 3.12. */
  boolean jsonTakesDictItems() {
    return !version.atLeast(CPythonVersion.V3_12);
  }

  /** pickle holds ints and floats of lists and dicts: pure Python in 2.7, batch_list since 3.10. */
  boolean pickleTakesNumbers() {
    return version == CPythonVersion.V2_7 || version.atLeast(CPythonVersion.V3_10);
  }

  /** The pure-Python pickle of 2.7 also holds the items of tuples. */
  boolean pickleTakesTupleItems() {
    return version == CPythonVersion.V2_7;
  }

  /**
   * Names in code objects are immortal: 3.12 makes every interned string so
   * (PyUnicode_InternInPlace, Objects/unicodeobject.c), 3.13 identifiers (Parser/pegen.c,
   * _PyPegen_new_identifier).
   */
  boolean namesAreImmortal() {
    return version.atLeast(CPythonVersion.V3_12);
  }

  /**
   * Whether both sides of os.fork ask malloc for more than its caches hold, before user code runs.
   * 3.12: the parent for the buffer through which it reads /proc/self/stat
   * (warn_about_fork_with_threads, Modules/posixmodule.c), the child for new locks
   * (PyOS_AfterFork_Child). Measured on 3.12.1, where a child has copied all pages with a freed
   * chunk when fork returns; 3.13.0, which reads the file too, finds a cached buffer.
   */
  boolean forkSortsFreed() {
    return version == CPythonVersion.V3_12;
  }

  /** Whether comparing unicode holds it: PyUnicode_FromObject in 2.7 Objects/unicodeobject.c. */
  boolean comparingTakesText(Node text) {
    return version == CPythonVersion.V2_7
        && text.kind("str")
        && TextFormat.of(text.value.attribute("format", "")).widest() > 127;
  }

  /** 2.7 scans and relinks every block of ints and floats in a full collection: clear_freelists. */
  boolean collectionRelinksCells() {
    return version == CPythonVersion.V2_7;
  }

  /** Whether any two objects can be ordered: default_3way_compare, 2.7 Objects/object.c. */
  boolean comparesAnything() {
    return version == CPythonVersion.V2_7;
  }

  /** zip, items, values and keys build lists of what they yield. */
  boolean viewsAreLists() {
    return version == CPythonVersion.V2_7;
  }

  /**
   * Containers of an element that stay while pickle runs and die with its memo: in 2.7 a tuple for
   * every object (Lib/pickle.py, memoize), and what __reduce_ex__ makes with their tuples, a set's
   * list and arguments, the state and dict of slots; an instance's own dict has a tuple; since 3
   * the arguments of codecs.encode, by which protocol 2 spells bytes, and the list and arguments by
   * which it spells a set (Modules/_pickle.c, save_bytes and save_set); the state that
   * Objects/typeobject.c, object_getstate_default (_PyObject_GetState to 3.10) makes of an instance
   * with slots.
   */
  long pickleContainers(Node node, int protocol) {
    long below = node.parts.stream().mapToLong(p -> pickleContainers(p, protocol)).sum();
    if (node.isShared()) {
      return below;
    }
    if (version == CPythonVersion.V2_7) {
      return below
          + switch (node.value.kind()) {
            case "set", "frozenset", "slots" -> 5;
            case "object" -> 2;
            case "str", "bytes" -> 1;
            default -> node.isContainer() ? 1 : 0;
          };
    }
    return below
        + switch (node.value.kind()) {
          case "bytes" -> protocol < 3 ? 1 : 0; // BINBYTES, EMPTY_SET and FROZENSET: PEP 3154
          case "set", "frozenset" -> protocol < 4 ? 2 : 0;
          case "slots" -> 2;
          default -> 0;
        };
  }

  /** pickle.HIGHEST_PROTOCOL: Lib/pickle.py (PEP 307, 3154 and 574). */
  int highestProtocol() {
    return version == CPythonVersion.V2_7 ? 2 : version.atLeast(CPythonVersion.V3_8) ? 5 : 4;
  }

  /** Dicts that pickle makes of instances with values, and that stay with them: 3.11 on. */
  long pickledDicts(Node node) {
    boolean made = node.kind("object") && version.atLeast(CPythonVersion.V3_11);
    return node.parts.stream().mapToLong(this::pickledDicts).sum() + (made ? 1 : 0);
  }

  /** json's C encoder makes a list of a dict's items, a tuple each: 3.6 to 3.11 Modules/_json.c. */
  boolean jsonListsItems() {
    return jsonTakesDictItems() && version != CPythonVersion.V2_7;
  }
}
