package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
import io.forkscope.models.lua.LuaPopulation.Loan;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes elements and tables the way {@code d[i] = value} in a loop does. */
final class LuaBuilder {

  private final ProcessMemory memory;
  private final GlibcHeap heap;
  private final LuaStringTable strings;
  private final LuaCollector collector;
  private final List<LuaPopulation> populations;

  LuaBuilder(
      ProcessMemory memory,
      GlibcHeap heap,
      LuaStringTable strings,
      LuaCollector collector,
      List<LuaPopulation> populations) {
    this.memory = memory;
    this.heap = heap;
    this.strings = strings;
    this.collector = collector;
    this.populations = populations;
  }

  /** Builds a population of the scenario. */
  void build(Population plan) {
    LuaPopulation population = table(plan.name(), plan.holder(), plan.of(), plan.count());
    if (plan.keepEvery() > 1) {
      thin(population, plan.keepEvery());
    }
  }

  /** Makes a table of {@code count} elements. */
  LuaPopulation table(String name, String holder, Value of, long count) {
    LuaPopulation population = new LuaPopulation(name, holder, of, false, collector.created());
    population.header = heap.allocate(LuaSizes.TABLE_BYTES);
    memory.sink(LuaCauses.ALLOCATION).write(population.header, LuaSizes.TABLE_BYTES);
    collector.account(LuaSizes.TABLE_BYTES);
    collector.check();
    populations.add(population);
    fill(population, count);
    return population;
  }

  /** Makes elements that nothing keeps. */
  void fleeting(Value of, long count) {
    LuaPopulation garbage = new LuaPopulation("", "list", of, true, collector.created());
    populations.add(garbage);
    fill(garbage, count);
  }

  private void fill(LuaPopulation population, long count) {
    while (population.made < count) {
      int digits = population.digits(population.made);
      long batch = batch(population, digits, count);
      if (batch > 0) {
        take(population, digits, batch);
      } else {
        batch = 1;
        takeOne(population, digits);
      }
      if (!population.fleeting) {
        hold(population, batch); // tables grow without luaC_checkGC
      }
    }
  }

  /** How many elements are alike: only the last grows a table, none starts the collector. */
  private long batch(LuaPopulation population, int digits, long count) {
    long end = Math.min(count, population.digitsEnd(population.made));
    if (!population.fleeting && population.made <= population.capacity) {
      end = Math.min(end, population.capacity + 1);
    }
    long bytes = 0;
    long interned = 0;
    for (LuaNode.Role role : population.roles) {
      end = Math.min(end, alikeUntil(population, role));
      if (loan(population, role) != null) {
        continue;
      }
      bytes += role.size().bytes(digits);
      interned += role.interned(digits) ? 1 : 0;
    }
    long batch = end - population.made;
    if (interned > 0) {
      if (strings.room() < interned) {
        collector.account(strings.grow(populations));
      }
      batch = Math.min(batch, Math.max(1, strings.room() / interned));
    }
    if (bytes == 0) {
      if (!population.roles.isEmpty()) {
        collector.check();
      }
      return batch;
    }
    return Math.min(batch, collector.untilStep() / bytes);
  }

  /**
   * An earlier population's strings, one of which is that of the next element too: internshrstr.
   */
  private @Nullable Loan loan(LuaPopulation population, LuaNode.Role role) {
    return loans(population, role)
        .filter(loan -> loan.has(population.made))
        .findFirst()
        .orElse(null);
  }

