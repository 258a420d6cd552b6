package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.TouchedIndices;
import java.util.List;
import java.util.Map;

/** What each action of the vocabulary writes in one process. */
final class PerlActions {

  private static final Value TEXT = new Value("string", Map.of("format", "new-%09d"), List.of());

  /** Pages of pads, op targets and the C stack that any loop writes. Measured: 4 to 9. */
  private static final int LOOP_PAGES = 5;

  /** More for a sort's block: the globs of $a and $b, a frame. Measured: 4 to 15. */
  private static final int BLOCK_PAGES = 10;

  private final ProcessMemory memory;
  private final PerlStacks stacks;
  private final PerlScalars scalars;
  private final PerlBuilder builder;
  private final List<PerlPopulation> populations;
  private final PerlRandom random;
  private final PerlModules modules;
  private final PerlKeys keyTable;

  PerlActions(
      ProcessMemory memory,
      PerlStacks stacks,
      PerlScalars scalars,
      PerlBuilder builder,
      List<PerlPopulation> populations,
      PerlModules modules,
      PerlKeys keyTable,
      PerlRandom random) {
    this.memory = memory;
    this.stacks = stacks;
    this.scalars = scalars;
    this.builder = builder;
    this.populations = populations;
    this.modules = modules;
    this.keyTable = keyTable;
    this.random = random;
  }

  /** Takes one step. */
  void take(Step step) {
    interpreter();
    switch (step.verb()) {
      case "nothing", PerlModel.EXIT -> {}
      case "import" -> modules.require(step.argument("module", "Storable"), populations);
      case "allocate" -> {
        long count = (long) TouchedIndices.number(step, "count", "100000", 1e9);
        builder.build(new Population("kept", "array", TEXT, count, -1, 1));
      }
      default -> {
        PerlPopulation target = target(step);
        if (target.count > 0 && !target.emptied) {
          if (target.isMap) {
            onHash(step, target);
          } else {
            onArray(step, target);
          }
        }
      }
    }
  }

  /** The pages of the interpreter itself; half of them lie in the C heap. */
  private void interpreter() {
    WriteSink sink = memory.sink(PerlCauses.INTERPRETER);
    sink.writeRange(PerlImage.HEAP + 40L * PerlImage.PAGE, (LOOP_PAGES - 1) * PerlImage.PAGE);
    sink.write(PerlImage.DATA + 8L * PerlImage.PAGE, 8);
  }

  /** Pages that hold nothing of those above, nor of what is free. */
  private void block() {
    memory
        .sink(PerlCauses.INTERPRETER)
        .writeRange(PerlImage.HEAP + 10L * PerlImage.PAGE, BLOCK_PAGES * PerlImage.PAGE);
  }

  private PerlPopulation target(Step step) {
    String name = step.target().orElse("data");
    for (PerlPopulation population : populations) {
      if (population.name.equals(name)) {
        return population;
      }
    }
    throw new IllegalArgumentException(
        Nearest.refusal(
            "population", name, populations.stream().map(population -> population.name).toList()));
  }

