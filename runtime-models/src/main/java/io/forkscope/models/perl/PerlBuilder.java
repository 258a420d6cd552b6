package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds arrays in a function that returns them, arrays in place, and hashes. */
final class PerlBuilder {

  private final ProcessMemory memory;
  private final PerlHeap heap;
  private final GlibcHeap malloc;
  private final PerlStacks stacks;
  private final PerlScalars scalars;
  private final PerlKeys keyTable;

  PerlBuilder(
      ProcessMemory memory,
      PerlHeap heap,
      PerlStacks stacks,
      PerlScalars scalars,
      PerlKeys keyTable) {
    this.memory = memory;
    this.heap = heap;
    this.malloc = heap.malloc();
    this.stacks = stacks;
    this.scalars = scalars;
    this.keyTable = keyTable;
  }

  PerlPopulation build(Population plan) {
    PerlPopulation population = elements(plan);
    if (plan.holder().equals("returned") || plan.holder().equals("extended")) {
      giveBack(population);
    } else if (population.value.isSharedWhenAssigned()) {
      population.flaggedFrom = population.shareableFrom();
    }
    return population;
  }

  /** Makes all elements; those that do not stay go to an array of their own, which is cleared. */
  private PerlPopulation elements(Population plan) {
    PerlPopulation all = new PerlPopulation(plan.name(), plan.holder(), plan.of());
    int every = plan.keepEvery();
    PerlPopulation kept =
        every == 1 ? all : PerlPopulation.firstOf(every, plan.name(), plan.holder(), plan.of());
    if (plan.holder().equals("extended") && plan.count() > 0) {
      extend(kept, kept.elementsBelow(plan.count()));
    }
    if (every == 1) {
      make(all, plan.count(), List.of(all));
      return all;
    }
    PerlPopulation others = PerlPopulation.othersOf(every, plan.name(), plan.holder(), plan.of());
    List<PerlPopulation> parts = List.of(kept, others);
    make(all, plan.count(), parts);
    parts.forEach(part -> part.takeFrom(all));
    if (all.isMap) {
      parts.forEach(part -> part.table = all.table);
      parts.forEach(part -> part.tableSlots = all.tableSlots);
    }
    scalars.clear(others);
    if (all.isMap) {
      keyTable.forget(others.count);
    }
    return kept;
  }

  /** Makes elements one after the other, and puts each of an array into the part that takes it. */
  private void make(PerlPopulation all, long count, List<PerlPopulation> parts) {
    while (all.count < count) {
      long from = all.count;
      long end = Math.min(count, all.digitsEnd(from));
      for (PerlPopulation part : parts) {
        long room = all.isMap ? keyTable.untilSplit(from) : part.made(part.tableSlots);
        end = Math.min(end, Math.max(from + 1, room));
      }
      make(all, all.digits(from), end - from);
      all.count = end;
      if (all.isMap) {
        split(all, end - from);
      } else {
        for (PerlPopulation part : parts) {
          hold(part, part.elementsBelow(from), part.elementsBelow(end));
        }
      }
    }
  }

  private void hold(PerlPopulation part, long from, long end) {
    if (end > part.tableSlots) {
      // av_extend: a fifth more than what was there, at least four
      extend(part, Math.max(4, from + part.tableSlots / 5 + 1));
    }
    writePointers(part.table, from, end - from);
  }

  private void make(PerlPopulation population, int digits, long count) {
    List<PerlHeap.Slot> slots = new ArrayList<>(population.slots);
    List<BlockRuns> runs = new ArrayList<>(Arrays.asList(population.slotRuns));
    int blocks = population.blockSizes.size();
    long[] bytes = new long[population.isMap ? blocks + 1 : blocks];
    BlockRuns[] into = Arrays.copyOf(population.blockRuns, bytes.length);
    for (int i = 0; i < blocks; i++) {
      bytes[i] = population.blockSizes.get(i).bytes(digits);
    }
    if (population.isMap) {
      slots.add(PerlHeap.Slot.ENTRY);
      runs.add(population.entries);
      int at = population.keyBeforeText() ? 0 : blocks;
      System.arraycopy(bytes, at, bytes, at + 1, blocks - at);
      System.arraycopy(into, at, into, at + 1, blocks - at);
      bytes[at] = population.keyBytes(digits);
      into[at] = population.keys;
    }
    long before = population.count;
    heap.make(count, slots, runs.toArray(BlockRuns[]::new), bytes, into);
    WriteSink sink = memory.sink(PerlCauses.ALLOCATION);
    for (int i = 0; i < bytes.length; i++) {
      into[i].write(sink, before, before + count, Math.toIntExact(bytes[i]));
    }
  }

