package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.GlibcArena;

/**
 * The tables in which the VM holds each text once: deduplicated strings, symbols, and the strings
 * of symbols made while the program runs. Source: CRuby 3.1.2 vm_core.h ({@code
 * rb_vm_t.fstring_table}), symbol.c ({@code global_symbols}).
 */
final class RubyInterned {

  /**
   * The tables in the start image. measured: calls of malloc and free, traced while strings and
   * symbols were added one by one, say when each table grows and which blocks it gives back.
   */
  private static final long STRINGS = 11_002;

  private static final long STRINGS_DELETED = 378;
  private static final long STRING_BINS = 0xda70;
  private static final long SYMBOLS = 6559;
  private static final long SYMBOL_BINS = 0x3eac30;
  private static final long SYMBOL_ENTRIES = 0x3f2c40;
  private static final long DYNAMIC_SYMBOLS = 24;

  /** measured by object_id of a new symbol: the last id given before the program's own names. */
  private static final long LAST_ID = 6633;

  /** {@code ID_ENTRY_UNIT}: ids whose strings and symbols one array holds. */
  private static final int IDS = 512;

  /** {@code ID_ENTRY_SIZE} references. */
  private static final int ID_BYTES = 2 * Long.BYTES;

  /** {@code rb_vm_t.fstring_table}. */
  private final RubyTable strings;

  /** {@code global_symbols.str_sym}. */
  private final RubyTable symbols;

  /** {@code dsymbol_fstr_hash}. */
  private final RubyTable symbolStrings;

  /** {@code global_symbols.last_id}. */
  private long ids;

  private int types;

  /** The array of the last ones; 0 if it is the start image's. */
  private long idBlock;

  /**
   * The tables of the start image.
   *
   * @param brkStart where its C heap begins
   * @param names of the program beside those of the start image
   */
  RubyInterned(GlibcArena brk, long brkStart, int names, WriteSink start) {
    ids = LAST_ID + names;
    long entries = brk.loadMapping(RubyTable.entryBytes(RubyTable.capacity(STRINGS)), start);
    start.writeRange(entries, RubyTable.entryBytes(STRINGS));
    strings = new RubyTable(STRINGS, STRINGS_DELETED, entries, brkStart + STRING_BINS);
    symbols = new RubyTable(SYMBOLS, 0, brkStart + SYMBOL_ENTRIES, brkStart + SYMBOL_BINS);
    symbolStrings = new RubyTable(true, DYNAMIC_SYMBOLS);
  }

  private RubyInterned(RubyInterned other) {
    strings = other.strings.copy();
    symbols = other.symbols.copy();
    symbolStrings = other.symbolStrings.copy();
    ids = other.ids;
    idBlock = other.idBlock;
    types = other.types;
  }

  RubyInterned copy() {
    return new RubyInterned(this);
  }

  /** Adds a deduplicated string. */
  void addString(RubyProcess process) {
    strings.add(process);
  }

  /** Adds a symbol of a library's text, whose arrays of ids are among the library's blocks. */
  void addSymbol(RubyProcess process) {
    symbols.add(process);
    ids++;
  }

  /** Adds a symbol that is made from a string, and that string. */
  void addDynamicSymbol(RubyProcess process) {
    symbols.add(process);
    symbolStrings.add(process);
  }

  /**
   * Gives an id to an element that is a symbol, which lives for ever from then on: its string
   * leaves the table of those that die. Source: CRuby 3.1.2 symbol.c ({@code rb_sym2id}, {@code
   * set_id_entry}).
   */
  void giveId(RubyProcess process, RubyPopulation population, long element) {
    symbolStrings.delete(process, population.firstDynamicSymbol + element);
    giveId(process);
  }

  /** Adds names of types, which the result of a compaction refers to, up to so many. */
  void addTypes(RubyProcess process, int upTo) {
    for (; types < upTo; types++) {
      symbols.add(process);
      giveId(process);
    }
  }

  private void giveId(RubyProcess process) {
    ids++;
    if (ids % IDS == 0) {
      process.heap().allocate(new byte[] {RubySlots.live(0)}, 0, 1, process.collector());
      idBlock = process.xmalloc().take((long) IDS * ID_BYTES, true);
    }
    if (idBlock != 0) {
      WriteSink sink = process.memory().sink(RubyCauses.MALLOC);
      sink.write(idBlock + ids % IDS * ID_BYTES, ID_BYTES);
    }
  }

  /** How many strings of symbols there are that were made while the program runs. */
  long symbolStrings() {
    return symbolStrings.held();
  }

  /** Tells a population where its strings and symbols come in the tables. */
  void number(RubyPopulation population) {
    population.firstString = strings.added() - population.shared;
    population.firstSymbol = symbols.added() - population.shared;
    population.firstDynamicSymbol = symbolStrings.added() - population.shared;
  }

  /** Takes the strings of an element's symbols out. */
  void takeStrings(RubyProcess process, RubyPopulation population, long element) {
    int each = population.shape.symbols();
    for (long i = element * each; i < (element + 1) * each; i++) {
      strings.delete(process, population.firstString + i);
    }
  }

  /** Takes an element's symbols out. */
  void takeSymbols(RubyProcess process, RubyPopulation population, long element) {
    int each = population.shape.symbols();
    for (long i = element * each; i < (element + 1) * each; i++) {
      symbols.delete(process, population.firstSymbol + i);
      symbolStrings.delete(process, population.firstDynamicSymbol + i);
    }
  }

  /** Writes the newest entries of what a population's elements stand in: strings, or all. */
  void writeNewest(int tables, long count, WriteSink sink) {
    if (tables > 0) {
      strings.writeNewest(count, sink);
    }
    if (tables > 1) {
      symbolStrings.writeNewest(count, sink);
      symbols.writeNewest(count, sink);
    }
  }
}
