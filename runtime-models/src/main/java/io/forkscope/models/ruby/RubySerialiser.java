package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;

/**
 * JSON.generate and Marshal.dump of a population. JSON fills a buffer of its own and copies it into
 * a string; Marshal fills the string itself, and remembers every object, and every symbol, in
 * tables on the way. What either makes for each element lies with {@link RubyGarbage}. Source:
 * CRuby 3.1.2 ext/json/generator/generator.c ({@code fbuffer_to_s}), marshal.c ({@code w_object},
 * {@code w_symbol}, {@code clear_dump_arg}).
 */
final class RubySerialiser {

  /** {@code FBUFFER_INITIAL_LENGTH_DEFAULT}. */
  private static final int JSON_BYTES = 1024;

  /** An embedded string of 23 bytes and a terminator, doubled. */
  private static final int STRING_BYTES = 48;

  /** {@code sizeof(struct dump_arg)}. */
  private static final int ARGUMENT_BYTES = 48;

  private final RubyProcess process;

  RubySerialiser(RubyProcess process) {
    this.process = process;
  }

  /** {@code JSON.generate(d).size}. */
  void json(RubyPopulation on) {
    RubyBuffer text = new RubyBuffer(process, JSON_BYTES);
    RubyGarbage garbage = RubyGarbage.of("json", on);
    boolean givesIds = on.table != null && on.isSymbol() && !on.idsOfSymbolsGiven;
    on.idsOfSymbolsGiven |= givesIds;
    text.append(1);
    for (long i = 0; i < on.count; i++) {
      if (givesIds) { // json_object_i: SYM2ID of a key
        process.interned().giveId(process, on, i);
      }
      garbage.make(process, on.created(i));
      text.append(RubyTexts.json(on.plan.of(), on.created(i)) + 1);
    }
    process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, 1, process.collector());
    process.xmalloc().mallocForLast(text.written() + 1);
    process.xmalloc().free(text.block(), text.capacity());
  }

  /** {@code Marshal.dump(d).size}. */
  void marshal(RubyPopulation on) {
    Value value = on.plan.of();
    process.xmalloc().calloc(ARGUMENT_BYTES); // its object goes in a later collection
    RubyTable symbols = RubyTable.withEntries(process);
    RubyTable seen = RubyTable.withEntries(process);
    RubyGarbage garbage = RubyGarbage.of("marshal", on);
    int objects = RubyTexts.marshalled(value);
    int symbolsEach = on.shape.symbols();
    RubyBuffer text = new RubyBuffer(process, STRING_BYTES);
    process.heap().forget(true);
    for (long i = 0; i < on.count; i++) {
      for (int k = 0; k < objects; k++) {
        seen.add(process);
      }
      for (int k = 0; k < symbolsEach; k++) {
        symbols.add(process);
      }
      garbage.make(process, on.created(i));
      text.append(RubyTexts.marshal(value, on.created(i)));
    }
    process.heap().forget(false);
    process.heap().allocate(new byte[] {RubySlots.doomed()}, 0, 1, process.collector());
    process.heap().lastPage().hold(process.heap().lastSlot(), text.block(), text.capacity());
    symbols.free(process);
    seen.free(process);
  }
}
