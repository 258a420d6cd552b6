package io.forkscope.models.ruby;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves the objects of populations to the slots where a real run had them, as {@code tell.rb} has
 * told after the last mark, and the dead to what else was in use: the n-th heap page of the model
 * stands for the n-th of the run. As many slots are free, dead and of each age as before, and what
 * objects hold in the C heap stays where the model has put it. So do the {@code struct heap_page}:
 * told, they lay on as many pages as modelled (257 to 256, 192 to 190, 157 to 150).
 */
final class RubyToldPlacement {

  /** The column of the first slots of all heap pages, in the order of the heap. */
  private static final String PAGES = "pages";

  /** The column of the slots that were free at the end of the run's parent. */
  private static final String FREE = "free";

  /** What moves what was told, or frees it. */
  private static final List<String> LOSING = List.of("compact", "delete");

  private final ObservedAddresses told;
  private final RubyHeap heap;

  /** Number and first slot of each page of the run, by its address in pages. */
  private final Map<Long, Integer> numbers = new HashMap<>();

  private final long[] firsts;

  RubyToldPlacement(ObservedAddresses told, RubyHeap heap) {
    this.told = told;
    this.heap = heap;
    this.firsts = column(PAGES);
    for (int i = 0; i < firsts.length; i++) {
      numbers.put(firsts[i] / RubyHeapPage.BYTES, i);
    }
  }

  /**
   * Refuses scenarios whose parent, which tells in the end, has moved or freed what it tells of.
   *
   * @throws IllegalArgumentException naming the step
   */
  static void check(Scenario plan) {
    for (Step step : plan.actions()) {
      if (parentActs(plan) && LOSING.contains(step.verb())) {
        throw new IllegalArgumentException(
            "the parent, which tells in the end, has moved or freed objects by " + step.verb());
      }
    }
  }

  private static boolean parentActs(Scenario plan) {
    return plan.fork().acting() != ForkPlan.Acting.CHILDREN;
  }

  /** Moves all. */
  void place(Scenario plan, List<RubyPopulation> populations) {
    RubyExchanges exchanges = new RubyExchanges(heap.pages);
    for (int i = 0; i < plan.populations().size(); i++) {
      RubyPopulation population = populations.get(i);
      if (!population.shape.isImmediate() && population.count > 0) {
        add(population, String.valueOf(i), exchanges);
      }
    }
    exchanges.take();
    if (!parentActs(plan) && told.column(FREE) != null) {
      exchanges.takeDead(free());
    }
    heap.relist();
  }

  private void add(RubyPopulation population, String column, RubyExchanges exchanges) {
    int parts = population.shape.liveSlots();
    long[] addresses = column(column);
    if (addresses.length != parts * population.count) {
      throw new IllegalArgumentException(
          population.plan.name()
              + ": "
              + addresses.length
              + " addresses were told of "
              + parts * population.count
              + " objects (column "
              + column
              + ")");
    }
    int[] slots = slots(population, parts);
    for (int i = 0; i < addresses.length; i++) {
      int element = population.created(i / parts);
      exchanges.add(slots[element * parts + i % parts], slot(addresses[i]));
    }
    population.places = null;
  }

  /**
   * The slots of each element, by number of creation: those of its parts, and its own, in the order
   * of allocation, which goes down one page after the other.
   */
  private int[] slots(RubyPopulation population, int parts) {
    int elements = Math.toIntExact(population.plan.count());
    int[] found = new int[elements * parts];
    int[] next = new int[elements];
    int[] afterItself = new int[elements];
    for (int p = 0; p < heap.pages.size(); p++) {
      RubyHeapPage page = heap.pages.get(p);
      byte[] states = page.view();
      for (int i = states.length - 1; i >= 0; i--) {
        int element = page.element(i);
        if (element != 0
            && states[i] != 0
            && (states[i] & RubySlots.DOOMED) == 0
            && RubySlots.owner(states[i]) == population.owner) {
          int e = Math.abs(element) - 1;
          found[e * parts + next[e]++] = RubyExchanges.slot(p, i);
          if (element > 0) {
            afterItself[e] = next[e];
          }
        }
      }
    }
    int[] slots = new int[found.length];
    for (int i = 0; i < slots.length; i++) {
      int e = i / parts;
      slots[i] = found[e * parts + (i + afterItself[e]) % parts];
    }
    return slots;
  }

  private BitSet free() {
    BitSet free = new BitSet();
    for (long address : column(FREE)) {
      if (number(address) < heap.pages.size()) {
        free.set(slot(address));
      }
    }
    return free;
  }

  /** The slot that stands for one of the run; its page is added if the model has fewer. */
  private int slot(long address) {
    int number = number(address);
    while (number >= heap.pages.size()) {
      heap.addPage();
    }
    return RubyExchanges.slot(number, (int) ((address - firsts[number]) / RubySlots.BYTES));
  }

  private int number(long address) {
    Integer number = numbers.get(address / RubyHeapPage.BYTES);
    if (number == null) {
      throw new IllegalArgumentException("an object was told on no heap page that was told");
    }
    return number;
  }

  private long[] column(String name) {
    long[] addresses = told.column(name);
    return addresses == null ? new long[0] : addresses;
  }
}
