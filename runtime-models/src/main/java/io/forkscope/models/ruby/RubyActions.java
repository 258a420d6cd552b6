package io.forkscope.models.ruby;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Step;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each verb writes, by the kind of the elements. Slots and malloc bytes per element were
 * measured with ObjectSpace.count_objects and GC.stat(:malloc_increase_bytes), the collector off.
 */
final class RubyActions {

  /** The methods that the call verb calls. */
  private static final int METHODS = 3000;

  /** {@code RARRAY_EMBED_LEN_MAX} and {@code ARY_DEFAULT_SIZE}. */
  private static final int EMBEDDED_ELEMENTS = 3;

  private static final int ARRAY_ELEMENTS = 16;

  /** {@code sizeof(struct rb_class_cc_entries)}: CRuby 3.1.2 vm_callinfo.h. */
  private static final int CALL_CACHE_BYTES = 24;

  private final RubyProcess process;

  RubyActions(RubyProcess process) {
    this.process = process;
  }

  /** Takes one action on a population. */
  void take(Step step, RubyPopulation on) {
    String verb = step.verb();
    process.call(RubyVerbs.code(step));
    process.interpreter().use(verb);
    RubyCollector collector = process.collector();
    switch (verb) {
      case "noop", "index", "max", "min", "values" -> {}
      case "gc" -> collect(RubyVerbs.count(step, "count", 1));
      case "gc4" -> collect(4);
      case "minor" -> collector.collect(false);
      case "compact" -> process.compact();
      case "alloc" -> allocate(RubyVerbs.count(step, "count", RubyVerbs.ALLOC_COUNT), step);
      case "call" -> call();
      case "map" -> map(on);
      case "copy" -> copy(on);
      case "set-attr", "set-item" -> writeFirstParts(on);
      case "sample" -> new RubySample(process, step).take(on);
      case "require" -> process.libraries().require(RubyVerbs.library(step));
      case "delete" -> delete(on, RubyVerbs.count(step, "every", 1));
      default -> onElements(verb, on);
    }
  }

  private void collect(long times) {
    for (long i = 0; i < times; i++) {
      process.collector().collect(true);
    }
  }

  /** Two strings an iteration, of which {@code x12} may be kept. */
  private void allocate(long count, Step step) {
    if (!RubyVerbs.keeps(step)) {
      byte[] pair = {RubySlots.doomed(), RubySlots.doomed()};
      process.heap().allocate(pair, 0, 2 * count, process.collector());
      return;
    }
    process.heap().allocate(new byte[] {RubySlots.live(0)}, 0, 1, process.collector());
    process.xmalloc().mallocForLast(8 * count);
    byte[] pair = {RubySlots.doomed(), RubySlots.live(RubySlots.HELD)};
    process.heap().allocate(pair, 0, 2 * count, process.collector());
    process.heap().letGo(RubySlots.live(0));
  }

