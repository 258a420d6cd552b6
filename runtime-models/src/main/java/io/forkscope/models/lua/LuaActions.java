package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.TouchedIndices;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What each action of the vocabulary writes in one process. Reads write nothing. */
final class LuaActions {

  private static final Value NUMBER = new Value("int", Map.of(), List.of());

  /** A key that takes no block, as one that is there already. */
  private static final Value KEY = new Value("float", Map.of(), List.of());

  private static final Value SMALL_TABLE = new Value("table", Map.of(), List.of(NUMBER));
  private static final Value CLOSURE = new Value("closure", Map.of(), List.of());
  private static final Value TEXT = new Value("string", Map.of("format", "new-%09d"), List.of());

  private final ProcessMemory memory;
  private final GlibcHeap heap;
  private final LuaCollector collector;
  private final LuaBuilder builder;
  private final List<LuaPopulation> populations;
  private final LuaRandom random;

  /** Names of populations that are gone. */
  private final Set<String> freed = new HashSet<>();

  LuaActions(
      ProcessMemory memory,
      GlibcHeap heap,
      LuaCollector collector,
      LuaBuilder builder,
      List<LuaPopulation> populations,
      LuaRandom random) {
    this.memory = memory;
    this.heap = heap;
    this.collector = collector;
    this.builder = builder;
    this.populations = populations;
    this.random = random;
  }

  /** Takes one step. */
  void take(Step step) {
    switch (step.verb()) {
      case "nothing" -> {}
      case "collect" -> collector.collect();
      case "step" -> collector.step();
      case "stop" -> collector.stop();
      case "restart" -> collector.restart();
      case "generational" -> collector.changeMode(true);
      case "incremental" -> collector.changeMode(false);
      case "allocate" -> allocate(step);
      default -> {
        LuaPopulation target = target(step);
        if (!target.dropped && target.count > 0) {
          onTable(step, target);
        }
      }
    }
    populations.stream().filter(p -> p.freed).forEach(p -> freed.add(p.name));
    populations.removeIf(population -> population.freed);
  }

  /** What a step acts on: while it warms up, the small table of that name, made last. */
  private LuaPopulation target(Step step) {
    String name = step.target().orElse("data");
    LuaPopulation found = null;
    for (LuaPopulation population : populations) {
      boolean isNamed = population.name.equals(name) && population.header != 0;
      if (isNamed && (found == null || found.dropped || !population.dropped)) {
        found = population;
      }
    }
    if (found != null) {
      return found;
    }
    if (freed.contains(name)) {
      throw new IllegalArgumentException(
          "step " + step.verb() + " comes after population " + name + " was dropped");
    }
    throw new IllegalArgumentException(
        Nearest.refusal(
            "population", name, populations.stream().map(population -> population.name).toList()));
  }

  private void onTable(Step step, LuaPopulation d) {
    if (!d.isMap) {
      // luaH_getn keeps its last answer in the table's header
      memory.sink(LuaCauses.MUTATION).write(d.header, LuaSizes.TABLE_BYTES);
      d.limited = true;
    }
    switch (step.verb()) {
      case "count", "iterate", "iterate-pairs", "index", "length", "index-inner" -> {}
      case "lookup" -> lookup(d);
      case "read-field", "contains", "sum", "max", "find", "call" -> {}
      case "sample" -> sample(step, d);
      case "as-key" -> hash(d);
      case "assign" -> writeSlots(d, d.hasKeys ? 1 : Long.parseLong(step.argument("stride", "1")));
      case "clear" -> clear(d);
      case "sort" -> writeSlots(d, 1);
      case "write-field" -> writeFields(d);
      case "copy", "keys", "values", "map-length" ->
          copy(d, step.verb().equals("copy") && d.isMap ? "map" : "list");
      case "upper", "append", "tostring" -> texts(step.verb(), d);
      case "concat" -> concat(d);
      case "drop" -> {
        d.dropped = true;
        collector.collect();
      }
      default ->
          throw new IllegalArgumentException(
              Nearest.refusal("action", step.verb(), LuaVocabulary.actionNames()));
    }
  }

  private void sample(Step step, LuaPopulation d) {
    boolean writes = step.argument("touch", "read").equals("write");
    WriteSink sink = memory.sink(LuaCauses.MUTATION);
    TouchedIndices.forEach(
        step,
        d.count,
        random,
        index -> {
          if (writes && !d.isMap) {
            sink.write(d.table + LuaSizes.SLOT_BYTES * index, LuaSizes.SLOT_BYTES);
          }
        });
  }

  private void hash(LuaPopulation d) {
    if (d.isMap || d.hashed || d.value.layout != LuaNode.Layout.STRING) {
      return;
    }
    d.hashed = true;
    if (d.value.textBytes(d.digits(d.count - 1)) > LuaSizes.LONGEST_SHORT) {
      d.blocks[d.value.header].write(memory.sink(LuaCauses.STRING_HASH), 16);
    }
  }

  /** Makes each key anew; a short one that the table holds is found in the string table instead. */
  private void lookup(LuaPopulation d) {
    if (d.key != null) {
      builder.fleeting(d.key.value, d.count * d.keepEvery);
    }
  }

