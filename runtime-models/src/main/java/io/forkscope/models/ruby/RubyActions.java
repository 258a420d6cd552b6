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

  /** measured: GC.stat(:malloc_increase_bytes) by a first call, 70 bytes. */
  private static final int CALL_CACHE_BYTES = 64;

  private final RubyProcess process;

  RubyActions(RubyProcess process) {
    this.process = process;
  }

  /** Takes one action on a population. */
  void take(Step step, RubyPopulation on) {
    String verb = step.verb();
    process.firstUse(verb, firstUsePages(verb));
    RubyCollector collector = process.collector();
    switch (verb) {
      case "noop", "index", "include", "max", "min", "values" -> {}
      case "gc" -> collect(RubyVerbs.count(step, "count", 1));
      case "gc4" -> collect(4);
      case "minor" -> collector.collect(false);
      case "compact" -> collector.compact();
      case "alloc" -> allocate(RubyVerbs.count(step, "count", RubyVerbs.ALLOC_COUNT), step);
      case "call" -> call();
      case "map", "copy" -> copy(on);
      case "sample" -> new RubySample(process, step).take(on);
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
      litter(count, 2, 0, false);
      return;
    }
    process.heap().allocate(new byte[] {RubySlots.live(0)}, 0, 1, process.collector());
    process.mallocForLast(8 * count);
    byte[] pair = {RubySlots.doomed(), RubySlots.live(0)};
    process.heap().allocate(pair, 0, 2 * count, process.collector());
  }

  /** A copy of the holder that is dead at once. */
  private void copy(RubyPopulation on) {
    process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, 1, process.collector());
    if (on.table == null) {
      process.mallocForLast(8 * Math.max(1, on.count));
    } else {
      RubyTable copied = new RubyTable(true);
      copied.fill(process, on.count);
    }
  }

  /** {@code reject!}: the array is closed up in place, and the elements are dead. */
  private void delete(RubyPopulation on, long every) {
    if (on.count > 0 && on.buffer != 0) {
      process.memory().sink(RubyCauses.DELETE).writeRange(on.buffer, 8 * on.count);
    }
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
    on.order = Arrays.copyOf(order, (int) kept);
    on.stride = 1;
    on.doom(process.heap(), element -> gone[element]);
    on.count = kept;
  }

  private void onElements(String verb, RubyPopulation on) {
    String kind = on.shape.kind();
    boolean pairs = on.plan.holder().equals("hash");
    Cause header = headerCause(verb, kind, on, pairs);
    int slots = garbageSlots(verb, kind, on, pairs);
    int bytes = garbageBlock(verb, kind, on);
    if (header != null) {
      writeHeaders(on, header);
    }
    if (verb.equals("sort")) {
      sort(on, pairs);
    }
    if (verb.equals("dup") && !pairs && on.shape.tables() > 0) {
      dupHashes(on);
    } else if (slots > 0 || bytes > 0) {
      litter(on.count, slots, bytes, verb.equals("tosym") && kind.equals("object"));
    }
    if (verb.equals("oid") || (verb.equals("hashv") && kind.equals("object"))) {
      giveIds(on, pairs);
    }
    if (verb.equals("json") || verb.equals("marshal")) {
      serialise(verb, on);
    }
  }

  private @Nullable Cause headerCause(String verb, String kind, RubyPopulation on, boolean pairs) {
    if (on.shape.isImmediate() || (pairs && !verb.equals("json"))) {
      return null;
    }
    switch (verb) {
      case "length", "ascii", "match", "hashv", "json" -> {
        if (kind.equals("str") && !on.codeRangesKnown) {
          on.codeRangesKnown = true;
          return pairs ? null : RubyCauses.CODE_RANGE;
        }
        boolean walks = verb.equals("hashv") || verb.equals("json");
        return walks && (kind.equals("hash") || kind.equals("record"))
            ? RubyCauses.ITERATION
            : null;
      }
      case "marshal", "tosym" -> {
        return kind.equals("hash") || kind.equals("record") ? RubyCauses.ITERATION : null;
      }
      case "dup" -> {
        if (kind.equals("str") && on.shape.hasBlocks() && !on.shared) {
          on.shared = true;
          return RubyCauses.SHARE;
        }
        return null;
      }
      case "set-attr" -> {
        return RubyCauses.ATTRIBUTE;
      }
      case "freeze" -> {
        boolean write = !on.frozen && !kind.equals("bigint") && !kind.equals("sym");
        on.frozen = true;
        return write ? RubyCauses.FREEZE : null;
      }
      default -> {
        return null;
      }
    }
  }

  private static int garbageSlots(String verb, String kind, RubyPopulation on, boolean pairs) {
    int pair = pairs ? 1 : 0;
    return switch (verb) {
      case "each" -> pair;
      case "eq" -> 1 + pair;
      case "length", "match", "hashv", "freeze", "oid" -> pair;
      case "sum" -> kind.equals("bigint") ? 1 : 0;
      case "substr" ->
          switch (kind) {
            case "str", "sym" -> 1;
            case "int" -> 4;
            case "bigint" -> 5;
            default -> pair;
          };
      case "toi" -> kind.equals("str") && !on.shape.hasBlocks() ? 0 : kind.equals("str") ? 1 : 0;
      case "tosym" -> pairs ? 4 : toStringSlots(kind);
      case "dup" -> pairs ? 2 : dupSlots(kind, on);
      case "lookup" -> 3;
      case "json" ->
          switch (kind) {
            case "float", "bigint", "record" -> 1;
            case "sym" -> 2;
            case "object" -> 5;
            default -> 0;
          };
      case "marshal" -> kind.equals("object") ? 1 : 0;
      default -> 0;
    };
  }

  private static int toStringSlots(String kind) {
    return switch (kind) {
      case "int", "float", "bigint", "sym" -> 1;
      case "array", "object" -> 2;
      case "hash" -> 3;
      case "record" -> 13;
      default -> 0;
    };
  }

  private static int dupSlots(String kind, RubyPopulation on) {
    return switch (kind) {
      case "str" -> !on.shape.hasBlocks() ? 1 : 2;
      case "array", "hash", "object", "record" -> 1;
      default -> 0;
    };
  }

  private static int garbageBlock(String verb, String kind, RubyPopulation on) {
    boolean longString = kind.equals("str") && on.shape.hasBlocks();
    return switch (verb) {
      case "substr" -> kind.equals("int") ? 120 : kind.equals("bigint") ? 72 : longString ? 201 : 0;
      case "toi" -> longString ? 112 : 0;
      case "tosym" -> kind.equals("object") ? 25 : kind.equals("record") ? 90 : 0;
      case "json" -> kind.equals("object") ? 90 : 0;
      default -> 0;
    };
  }

  /** Takes and drops slots and a malloc block for each of {@code count} elements. */
  private void litter(long count, int slots, int bytes, boolean formatted) {
    byte[] pattern = new byte[Math.max(1, slots)];
    Arrays.fill(pattern, RubySlots.doomed());
    if (bytes == 0) {
      process.heap().allocate(pattern, 0, count * slots, process.collector());
      return;
    }
    for (long i = 0; i < count; i++) {
      process.heap().allocate(pattern, 0, slots, process.collector());
      if (formatted) {
        process.formatForLast(bytes);
      } else {
        process.mallocForLast(bytes);
      }
    }
  }

  private void writeHeaders(RubyPopulation on, Cause cause) {
    WriteSink sink = process.memory().sink(cause);
    for (RubyHeapPage page : process.heap().pages) {
      byte[] slots = page.view();
      int from = -1;
      for (int i = 0; i < slots.length; i++) {
        int slot = slots[i];
        boolean hit =
            slot != 0 && (slot & RubySlots.DOOMED) == 0 && RubySlots.owner(slot) == on.owner;
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

  /** Copies of hashes are dead at once, but their tables fill the transient heap meanwhile. */
  private void dupHashes(RubyPopulation on) {
    byte[] copy = {RubySlots.doomed()};
    for (long i = 0; i < on.count; i++) {
      process.heap().allocate(copy, 0, 1, process.collector());
      process.transientHeap().allocate(false);
    }
  }

  private void sort(RubyPopulation on, boolean pairs) {
    long bytes = 8 * Math.max(1, on.count);
    process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, 1, process.collector());
    process.mallocForLast(bytes);
    long work = process.malloc(bytes); // ruby_qsort
    process.free(work, bytes);
    long own = process.malloc(bytes); // rb_ary_modify: the sorted buffer was shared
    process.free(own, bytes);
    if (pairs) {
      process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, on.count, process.collector());
    }
  }

  /** Calls of 3000 methods by name: the first fill constant and call caches and their tables. */
  private void call() {
    boolean cold = process.coldMethods();
    byte[] names = {RubySlots.doomed(), RubySlots.doomed()};
    byte[] cache = {RubySlots.live(0)};
    for (int i = 0; i < METHODS; i++) {
      process.heap().allocate(names, 0, 2, process.collector());
      if (cold) {
        process.heap().allocate(cache, 0, 1, process.collector());
        process.malloc(CALL_CACHE_BYTES);
      }
    }
    if (cold) {
      process.warmMethods();
    }
  }

  private void giveIds(RubyPopulation on, boolean pairs) {
    if (on.shape.isImmediate() || on.idsGiven) {
      return;
    }
    on.idsGiven = true;
    if (!pairs) {
      writeHeaders(on, RubyCauses.OBJECT_ID);
    }
    RubyTable toId = new RubyTable(false);
    RubyTable toObject = new RubyTable(false);
    for (long i = 0; i < on.count; i++) {
      toId.add(process);
      toObject.add(process);
    }
  }

  /**
   * JSON's fbuffer and Marshal's string double by realloc, which never collects; JSON then copies
   * the text, Marshal remembers every object in a table on the way.
   */
  private void serialise(String verb, RubyPopulation on) {
    boolean json = verb.equals("json");
    long total = (json ? jsonBytes(on) : marshalBytes(on)) * on.count;
    RubyTable seen = json || on.shape.isImmediate() ? null : new RubyTable(true);
    // fbuffer.h, FBUFFER_INITIAL_LENGTH_DEFAULT; string.c, an embedded string doubled
    long capacity = json ? 1024 : 48;
    long block = process.mallocQuietly(capacity);
    long step = Math.max(1, on.count / 64);
    for (long i = 0; i < on.count; i++) {
      if (seen != null) {
        seen.add(process);
      }
      if (i % step == 0 || i + 1 == on.count) {
        long written = total / Math.max(1, on.count) * (i + 1);
        while (capacity < written) {
          block = process.realloc(block, capacity, capacity * 2);
          capacity *= 2;
        }
      }
    }
    if (json) {
      process.malloc(Math.max(1, total));
    }
    process.free(block, capacity);
    if (seen != null) {
      seen.free(process);
    }
  }

  /** Bytes of JSON text per element, the comma included. */
  private static long jsonBytes(RubyPopulation on) {
    boolean pair = on.plan.holder().equals("hash");
    return switch (on.shape.kind()) {
      case "str" -> RubyValues.stringBytes(on.element()) + (pair ? 10 : 3);
      case "int" -> 7;
      case "float" -> 9;
      case "bigint" -> 23;
      case "sym" -> 15;
      case "array" -> 9;
      case "hash" -> 13;
      case "object" -> 27;
      case "record" -> 75;
      default -> 5;
    };
  }

  /** Bytes of Marshal's format per element: type, length, payload and the encoding's reference. */
  private static long marshalBytes(RubyPopulation on) {
    return switch (on.shape.kind()) {
      case "str" -> RubyValues.stringBytes(on.element()) + (!on.shape.hasBlocks() ? 7 : 10);
      case "int" -> 4;
      case "float" -> 10;
      case "bigint" -> 13;
      case "sym" -> 15;
      case "array" -> 6;
      case "hash" -> 9;
      case "object" -> 14;
      case "record" -> 85;
      default -> 2;
    };
  }

  /** measured: pages each verb writes on an empty or tiny population. */
  private static int firstUsePages(String verb) {
    return switch (verb) {
      case "noop", "gc", "gc4", "minor", "compact" -> 3;
      case "each", "index", "keys", "length" -> 5;
      case "json" -> 30;
      case "marshal" -> 25;
      default -> 10;
    };
  }
}