  /** An array of what the block gave, dead at once. */
  private void map(RubyPopulation on) {
    process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, 1, process.collector());
    process.xmalloc().mallocForLast(8 * Math.max(1, on.count));
  }

  /**
   * A copy of the holder that is dead at once. One of an array shares its buffer, for which the
   * first makes a hidden array that owns it. Source: CRuby 3.1.2 array.c ({@code rb_ary_replace},
   * {@code ary_make_shared}).
   */
  private void copy(RubyPopulation on) {
    process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, 1, process.collector());
    if (on.table != null) {
      RubyTable copied = new RubyTable(true);
      copied.fill(process, on.count);
    } else if (!on.bufferShared) {
      on.bufferShared = true;
      process.heap().allocate(new byte[] {RubySlots.live(0)}, 0, 1, process.collector());
    }
  }

  /** {@code reject!}: the array is closed up in place, and the elements are dead. */
  private void delete(RubyPopulation on, long every) {
    boolean[] gone = new boolean[Math.toIntExact(on.plan.count())];
    long kept = 0;
    int[] order = new int[(int) on.count];
    for (int i = 0; i < on.count; i++) {
      if (i % every == 0) {
        gone[on.created(i)] = true;
      } else {
        order[(int) kept++] = on.created(i);
      }
    }
    if (on.bufferShared) {
      on.bufferShared = false;
      on.buffer = process.xmalloc().malloc(8 * on.count); // rb_ary_cancel_sharing
    }
    if (kept > 0 && on.buffer != 0) {
      // what is kept moves to the front: array.c, reject_bang_i
      process.memory().sink(RubyCauses.DELETE).writeRange(on.buffer, 8 * kept);
    }
    on.order = Arrays.copyOf(order, (int) kept);
    on.stride = 1;
    int lent = process.lentBy(on);
    on.doom(process.heap(), element -> gone[element] && element >= lent);
    on.count = kept;
  }

  private void onElements(String verb, RubyPopulation on) {
    String kind = on.shape.kind();
    boolean pairs = on.plan.holder().equals("hash");
    Cause header = headerCause(verb, kind, on, pairs);
    if (RubyCauses.ITERATION.equals(header)) {
      writeSome(on, on.shape.liveHashes(), RubyCauses.ITERATION);
    } else if (header != null) {
      writeHeaders(on, header);
    }
    visitParts(verb, on, pairs);
    if (verb.equals("sort")) {
      sort(on, pairs);
    }
    switch (verb) {
      case "json" -> new RubySerialiser(process).json(on);
      case "marshal" -> new RubySerialiser(process).marshal(on);
      default -> {
        if (verb.equals("dup") && !pairs && on.shape.tableBytes() > 0) {
          dupTables(on, on.shape.tableBytes());
        } else if (on.sharesBuffers(verb)) {
          shareBuffers(on);
        } else {
          RubyGarbage.of(verb, on).makeAll(process, on);
        }
      }
    }
    if (verb.equals("oid") || (verb.equals("hashv") && !pairs && kind.equals("object"))) {
      giveIds(on, pairs);
    }
  }

  private @Nullable Cause headerCause(String verb, String kind, RubyPopulation on, boolean pairs) {
    if (on.shape.isImmediate()) {
      return null;
    }
    if (pairs) {
      boolean givesIds = verb.equals("json") && on.isSymbol() && !on.idsOfSymbolsGiven;
      return givesIds ? RubyCauses.SYMBOL_ID : null;
    }
    switch (verb) {
      case "length", "ascii", "match", "hashv", "json" -> {
        if (kind.equals("str") && !on.codeRangesKnown) {
          on.codeRangesKnown = true;
          return RubyCauses.CODE_RANGE;
        }
        boolean walks = verb.equals("hashv") || verb.equals("json");
        return walks && (kind.equals("hash") || kind.equals("record"))
            ? RubyCauses.ITERATION
            : null;
      }
      case "marshal", "tosym" -> {
        return kind.equals("hash") || kind.equals("record") ? RubyCauses.ITERATION : null;
      }
      case "include" -> {
        return kind.equals("bigint") ? RubyCauses.BIGINT_LENGTH : null;
      }
      case "freeze" -> {
        boolean write = !on.frozen;
        on.frozen = true;
        return write ? RubyCauses.FREEZE : null;
      }
      default -> {
        return null;
      }
    }
  }

  /** Writes the headers of what an action comes to within the elements. */
  private void visitParts(String verb, RubyPopulation on, boolean pairs) {
    RubyVisits visits = RubyVisits.within(verb, on.plan.of());
    // the code ranges of keys are known, as the table of strings hashed them
    if (visits.strings() && !on.codeRangesKnown) {
      on.codeRangesKnown = true;
      writeSome(on, on.shape.liveStrings(), RubyCauses.CODE_RANGE);
    }
    if (visits.hashes()) {
      writeSome(on, on.shape.liveHashes(), RubyCauses.ITERATION);
    }
    if (visits.objects() > 0 && !on.idsGiven) {
      on.idsGiven = true;
      writeHeaders(on, RubyCauses.OBJECT_ID, false, !pairs);
      for (long i = 0; i < visits.objects() * on.count; i++) {
        process.objectIds().give(process);
      }
    }
  }

  /** Writes what refers to the first part of each element. */
  private void writeFirstParts(RubyPopulation on) {
    if (on.shape.isImmediate()) {
      return;
    }
    WriteSink sink = process.memory().sink(RubyCauses.ATTRIBUTE);
    for (RubyHeapPage page : process.heap().pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        int slot = slots[i];
        if (slot != 0
            && (slot & RubySlots.DOOMED) == 0
            && on.holds(page, i, slot)
            && page.element(i) >= 0) {
          page.writeFirstPart(i, sink);
        }
      }
    }
  }

  /** Writes the headers of all objects of the elements, or of the elements alone. */
  private void writeHeaders(RubyPopulation on, Cause cause) {
    boolean alone = RubyCauses.FREEZE.equals(cause) || RubyCauses.OBJECT_ID.equals(cause);
    writeHeaders(on, cause, alone, false);
  }

  /** Writes headers: of the elements alone, of their parts, or of both. */
  private void writeHeaders(RubyPopulation on, Cause cause, boolean alone, boolean parts) {
    WriteSink sink = process.memory().sink(cause);
    for (RubyHeapPage page : process.heap().pages) {
      byte[] slots = page.view();
      int from = -1;
      for (int i = 0; i < slots.length; i++) {
        int slot = slots[i];
        boolean hit =
            slot != 0
                && (slot & (RubySlots.DOOMED | RubySlots.PINNED)) == 0 // no name of a symbol
                && on.holds(page, i, slot)
                && (!alone || page.element(i) >= 0)
                && (!parts || page.element(i) <= 0);
        if (hit && from < 0) {
          from = i;
        } else if (!hit && from >= 0) {
          page.write(sink, from, i, Long.BYTES);
          from = -1;
        }
      }
      if (from >= 0) {
        page.write(sink, from, slots.length, Long.BYTES);
      }
    }
  }

  /**
   * Writes the headers of some objects of each element, told by their order. Of an element that
   * lies on two heap pages, the last objects are told by the element itself; of others as many are
   * taken as there are.
   */
  private void writeSome(RubyPopulation on, boolean[] which, Cause cause) {
    WriteSink sink = process.memory().sink(cause);
    int[] found = new int[which.length];
    int next = 0;
    for (RubyHeapPage page : process.heap().pages) {
      byte[] slots = page.view();
      int count = 0;
      for (int i = slots.length - 1; i >= 0; i--) {
        if (slots[i] == 0 || (slots[i] & RubySlots.DOOMED) != 0 || !on.holds(page, i, slots[i])) {
          continue;
        }
        if (count == which.length || (count > 0 && !page.isOfOneElement(i, found[count - 1]))) {
          next = writeSome(page, which, next, found, count, sink);
          count = 0;
        }
        found[count++] = i;
      }
      next = writeSome(page, which, next, found, count, sink);
    }
  }

  /**
   * Writes some of {@code count} objects of an element.
   *
   * @param next which object of an element the first one is, unless they are the last
   * @return which one comes next
   */
  private static int writeSome(
      RubyHeapPage page, boolean[] which, int next, int[] found, int count, WriteSink sink) {
    boolean areLast = count > 0 && page.element(found[count - 1]) > 0;
    int of = areLast ? which.length - count : next;
    for (int k = 0; k < count; k++, of++) {
      of = of == which.length ? 0 : of;
      if (which[of]) {
        page.write(sink, found[k], found[k] + 1, Long.BYTES);
      }
    }
    return of;
  }

  /**
   * The write barrier of an old object that comes to refer to a young one: a bit beside its page.
   * Source: CRuby 3.1.2 gc.c ({@code rgengc_remember}).
   */
  private void remember(RubyPopulation on) {
    WriteSink sink = process.memory().sink(RubyCauses.MARK_BITS);
    for (RubyHeapPage page : process.heap().pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        if (slots[i] != 0
            && (slots[i] & (RubySlots.DOOMED | RubySlots.AGE)) == RubySlots.OLD
            && on.holds(page, i, slots[i])) {
          page.writeStruct(sink);
          break;
        }
      }
    }
  }

  /**
   * Copies that share the buffers of long strings. The first one makes a frozen string that owns
   * the buffer from then on; a frozen string owns its buffer itself. Each copy flags the owner, as
   * it may be already. Source: CRuby 3.1.2 string.c ({@code heap_str_make_shared}, {@code
   * str_replace}, {@code STR_SET_SHARED}).
   */
  private void shareBuffers(RubyPopulation on) {
    RubyHeap heap = process.heap();
    byte[] copy = {RubySlots.doomed()};
    if (on.bufferOwners.length > 0) {
      WriteSink sink = process.memory().sink(RubyCauses.SHARE);
      for (long i = 0; i < on.count; i++) {
        sink.write(on.bufferOwners[on.created(i)], Long.BYTES);
      }
      heap.allocate(copy, 0, on.count, process.collector());
      return;
    }
    writeHeaders(on, RubyCauses.SHARE);
    if (on.frozen) {
      heap.allocate(copy, 0, on.count, process.collector());
      return;
    }
    remember(on);
    on.bufferOwners = new long[Math.toIntExact(on.plan.count())];
    byte[] ownerAndCopy = {RubySlots.live(0), RubySlots.doomed()};
    for (long i = 0; i < on.count; i++) {
      heap.allocate(ownerAndCopy, 0, 1, process.collector());
      on.bufferOwners[on.created(i)] = heap.lastPage().addressOf(heap.lastSlot());
      heap.allocate(ownerAndCopy, 1, 1, process.collector());
    }
  }

  /** Copies are dead at once, but their tables fill the transient heap meanwhile. */
  private void dupTables(RubyPopulation on, long bytes) {
    byte[] copy = {RubySlots.doomed()};
    for (long i = 0; i < on.count; i++) {
      process.heap().allocate(copy, 0, 1, process.collector());
      if (process.transientHeap().allocate(bytes) == 0) {
        process.xmalloc().mallocForLast(bytes);
      }
    }
  }

  /**
   * A sort of a copy: its buffer moves to a hidden array that shares it, ruby_qsort takes room for
   * a copy that xmalloc knows nothing of, rb_ary_modify makes another, and the copy takes its first
   * buffer back. Source: CRuby 3.1.2 array.c ({@code rb_ary_sort_bang}, {@code
   * ary_make_substitution}); glibc 2.36 stdlib/msort.c ({@code __qsort_r}).
   */
  private void sort(RubyPopulation on, boolean pairs) {
    long bytes = 8 * Math.max(1, on.count);
    WriteSink sink = process.memory().sink(RubyCauses.MALLOC);
    byte[] array = {RubySlots.live(RubySlots.HELD)};
    process.heap().allocate(array, 0, 1, process.collector());
    RubyHeapPage page = process.heap().lastPage();
    int slot = process.heap().lastSlot();
    long buffer = pairs ? toArray(on.count) : process.transientHeap().allocate(bytes);
    if (buffer == 0 || RubyTransientHeap.holds(buffer)) {
      buffer = process.xmalloc().malloc(bytes);
    }
    process.heap().allocate(array, 0, 1, process.collector());
    page.hold(slot, buffer, bytes);
    long work = process.brk().malloc(bytes, sink);
    sink.writeRange(work, bytes);
    process.brk().free(work, bytes, sink);
    if (process.transientHeap().allocate(bytes) == 0) {
      process.xmalloc().free(process.xmalloc().malloc(bytes), bytes);
    }
    process.heap().letGo(RubySlots.doomed());
  }

  /**
   * {@code Enumerable#to_a}: an array that grows by half and one, ary_double_capa, of pairs. A
   * collection meanwhile finds the pairs alive.
   *
   * @return where its buffer is
   */
  private long toArray(long count) {
    byte[] pair = {RubySlots.live(RubySlots.HELD)};
    long capacity = EMBEDDED_ELEMENTS;
    long buffer = 0;
    WriteSink sink = process.memory().sink(RubyCauses.MALLOC);
    for (long done = 0; done < count; ) {
      if (done >= capacity) {
        long larger = Math.max(capacity / 2, ARRAY_ELEMENTS) + done + 1;
        buffer = enlarge(buffer, 8 * capacity, 8 * larger);
        capacity = larger;
      }
      long until = Math.min(count, capacity);
      process.heap().allocate(pair, 0, until - done, process.collector());
      if (buffer != 0) {
        sink.writeRange(buffer + 8 * done, 8 * (until - done));
      }
      done = until;
    }
    if (buffer != 0 && capacity > count) {
      // ary_make_shared clears the rest
      sink.writeRange(buffer + 8 * count, 8 * (capacity - count));
    }
    return buffer;
  }

  /** {@code ary_resize_capa}: out of the slot, within the transient heap, out of it, by realloc. */
  private long enlarge(long buffer, long bytes, long larger) {
    if (buffer != 0 && !RubyTransientHeap.holds(buffer)) {
      return process.xmalloc().realloc(buffer, bytes, larger);
    }
    long taken = process.transientHeap().allocate(larger);
    return taken != 0 ? taken : process.xmalloc().malloc(larger);
  }

  /** Calls of 3000 methods by name: the first fill constant and call caches. */
  private void call() {
    boolean cold = process.interpreter().coldMethods();
    RubyCallTable table = new RubyCallTable();
    byte[] names = {RubySlots.doomed(), RubySlots.doomed()};
    byte[] cache = {RubySlots.live(0)};
    for (int i = 0; i < METHODS; i++) {
      process.heap().allocate(names, 0, 2, process.collector());
      if (cold) {
        process.heap().allocate(cache, 0, 1, process.collector());
        process.xmalloc().malloc(CALL_CACHE_BYTES);
        table.call("m" + i, process.xmalloc());
      }
    }
    if (cold) {
      process.interpreter().warmMethods();
    }
  }

  private void giveIds(RubyPopulation on, boolean pairs) {
    if (pairs) {
      // each pair is yielded as an array, which takes the id and dies
      byte[] pair = {RubySlots.doomedWithId()};
      for (long i = 0; i < on.count; i++) {
        process.heap().allocate(pair, 0, 1, process.collector());
        process.objectIds().give(process);
      }
      return;
    }
    if (on.shape.isImmediate() || on.idsGiven) {
      return;
    }
    on.idsGiven = true;
    boolean lent = on.shape.internTables() > 0;
    if (!lent) {
      writeHeaders(on, RubyCauses.OBJECT_ID);
    }
    WriteSink sink = process.memory().sink(RubyCauses.OBJECT_ID);
    for (long i = 0; i < on.count; i++) {
      int element = on.created(i);
      RubyPopulation maker = process.maker(on, element);
      if (maker.giveId(process, element) && lent) {
        maker.places(process.heap()).write(element, Long.BYTES, sink);
      }
    }
  }
}