  /** Grows an array to {@code slots} pointers; new ones are zeroed. */
  private void extend(PerlPopulation population, long slots) {
    long old = population.tableSlots * PerlSizes.POINTER_BYTES;
    long bytes = slots * PerlSizes.POINTER_BYTES;
    population.table =
        old == 0 ? malloc.allocate(bytes) : malloc.reallocate(population.table, old, bytes, old);
    memory.sink(PerlCauses.ALLOCATION).writeRange(population.table + old, bytes - old);
    population.tableSlots = slots;
  }

  private void writePointers(long table, long from, long count) {
    if (count > 0) {
      memory
          .sink(PerlCauses.ALLOCATION)
          .writeRange(table + from * PerlSizes.POINTER_BYTES, count * PerlSizes.POINTER_BYTES);
    }
  }

  /** Doubles the buckets as keys enter, in the hash and in the table of shared keys. */
  private void split(PerlPopulation population, long entered) {
    long buckets = PerlSizes.buckets(population.count, PerlSizes.LEAST_BUCKETS);
    if (buckets > population.tableSlots) {
      extend(population, buckets);
    }
    keyTable.hold(entered);
  }

  /**
   * The list is pushed, each element copied onto the stack of temporaries, the function's own array
   * cleared from its end, and the copies taken over by the caller's array: pp_leavesub,
   * leave_adjust_stacks, leave_scope (SAVEt_CLEARSV), pp_aassign.
   */
  private void giveBack(PerlPopulation population) {
    long count = population.count;
    stacks.pushArguments(count);
    stacks.pushTemporaries(0, count);
    PerlNode.Kind kind = population.value.kind;
    if (kind == PerlNode.Kind.STRING || kind == PerlNode.Kind.FLOAT) {
      stacks.pushTemporaries(count, 1); // measured: a copy that takes more than a head needs a slot
    }
    BlockRuns oldHeads = population.heads();
    BlockRuns heads = new BlockRuns();
    if (kind == PerlNode.Kind.STRING) {
      copyStrings(population, heads, oldHeads);
    } else {
      heap.of(PerlHeap.Slot.HEAD).take(count, heads);
      population.touchReferents(memory.sink(PerlCauses.REFCOUNT));
      stacks.pushTemporaries(count, 1); // the array while it is cleared: av_clear
      heap.of(PerlHeap.Slot.HEAD).free(oldHeads, 0, count, true);
    }
    population.slotRuns[population.value.head] = heads;
    stacks.pushTemporaries(count, count + 1);
    // the function keeps its array's block; the caller's array gets one of its own
    population.tableSlots = 0;
    if (count > 0) {
      extend(population, count);
      writePointers(population.table, 0, count);
    }
  }

  private void copyStrings(PerlPopulation population, BlockRuns heads, BlockRuns oldHeads) {
    long count = population.count;
    PerlNode node = population.value;
    BlockRuns bodies = new BlockRuns();
    BlockRuns[] buffers = {new BlockRuns()};
    BlockRuns old = population.blockRuns[node.block];
    long sharedFrom = Math.min(count, population.shareableFrom());
    for (long from = 0; from < count; ) {
      long to = Math.min(count, population.digitsEnd(from));
      boolean shares = from >= sharedFrom;
      heap.make(
          to - from,
          List.of(PerlHeap.Slot.HEAD, PerlHeap.Slot.PV),
          new BlockRuns[] {heads, bodies},
          shares ? new long[0] : new long[] {node.bufferBytes(population.digits(from))},
          shares ? new BlockRuns[0] : buffers);
      from = to;
    }
    heap.of(PerlHeap.Slot.PV).free(population.slotRuns[node.body], 0, count, true);
    heap.of(PerlHeap.Slot.HEAD).free(oldHeads, 0, count, true);
    population.slotRuns[node.body] = bodies;
    buffers[0].write(memory.sink(PerlCauses.ALLOCATION), PerlSizes.LEAST_BUCKETS);
    scalars.freeEach(population, old, sharedFrom, node::bufferBytes);
    old.forEachRun(sharedFrom, count, buffers[0]::add);
    population.blockRuns[node.block] = buffers[0];
    population.flaggedFrom = population.shareableFrom();
  }
}
