package io.forkscope.models.ruby;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The interpreter's own memory: its data, stack and libraries, and the pages of the start image
 * that a fork and the first use of code write.
 */
final class RubyInterpreter {

  private static final long DATA_START = 0x7fa0_0000_0000L;
  private static final int PAGE = 4096;

  /**
   * measured: resident private pages of the start image outside brk heap and heap pages, less the
   * table of strings and the transient heap.
   */
  private static final int MAPPED_PAGES = 1155 - 65 - 1049;

  /** measured: data, bss, stack and library data of the start image. */
  private static final int DATA_PAGES = 66;

  /** measured: frames of neither heap that differ in the child right after Process.fork. */
  private static final int CHILD_FORK_PAGES = 16;

  /** measured: frames of neither heap that differ in the parent right after Process.fork. */
  private static final int PARENT_FORK_PAGES = 7;

  private static final RubyStartImage IMAGE = RubyStartImage.CRUBY_3_1;

  private final ProcessMemory memory;
  private final RubyHeap heap;
  private final long brkStart;
  private final Set<String> warmVerbs = new HashSet<>();
  private boolean warmMethods;

  /**
   * The interpreter of the start image.
   *
   * @param brkStart first byte of the brk heap
   */
  RubyInterpreter(ProcessMemory memory, RubyHeap heap, long brkStart) {
    this.memory = memory;
    this.heap = heap;
    this.brkStart = brkStart;
    long bytes = (long) (MAPPED_PAGES + DATA_PAGES) * PAGE;
    memory.map(Region.anonymous("interpreter data", RegionKind.DATA, DATA_START, bytes));
    memory.sink(RubyCauses.START).writeRange(DATA_START, bytes);
  }

  /** The same interpreter in a child. */
  RubyInterpreter(RubyInterpreter parent, ProcessMemory memory, RubyHeap heap) {
    this.memory = memory;
    this.heap = heap;
    brkStart = parent.brkStart;
    warmVerbs.addAll(parent.warmVerbs);
    warmMethods = parent.warmMethods;
  }

  /** Writes what differs right after a fork. */
  void forked(boolean isChild) {
    WriteSink sink = memory.sink(RubyCauses.FORK);
    sink.writeStrided(DATA_START, PAGE, isChild ? CHILD_FORK_PAGES : PARENT_FORK_PAGES, 8);
    write(IMAGE.forkPages, RubyCauses.FORK);
    heap.writeImagePages(IMAGE.forkSlots, sink);
  }

  /**
   * Writes what the interpreter itself writes when a verb's code runs for the first time. Where no
   * use was measured it is assumed that the verb writes what a like one, or {@code eq}, does.
   */
  void use(String verb) {
    if (!warmVerbs.add(verb)) {
      return;
    }
    Map<String, RubyStartImage.Use> uses = IMAGE.uses;
    String like =
        switch (verb) {
          case "gc", "gc4", "minor", "compact", "require", "index", "include" -> "noop";
          case "keys", "length", "map", "copy", "values" -> "each";
          case "set-attr", "set-item" -> "attr";
          default -> uses.containsKey(verb) ? verb : "eq";
        };
    write(Objects.requireNonNull(uses.get(like)), RubyCauses.INTERPRETER);
  }

  /** Writes pages of the interpreter. */
  void write(RubyStartImage.Use use, Cause cause) {
    long other = DATA_START + CHILD_FORK_PAGES * (long) PAGE;
    memory.sink(cause).writeStrided(other, PAGE, use.others(), 8);
    write(use.pages(), cause);
  }

  /** Writes ranges of pages of the start image's brk heap. */
  void write(List<int[]> ranges, Cause cause) {
    WriteSink sink = memory.sink(cause);
    for (int[] range : ranges) {
      sink.writeStrided(
          brkStart + (long) range[0] * PAGE, PAGE, range[1] - range[0] + 1L, Long.BYTES);
    }
  }

  /** Whether the program's methods were not called yet. */
  boolean coldMethods() {
    return !warmMethods;
  }

  /** Writes the inline caches in the bodies of the program's methods, called the first time. */
  void warmMethods() {
    warmMethods = true;
    write(IMAGE.methodPages, RubyCauses.INTERPRETER);
    heap.writeImagePages(IMAGE.methodSlots, memory.sink(RubyCauses.INTERPRETER));
  }
}
