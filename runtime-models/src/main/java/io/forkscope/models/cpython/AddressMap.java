package io.forkscope.models.cpython;

/**
 * Where the parts of a modelled process lie. The addresses are of the shape that Linux gives on
 * x86-64; only their page offsets mean anything.
 */
final class AddressMap {

  /** Writable data and bss of the interpreter. */
  static final long INTERPRETER_DATA = 0x5555_5560_0000L;

  /** The brk heap as the interpreter has it when the program starts. */
  static final long INTERPRETER_HEAP = 0x5555_5600_0000L;

  /** The brk heap after the interpreter's own chunks. */
  static final long HEAP = 0x5555_5800_0000L;

  static final long HEAP_END = HEAP + (256L << 30);

  /** Arenas that hold the program's objects. */
  static final long ARENAS = 0x6000_0000_0000L;

  static final long ARENAS_END = ARENAS + (1L << 40);

  /** Objects of populations whose real addresses were told. */
  static final long TOLD = 0x6800_0000_0000L;

  /** Blocks of malloc with a mapping of their own. */
  static final long MAPPINGS = 0x7000_0000_0000L;

  /** Arenas that hold the interpreter's own objects. */
  static final long INTERPRETER_ARENAS = 0x7f00_0000_0000L;

  /** Pages that the interpreter takes for itself after the fork. */
  static final long INTERPRETER_GROWTH = 0x7f40_0000_0000L;

  /** Tables that the names of the program's functions have made large. */
  static final long NAMES = 0x7f60_0000_0000L;

  /** Writable data of shared libraries. */
  static final long LIBRARY_DATA = 0x7f80_0000_0000L;

  static final long STACK = 0x7ffc_0000_0000L;

  /** Counts of the objects in arenas, where they lie beside the heap: a what-if. */
  static final long ARENA_COUNTS = 0x1000_0000_0000L;

  /** Counts of the objects in the brk heap, likewise. */
  static final long HEAP_COUNTS = 0x2000_0000_0000L;

  private AddressMap() {}
}
