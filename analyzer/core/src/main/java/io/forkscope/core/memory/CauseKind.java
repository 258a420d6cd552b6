package io.forkscope.core.memory;

/** The one taxonomy of causes across runtimes. */
public enum CauseKind {
  /** Reference counts in object headers. */
  REFERENCE_COUNT,
  /** A collector's own writes: heads, marks, ages, cards, forwarding. */
  GC,
  /** New objects, and the allocator's own data. */
  ALLOCATION,
  /** Freed objects, and free lists threaded through them. */
  DEALLOCATION,
  /** What a program's source line says it writes. */
  MUTATION,
  /** Values computed late and kept in an object: hashes, code ranges, numeric forms. */
  LAZY_CACHE,
  /** Inline caches, counters and specialisation of an interpreter. */
  INTERPRETER,
  /** Code and data of a JIT compiler. */
  JIT,
  /** Lock words and monitors. */
  LOCK,
  /** Subsystems that initialise themselves on first use. */
  FIRST_USE,
  /** What fork itself and its hooks write. */
  FORK,
  /** Stack frames and thread-local data. */
  STACK
}