  /** Up to which element the next ones are alike in what they borrow. */
  private long alikeUntil(LuaPopulation population, LuaNode.Role role) {
    return loans(population, role)
        .mapToLong(loan -> loan.alikeUntil(population.made))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private Stream<Loan> loans(LuaPopulation population, LuaNode.Role role) {
    if (!role.isUnique()) {
      return Stream.empty();
    }
    return populations.stream()
        .filter(other -> other != population)
        .map(other -> other.lends(role, population.fleeting))
        .filter(Objects::nonNull)
        .filter(loan -> population.canBorrow(role, loan));
  }

  private void take(LuaPopulation population, int digits, long count) {
    if (population.roles.stream().anyMatch(LuaNode.Role::holdsBuffer)) {
      for (long i = 0; i < count; i++) {
        takeOne(population, digits);
      }
      return;
    }
    long[] sizes = new long[population.roles.size()];
    long bytes = 0;
    for (int role = 0; role < sizes.length; role++) {
      LuaNode.Role kind = population.roles.get(role);
      Loan loan = loan(population, kind);
      if (loan != null) {
        borrow(population, role, loan, count);
        continue;
      }
      sizes[role] = kind.size().bytes(digits);
      bytes += sizes[role];
      if (kind.interned(digits)) {
        strings.enter(count);
      }
    }
    heap.allocateEach(sizes, count, population.blocks);
    WriteSink sink = memory.sink(LuaCauses.ALLOCATION);
    for (int role = 0; role < sizes.length; role++) {
      BlockRuns blocks = population.blocks[role];
      if (sizes[role] == 0) {
        continue;
      }
      blocks.write(sink, blocks.count() - count, blocks.count(), Math.toIntExact(sizes[role]));
    }
    collector.account(bytes * count);
    collector.elementsCreated(count);
    population.made += count;
  }

  private static void borrow(LuaPopulation population, int role, Loan loan, long count) {
    long first = population.made / loan.every();
    loan.blocks().forEachRun(first, first + count, population.blocks[role]::add);
    population.borrowed[role] = new LuaPopulation.Borrowed(loan.every(), population.made + count);
  }

  /** Takes one element's blocks one by one, and lets the collector step between them. */
  private void takeOne(LuaPopulation population, int digits) {
    long buffer = 0;
    int bufferBytes = 0;
    for (int role = 0; role < population.blocks.length; role++) {
      LuaNode.Role kind = population.roles.get(role);
      Loan loan = loan(population, kind);
      if (loan != null) {
        borrow(population, role, loan, 1);
      } else {
        takeBlock(population, role, digits);
      }
      if (isChecked(population, role)) {
        collector.check();
      }
      if (buffer != 0) {
        heap.free(buffer, bufferBytes);
        buffer = 0;
      }
      if (kind.holdsBuffer()) {
        // the buffer of a long text is taken before the text and freed after it
        int text = population.roles.get(role + 1).shortest().bytes(digits);
        bufferBytes = LuaSizes.bufferBytes(text);
        buffer = heap.allocate(bufferBytes);
        memory.sink(LuaCauses.ALLOCATION).writeRange(buffer, text);
      }
    }
    collector.elementsCreated(1);
    population.made++;
  }

  /** Whether the collector is asked after a block: not between a table and its array. */
  private static boolean isChecked(LuaPopulation population, int role) {
    if (population.roles.get(role).late()) {
      return false;
    }
    if (role + 1 == population.blocks.length) {
      return true;
    }
    LuaNode.Role next = population.roles.get(role + 1);
    return next.late() || !next.completes();
  }

  private void takeBlock(LuaPopulation population, int role, int digits) {
    LuaNode.Role kind = population.roles.get(role);
    int bytes = kind.size().bytes(digits);
    if (kind.interned(digits)) {
      strings.enter(1);
    }
    long block = heap.allocate(bytes);
    memory.sink(LuaCauses.ALLOCATION).writeRange(block, bytes);
    if (kind.holdsBuffer()) {
      collector.boxes().created(block);
    } else {
      population.blocks[role].add(block, 0, 1);
    }
    collector.account(bytes);
  }

  /** Puts the newest elements into the table, which the last of them may find full. */
  private void hold(LuaPopulation population, long count) {
    if (population.made > population.capacity) {
      grow(population);
    }
    if (!population.isMap) {
      memory
          .sink(LuaCauses.ALLOCATION)
          .writeRange(
              population.table + LuaSizes.SLOT_BYTES * population.count,
              LuaSizes.SLOT_BYTES * count);
    }
    population.count = population.made;
  }

  /** luaH_resize: an array is reallocated, a hash is taken anew; both are written whole. */
  private void grow(LuaPopulation population) {
    long old = population.tableBytes(population.capacity);
    long slots = Math.max(1, 2 * population.capacity);
    long bytes = population.tableBytes(slots);
    WriteSink sink = memory.sink(LuaCauses.ALLOCATION);
    if (population.capacity == 0) {
      population.table = heap.allocate(bytes);
    } else if (population.isMap) {
      long table = heap.allocate(bytes);
      sink.writeRange(table, bytes);
      heap.free(population.table, old);
      population.table = table;
    } else {
      population.table = heap.reallocate(population.table, old, bytes, old);
    }
    sink.writeRange(population.table, bytes);
    memory.sink(LuaCauses.MUTATION).write(population.header, LuaSizes.TABLE_BYTES);
    population.capacity = slots;
    population.limited = false;
    collector.account(bytes - old);
  }

  /** Copies every k-th element into a new table, drops the old one, and collects. */
  private void thin(LuaPopulation full, int every) {
    long kept = (full.count + every - 1) / every;
    long oldTable = full.table;
    long oldBytes = full.tableBytes(full.capacity);
    long oldHeader = full.header;
    long header = heap.allocate(LuaSizes.TABLE_BYTES);
    collector.account(LuaSizes.TABLE_BYTES);
    collector.check();
    full.header = header;
    full.capacity = 0;
    full.table = 0;
    while (full.capacity < kept) {
      grow(full);
    }
    full.limited = true; // t[#t + 1] = …
    if (heap.isChunkByChunk()) {
      full.condemn();
      for (long element = full.count - 1; element >= 0; element--) {
        collector.sweep().freeElement(full, element, element % every != 0);
      }
    }
    for (int role = 0; role < full.blocks.length; role++) {
      if (!full.dies(role)) {
        full.blocks[role] = thinned(full, role, every);
      }
    }
    heap.free(oldTable, oldBytes);
    heap.free(oldHeader, LuaSizes.TABLE_BYTES);
    collector.account(-oldBytes - LuaSizes.TABLE_BYTES);
    full.count = kept;
    collector.collect();
    full.made = kept;
    full.garbageFrom = kept;
    full.keepEvery = every;
  }

  /** Blocks are freed as a sweep meets them, from the newest on. */
  private BlockRuns thinned(LuaPopulation full, int role, int every) {
    BlockRuns kept = new BlockRuns();
    long[] next = {0};
    full.blocks[role].forEachRun(
        0,
        full.blocks[role].count(),
        (first, stride, count) -> {
          long start = next[0];
          next[0] += count;
          for (int residue = 0; residue < every; residue++) {
            long skip = Math.floorMod(residue - start, every);
            long members = skip < count ? (count - skip - 1) / every + 1 : 0;
            BlockRuns part = new BlockRuns();
            part.add(first + skip * stride, stride * every, members);
            if (residue == 0) {
              kept.add(first + skip * stride, stride * every, members);
            } else if (!heap.isChunkByChunk()) {
              collector.sweep().freeBlocks(part, full.roles.get(role), full.digits(start));
            }
          }
        });
    return kept;
  }
}