  private void onArray(Step step, PerlPopulation d) {
    switch (step.verb()) {
      case "index", "count" -> {}
      case "index-inner", "read-key" -> {
        if (!d.value.parts.isEmpty()) {
          scalars.numify(d, d.value.parts.get(0));
        }
      }
      case "iterate", "pass" -> d.touchHeads(memory.sink(PerlCauses.REFCOUNT));
      case "sample" -> sample(step, d);
      case "copy-scalar" -> scalars.copyEach(d);
      case "length", "equal", "stringify", "match" -> scalars.stringify(d);
      case "number" -> scalars.numify(d);
      case "capture" -> scalars.capture(d);
      case "append" -> scalars.append(d, PerlSource.APPENDED.length());
      case "grep" -> {
        stacks.pushArguments(d.count);
        d.touchHeads(memory.sink(PerlCauses.HEAD_FLAGS));
        scalars.stringify(d);
      }
      case "map" -> {
        stacks.pushArguments(d.count);
        d.touchHeads(memory.sink(PerlCauses.HEAD_FLAGS));
        scalars.temporaries(d.count);
      }
      case "copy" -> scalars.copyArray(d);
      case "sort" -> {
        d.touchHeads(memory.sink(PerlCauses.HEAD_FLAGS));
        scalars.stringify(d);
        scalars.sort(d, d.isInOrderOfTexts());
        scalars.referenceTexts(d, 3); // once by itself, and in some n comparisons of two
        scalars.copyArray(d);
      }
      case "sort-numeric" -> {
        d.touchHeads(memory.sink(PerlCauses.HEAD_FLAGS));
        if (d.value.kind == PerlNode.Kind.STRING) {
          scalars.makeFloats(d);
        }
        scalars.sort(d, !d.shuffled);
        scalars.copyArray(d);
      }
      case "sort-block" -> {
        d.touchHeads(memory.sink(PerlCauses.HEAD_FLAGS));
        block();
        scalars.sort(d, true); // the block compares a text with each, and finds all of them greater
        scalars.makeFloats(d);
        if (d.isReference()) {
          scalars.temporaries(2 * d.count); // sv_2num makes a number of a reference each time
        }
        scalars.copyArray(d);
      }
      case "join" -> {
        stacks.pushArguments(d.count);
        scalars.stringify(d);
        scalars.join(d);
        scalars.referenceTexts(d, 2); // for its length, then for the text
      }
      case "assign" -> scalars.assignNumbers(d);
      case "write-key", "write-inner" -> writeInner(d);
      case "clear", "pop" -> scalars.clear(d);
      default -> throw unknown(step);
    }
  }

  private void onHash(Step step, PerlPopulation h) {
    switch (step.verb()) {
      case "exists", "count" -> {}
      case "lookup" -> scalars.numify(h);
      case "each" -> {
        memory.sink(PerlCauses.ITERATOR).write(h.entries.address(0), PerlSizes.ENTRY_BYTES);
        h.keys.write(memory.sink(PerlCauses.KEY_COUNT), 32);
        scalars.copyEach(h);
      }
      case "keys" -> {
        stacks.pushArguments(h.count);
        scalars.sharedKeys(h);
      }
      case "values" -> {
        stacks.pushArguments(h.count);
        h.touchHeads(memory.sink(PerlCauses.REFCOUNT));
      }
      case "assign" -> {
        stacks.pushArguments(h.count);
        scalars.assignNumbers(h);
      }
      case "clear", "delete" -> {
        scalars.clear(h);
        keyTable.forget(h.count);
      }
      default -> throw unknown(step);
    }
  }

  private static IllegalArgumentException unknown(Step step) {
    return new IllegalArgumentException(
        Nearest.refusal("action", step.verb(), PerlVocabulary.actionNames()));
  }

  private void sample(Step step, PerlPopulation d) {
    boolean copies = step.argument("touch", "read").equals("copy");
    boolean assigns = step.argument("touch", "read").equals("assign");
    long sharedFrom = d.sharedFrom();
    WriteSink counts = memory.sink(PerlCauses.COW_COUNT);
    WriteSink referents = memory.sink(PerlCauses.REFCOUNT);
    WriteSink stores = memory.sink(PerlCauses.MUTATION);
    TouchedIndices.forEach(
        step,
        d.count,
        random,
        index -> {
          if (copies && index >= sharedFrom) {
            int last = d.bufferBytes(d.digits(index)) - 1;
            counts.write(d.blockRuns[d.value.block].address(index) + last, 1);
            if (index < d.flaggedFrom) {
              stores.write(d.heads().address(index), PerlSizes.HEAD_BYTES);
            }
          } else if (copies && d.isReference()) {
            referents.write(d.slotRuns[d.value.referent].address(index), PerlSizes.HEAD_BYTES);
          } else if (assigns) {
            stores.write(d.heads().address(index), PerlSizes.HEAD_BYTES);
          }
        });
  }

  private void writeInner(PerlPopulation d) {
    if (!d.value.parts.isEmpty()) {
      PerlNode part = d.value.parts.get(0);
      d.slotRuns[part.head].write(memory.sink(PerlCauses.MUTATION), PerlSizes.HEAD_BYTES);
      if (part.body >= 0) {
        d.slotRuns[part.body].write(memory.sink(PerlCauses.MUTATION), PerlSizes.POINTER_BYTES);
      }
      if (part.isReference()) {
        scalars.overwrite(d, part);
      }
    }
  }
}
