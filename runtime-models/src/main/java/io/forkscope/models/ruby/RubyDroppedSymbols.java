package io.forkscope.models.ruby;

import java.util.BitSet;

/**
 * Symbols that die: a sweep takes them out of the tables of symbols, one of which had kept their
 * strings, so that these die with the next marking and leave the table of strings then. Source:
 * CRuby 3.1.2 symbol.c ({@code rb_gc_free_dsymbol}), gc.c ({@code obj_free}).
 */
final class RubyDroppedSymbols {

  private final RubyHeap heap;
  private final RubyPopulation population;

  /** Elements, in order of creation, that are alive with their symbols, and whose strings are. */
  private final BitSet symbols = new BitSet();

  private final BitSet strings = new BitSet();

  /** Looks where the symbols of a population and their strings are. */
  RubyDroppedSymbols(RubyHeap heap, RubyPopulation population) {
    this.heap = heap;
    this.population = population;
    for (RubyHeapPage page : heap.pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        if (slots[i] != 0 && RubySlots.owner(slots[i]) == population.owner) {
          int element = page.element(i);
          (element > 0 ? symbols : strings).set(Math.abs(element));
        }
      }
    }
  }

  /** Takes what has died since the last time out of the tables, and lets go of the strings. */
  void takeOut(RubyProcess process) {
    BitSet noString = new BitSet();
    noString.set(population.shared + 1, Math.toIntExact(population.plan.count()) + 1);
    noString.andNot(strings);
    noString.andNot(population.stringsTaken);
    noString.stream().forEach(i -> process.interned().takeStrings(process, population, i - 1L));
    population.stringsTaken.or(noString);

    BitSet noSymbol = new BitSet();
    noSymbol.or(strings);
    noSymbol.andNot(symbols);
    noSymbol.andNot(population.symbolsTaken);
    noSymbol.stream().forEach(i -> process.interned().takeSymbols(process, population, i - 1L));
    population.symbolsTaken.or(noSymbol);
    for (RubyHeapPage page : heap.pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        if (slots[i] != 0
            && RubySlots.owner(slots[i]) == population.owner
            && noSymbol.get(Math.max(0, -page.element(i)))) {
          slots = page.own();
          slots[i] |= (byte) RubySlots.DROPPED; // a sweep under way spares it
          page.settled = false;
        }
      }
    }
  }
}
