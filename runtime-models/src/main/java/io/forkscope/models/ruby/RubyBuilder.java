package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Builds the populations of a scenario: holders, elements and the blocks that they hold. */
final class RubyBuilder {
  /** Actions for which one slot of an element differs from the others. */
  private static final Set<String> TRACKING =
      Set.of("sample", "delete", "freeze", "oid", "set-attr", "set-item");

  /**
   * The population whose global variable makes the table of them grow, and bytes it then takes.
   * Measured: a backtrace of calloc. Source: CRuby 3.1.2 variable.c ({@code rb_global_entry}),
   * id_table.c ({@code hash_table_extend}): from 64 to 128 items. The block that it gives back goes
   * to the tcache.
   */
  private static final int LAST_GLOBAL = 2;

  private static final int GLOBALS_BYTES = 128 * 16;

  private final RubyProcess process;
  private final RubyHeap heap;
  private final RubyCollector collector;
  private final List<RubyPopulation> populations;

  private final Scenario plan;

  /** Whether some action needs to know where each element lies. */
  private final boolean tracks;

  /**
   * A builder.
   *
   * @param plan of which it builds the populations
   * @param populations takes each population before its first element is made
   * @param moves whether each element is moved afterwards
   */
  RubyBuilder(RubyProcess process, Scenario plan, List<RubyPopulation> populations, boolean moves) {
    this.process = process;
    this.heap = process.heap();
    this.collector = process.collector();
    this.populations = populations;
    this.plan = plan;
    this.tracks = moves || tracks(plan);
  }

  private static boolean tracks(Scenario plan) {
    return dropsElements(plan)
        || steps(plan).anyMatch(s -> TRACKING.contains(s.verb()))
        || writesParts(plan);
  }

  /** Whether an action walks hashes within elements or scans strings, and writes these alone. */
  private static boolean writesParts(Scenario plan) {
    return steps(plan)
        .anyMatch(
            s ->
                plan.populations().stream()
                    .map(p -> RubyVisits.within(s.verb(), p.of()))
                    .anyMatch(visits -> visits.hashes() || visits.strings()));
  }

  /** Whether some elements of the scenario's populations are dropped while others stay. */
  private static boolean dropsElements(Scenario plan) {
    return plan.populations().stream().anyMatch(p -> p.keepEvery() > 1)
        || steps(plan).anyMatch(s -> s.verb().equals("delete"));
  }

  /**
   * Whether objects that are told from others have blocks in the transient heap, as tables have
   * that go before their process does.
   */
  static boolean holdsTransientBlocks(Scenario plan) {
    boolean drops =
        tellsTables(plan) || plan.preparations().stream().anyMatch(s -> s.verb().equals("warm"));
    return plan.populations().stream()
        .anyMatch(p -> RubyShape.isWide(p.of()) || (drops && p.holder().equals("array")));
  }

  /** Whether tables of small hashes have to be told apart: some go, or a compaction writes some. */
  private static boolean tellsTables(Scenario plan) {
    return dropsElements(plan)
        || (steps(plan).anyMatch(s -> s.verb().equals("compact"))
            && plan.populations().stream().anyMatch(p -> RubyShape.hasHashOfObjects(p.of())));
  }

  private static Stream<Step> steps(Scenario plan) {
    return Stream.concat(
        plan.actions().stream(), plan.preparations().stream().map(RubyVocabulary::inner));
  }