  private void writeSlots(LuaPopulation d, long stride) {
    WriteSink sink = memory.sink(LuaCauses.MUTATION);
    if (d.isMap) {
      d.touchNodes(sink);
    } else {
      long slots = (d.count + stride - 1) / stride;
      sink.writeStrided(d.table, LuaSizes.SLOT_BYTES * stride, slots, LuaSizes.SLOT_BYTES);
    }
  }

  /** What the slots held is garbage from now on. */
  private void clear(LuaPopulation d) {
    writeSlots(d, 1);
    LuaPopulation garbage = new LuaPopulation(d);
    garbage.emptied();
    populations.set(populations.indexOf(d), garbage);
    d.startAnew();
    populations.add(d);
  }

  private void writeFields(LuaPopulation d) {
    if (d.value.data >= 0 && !d.isMap) {
      d.blocks[d.value.data].write(memory.sink(LuaCauses.MUTATION), LuaSizes.NODE_BYTES);
    }
  }

  /** A new table that refers to what is there. */
  private void copy(LuaPopulation d, String holder) {
    Value of = holder.equals("map") ? new Value("pair", Map.of(), List.of(KEY, NUMBER)) : NUMBER;
    LuaPopulation copy = builder.table("", holder, of, d.count);
    copy.dropped = true;
  }

  /** Strings made of each element and dropped; one that is there already is found, not made. */
  private void texts(String verb, LuaPopulation d) {
    if (d.isMap) {
      return;
    }
    Value of = d.value.value;
    boolean isText = d.value.layout == LuaNode.Layout.STRING;
    if (isText && !verb.equals("tostring")) {
      IndexFormat format = LuaNode.format(of);
      int bytes = d.value.textBytes(d.digits(0));
      String text = format.before() + format.after();
      boolean upper = verb.equals("upper");
      boolean same = upper && text.equals(text.toUpperCase(Locale.ROOT));
      if (same && bytes <= LuaSizes.LONGEST_SHORT) {
        return;
      }
      String more = verb.equals("append") ? "x" : "";
      int repeat = LuaNode.repeat(of);
      int pad = repeat > 1 ? format.bytes(1) * (repeat - 1) : 0;
      builder.fleeting(
          new Value(
              "string",
              Map.of(
                  "format",
                  "k".repeat(pad) + (upper ? upper(format) : format).printf() + more,
                  "by",
                  upper ? "format" : "concat"),
              List.of()),
          d.count);
    } else if (of.kind().equals("int") || of.kind().equals("float")) {
      // a number's text is a short string
      String tail = (of.kind().equals("float") ? ".5" : "") + (verb.equals("append") ? "x" : "");
      int width = IndexFormat.digits(LuaNode.from(of));
      builder.fleeting(
          new Value("string", Map.of("format", "%0" + width + "d" + tail), List.of()), d.count);
    } else if (d.value.layout == LuaNode.Layout.LIST || d.value.layout == LuaNode.Layout.RECORD) {
      addressTexts("table: 0x".length(), d.count);
    } else if (d.value.layout == LuaNode.Layout.CLOSURE) {
      addressTexts("function: 0x".length(), d.count);
    }
  }

  private static IndexFormat upper(IndexFormat format) {
    return new IndexFormat(
        format.before().toUpperCase(Locale.ROOT),
        format.width(),
        format.after().toUpperCase(Locale.ROOT));
  }

  /** luaL_tolstring of an object: its type and twelve digits of its address. */
  private void addressTexts(int before, long count) {
    int width = before + 12;
    builder.fleeting(new Value("string", Map.of("format", "%0" + width + "d"), List.of()), count);
  }

  /** A buffer that doubles, then the string. Source: lauxlib.c, newbuffsize, resizebox. */
  private void concat(LuaPopulation d) {
    long bytes = d.count - 1;
    for (long at = 0; at < d.count; at = d.digitsEnd(at)) {
      bytes += d.value.textBytes(d.digits(at)) * (Math.min(d.count, d.digitsEnd(at)) - at);
    }
    WriteSink sink = memory.sink(LuaCauses.ALLOCATION);
    if (bytes > LuaSizes.C_BUFFER_BYTES) {
      long held = 2 * LuaSizes.C_BUFFER_BYTES;
      long at = heap.allocate(held);
      sink.writeRange(at, held);
      while (held < bytes) {
        long grown = 2 * held;
        at = heap.reallocate(at, held, grown, held);
        sink.writeRange(at + held, Math.min(grown, bytes) - held + 1);
        held = grown;
      }
      long text = heap.allocate(LuaSizes.stringBytes(Math.toIntExact(bytes)));
      sink.writeRange(text, LuaSizes.stringBytes(Math.toIntExact(bytes)));
      heap.free(at, held);
      collector.lose(text, LuaSizes.stringBytes(Math.toIntExact(bytes)));
    }
  }

  private void allocate(Step step) {
    long count = Long.parseLong(step.argument("count", "200000"));
    Value of =
        switch (step.argument("of", "table")) {
          case "string" -> TEXT;
          case "closure" -> CLOSURE;
          default -> SMALL_TABLE;
        };
    if (step.argument("keep", "no").equals("yes")) {
      builder.table("", "list", of, count);
    } else {
      builder.fleeting(of, count);
    }
  }
}
