package io.forkscope.core.memory;

/** What a region (VMA) holds, in the words of {@code /proc/PID/maps} and of HotSpot. */
public enum RegionKind {
  /** The brk heap, {@code [heap]}. */
  BRK_HEAP("C heap (brk)"),
  /** Anonymous private memory: allocator arenas and large blocks. */
  ANONYMOUS("anonymous memory"),
  /** The writable data and bss of the program and of its libraries. */
  DATA("program and library data"),
  /** A thread's stack. */
  STACK("stacks"),
  /** A private mapping of a file. */
  FILE("private file mapping"),
  /** Shared memory; never copied on write. */
  SHARED("shared memory"),
  /** The heap of a managed runtime. */
  JAVA_HEAP("Java heap"),
  /** Card table, mark bitmaps and other data of a collector. */
  GC_DATA("GC data"),
  /** Metaspace and class space. */
  METASPACE("metaspace"),
  /** Code heaps of a JIT compiler. */
  CODE_CACHE("code cache"),
  /** The CDS archive. */
  CDS_ARCHIVE("CDS archive"),
  /** Arenas and blocks of the C allocator in a JVM. */
  C_HEAP("C heap");

  private final String label;

  RegionKind(String label) {
    this.label = label;
  }

  /** A short label for people. */
  public String label() {
    return label;
  }
}