  /**
   * Builds a population.
   *
   * @param isWarming whether nothing but an action refers to it, so that it goes afterwards
   */
  RubyPopulation build(Population population, boolean isWarming) {
    boolean isHash = population.holder().equals("hash");
    RubyShape shape = RubyShape.of(population.of());
    int owner = populations.size() + 1;
    int shared = populations.stream().mapToInt(p -> p.lends(population)).max().orElse(0);
    RubyPopulation built = new RubyPopulation(population, shape, owner, shared);
    populations.add(built);
    heap.allocate(new byte[] {RubySlots.live(isWarming ? owner : 0)}, 0, 1, collector);
    final RubyHeapPage holder = heap.lastPage();
    final int holderSlot = heap.lastSlot();
    built.table = isHash ? new RubyTable(true) : null;
    if (isWarming || population.keepEvery() > 1) {
      built.holderPage = holder;
      built.holderSlot = holderSlot;
    }
    if (built.isArray() && !RubyTransientHeap.takes(built.bufferBytes())) {
      built.buffer = process.xmalloc().malloc(built.bufferBytes());
    }
    RubyShape told = isWarming || tellsTables(plan) ? shape.withBlocksForTables() : shape;
    byte[] slots = shape.slots(owner);
    built.firstSlot = heap.givenOut();
    process.interned().number(built);
    heap.track(tracks && shared == 0 ? 1 : 0);
    byte[] dead = Arrays.copyOf(slots, shape.deadSlots());
    if (built.isArray() && !shape.isImmediate()) {
      process.stack().fill(built);
    }
    int symbols = shape.symbols();
    boolean enters = told.tables() > 0 || symbols > 0 || told.internTables() > 0 || isHash;
    if (told.hasBlocks() || enters) {
      for (long i = 0; i < population.count(); i++) {
        if (i == shared) {
          heap.track(tracks ? shared + 1 : 0);
        }
        if (i < shared) {
          allocate(told, dead);
        } else {
          buildElement(told, slots, symbols);
        }
        if (built.table != null) {
          built.table.add(process);
        }
      }
    } else if (!shape.isImmediate()) {
      heap.allocate(slots, 0, slots.length * population.count(), collector);
    }

    heap.track(0);
    process.stack().filled();
    if (owner == LAST_GLOBAL && !isWarming) {
      process.xmalloc().calloc(GLOBALS_BYTES);
    }
    if (population.keepEvery() > 1) {
      if (built.buffer != 0) {
        holder.hold(holderSlot, built.buffer, built.bufferBytes());
      }
      thinOut(built, population.keepEvery());
    }
    if (population.shuffleSeed() >= 0) {
      process.stack().overwrite();
      RubyRandom random = process.randoms().dropped(population.shuffleSeed());
      built.order = random.shuffled(Math.toIntExact(built.count));
      if (built.buffer != 0) {
        process
            .memory()
            .sink(RubyCauses.MALLOC)
            .writeRange(built.buffer, 8 * Math.max(1, built.count));
      }
    }
    return built;
  }

  /** Keeps every k-th element in a new array. */
  private void thinOut(RubyPopulation built, int every) {
    heap.allocate(new byte[] {RubySlots.live(0)}, 0, 1, collector);
    long buffer = process.xmalloc().malloc(8 * Math.max(1, (built.count + every - 1) / every));
    built.thinOut(every);
    built.buffer = buffer;
    process.stack().thinnedOut(built);
  }

  /** Takes the first slots of an element, with the blocks that they hold. */
  private void allocate(RubyShape shape, byte[] slots) {
    int from = 0;
    for (int k = 0; k < slots.length; k++) {
      long bytes = shape.blocks().get(k);
      if (bytes != 0) {
        heap.allocate(slots, from, k + 1L - from, collector);
        giveBlock(bytes);
        from = k + 1;
      }
    }
    if (from < slots.length) {
      heap.allocate(slots, from, slots.length - (long) from, collector);
    }
  }

  private void buildElement(RubyShape shape, byte[] slots, int symbols) {
    allocate(shape, slots);
    if (shape.internTables() == 1) {
      process.interned().addString(process);
    }
    for (int k = 0; k < symbols; k++) {
      process.interned().addString(process);
      process.interned().addDynamicSymbol(process);
    }
    for (int t = 0; t < shape.tables(); t++) {
      if (!process.transientHeap().allocateTable(true)) {
        process.xmalloc().malloc(RubyTransientHeap.TABLE_BYTES);
      }
    }
  }

  /** Gives the slot that was given out last its block, a negative one in the transient heap. */
  private void giveBlock(long bytes) {
    long address = bytes < 0 ? process.transientHeap().allocate(-bytes) : 0;
    if (address != 0) {
      heap.lastPage().hold(heap.lastSlot(), address, -bytes);
    } else {
      process.xmalloc().mallocForLast(Math.abs(bytes));
    }
  }
}
