package io.forkscope.observe;

import io.forkscope.core.memory.RegionKind;

/** What a mapping of an interpreter's process holds, told from its name, file and neighbours. */
public enum MappingClass {
  /** The brk heap. */
  HEAP("heap", RegionKind.BRK_HEAP),
  /** Anonymous mappings: arenas and large blocks. */
  ANONYMOUS("mmap", RegionKind.ANONYMOUS),
  /** Private file pages of the interpreter and its own library. */
  INTERPRETER_DATA("intdata", RegionKind.DATA),
  /** The zero-initialised data right behind them. */
  INTERPRETER_BSS("intbss", RegionKind.DATA),
  /** The main thread's stack. */
  STACK("stack", RegionKind.STACK),
  /** Private file pages and zero-initialised data of other libraries. */
  LIBRARY_DATA("libdata", RegionKind.DATA),
  /** Shared mappings. */
  OTHER("other", RegionKind.SHARED);

  private final String label;
  private final RegionKind kind;

  MappingClass(String label, RegionKind kind) {
    this.label = label;
    this.kind = kind;
  }

  /** A short name, as the shared measurements spell it. */
  public String label() {
    return label;
  }

  /** The kind of region that a model would call it. */
  public RegionKind kind() {
    return kind;
  }
}
