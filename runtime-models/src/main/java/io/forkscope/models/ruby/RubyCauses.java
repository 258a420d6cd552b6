package io.forkscope.models.ruby;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** Why CRuby writes. */
final class RubyCauses {

  static final Cause START =
      cause(
          "start",
          CauseKind.FIRST_USE,
          "What the interpreter, its libraries and the program's classes wrote while loading.",
          "measured: start image of CRuby 3.1.2");
  static final Cause SLOTS =
      cause(
          "slots",
          CauseKind.ALLOCATION,
          "New objects in free slots, whose free list runs through inherited heap pages.",
          "CRuby 3.1.2 gc.c, ractor_cached_free_region and heap_page_allocate");
  static final Cause MALLOC =
      cause(
          "malloc",
          CauseKind.ALLOCATION,
          "Buffers of strings, arrays and tables in the C heap.",
          "CRuby 3.1.2 gc.c, objspace_xmalloc0; glibc 2.36 malloc/malloc.c");
  static final Cause TRANSIENT_HEAP =
      cause(
          "transient-heap",
          CauseKind.ALLOCATION,
          "Tables of small hashes in the transient heap, marked and moved out by each collection.",
          "CRuby 3.1.2 transient_heap.c");
  static final Cause MARK_BITS =
      cause(
          "gc.mark-bits",
          CauseKind.GC,
          "Mark bitmaps in the struct heap_page of every heap page.",
          "CRuby 3.1.2 gc.c, gc_mark_set and rgengc_mark_and_rememberset_clear");
  static final Cause AGE =
      cause(
          "gc.age",
          CauseKind.GC,
          "The age of an object, in its header, until it is old after three collections.",
          "CRuby 3.1.2 gc.c, RVALUE_AGE_INC and rgengc_check_relation");
  static final Cause SWEEP =
      cause(
          "gc.sweep",
          CauseKind.DEALLOCATION,
          "Dead slots threaded on the free list of their heap page.",
          "CRuby 3.1.2 gc.c, gc_sweep_plane and heap_page_add_freeobj");
  static final Cause SWEEP_FREE =
      cause(
          "gc.free",
          CauseKind.DEALLOCATION,
          "Malloc blocks of dead objects, given back by the sweep.",
          "CRuby 3.1.2 gc.c, obj_free; measured: start image");
  static final Cause MARK_STACK =
      cause(
          "gc.mark-stack",
          CauseKind.GC,
          "The mark stack, one 4 KiB chunk of the C heap for 500 grey objects.",
          "CRuby 3.1.2 gc.c, push_mark_stack and stack_chunk_alloc");
  static final Cause COLLECTOR =
      cause(
          "gc.collector",
          CauseKind.GC,
          "Tables and counters that any full collection writes.",
          "measured: pages a second GC.start of the start image writes");
  static final Cause COMPACT =
      cause(
          "gc.compact",
          CauseKind.GC,
          "Objects moved to the front of the heap and the references to them.",
          "CRuby 3.1.2 gc.c, gc_move and gc_update_references; measured: start image");
  static final Cause CODE_RANGE =
      cause(
          "code-range",
          CauseKind.LAZY_CACHE,
          "The code range of a string, kept in its header once it was scanned.",
          "CRuby 3.1.2 string.c, rb_enc_str_coderange");
  static final Cause FREEZE =
      cause(
          "freeze",
          CauseKind.MUTATION,
          "The frozen flag in an object's header.",
          "CRuby 3.1.2 include/ruby/internal/fl_type.h, rb_obj_freeze_inline");
  static final Cause ATTRIBUTE =
      cause(
          "attribute",
          CauseKind.MUTATION,
          "Instance variables set, which lie in the object's own slot.",
          "CRuby 3.1.2 variable.c, obj_ivar_set; include/ruby/internal/core/robject.h");
  static final Cause DELETE =
      cause(
          "delete",
          CauseKind.MUTATION,
          "The buffer of an array closed up over what was removed.",
          "CRuby 3.1.2 array.c, select_bang_ensure");
  static final Cause OBJECT_ID =
      cause(
          "object-id",
          CauseKind.LAZY_CACHE,
          "The flag and the two tables of objects whose object_id was asked for.",
          "CRuby 3.1.2 gc.c, cached_object_id");
  static final Cause SYMBOL_ID =
      cause(
          "symbol-id",
          CauseKind.LAZY_CACHE,
          "The id of a symbol made while the program runs, once C code asked for it.",
          "CRuby 3.1.2 symbol.c, rb_sym2id; json 2.6.1 generator.c, json_object_i");
  static final Cause ITERATION =
      cause(
          "iteration-level",
          CauseKind.LOCK,
          "The iteration level in the header of a hash while it is walked.",
          "CRuby 3.1.2 hash.c, hash_iter_lev_inc");
  static final Cause BIGINT_LENGTH =
      cause(
          "bigint-length",
          CauseKind.MUTATION,
          "The length in the header of a large integer that is compared with a small one.",
          "CRuby 3.1.2 bignum.c, rb_big_eq and bigfixize");
  static final Cause SHARE =
      cause(
          "shared-string",
          CauseKind.LAZY_CACHE,
          "A long string made a sharer of a new frozen root when it is copied.",
          "CRuby 3.1.2 string.c, str_new_frozen_buffer");
  static final Cause INTERPRETER =
      cause(
          "interpreter",
          CauseKind.INTERPRETER,
          "Inline caches, call caches and VM state of the code an action runs the first time.",
          "measured: pages that each action writes on an empty population");
  static final Cause FIRST_IMPORT =
      cause(
          "first-import",
          CauseKind.FIRST_USE,
          "What loading a library writes of the interpreter's own: its tables, constants, classes.",
          "measured: pages that require writes beside its own blocks and slots");
  static final Cause FORK =
      cause(
          "fork",
          CauseKind.FORK,
          "What Process.fork itself writes in each process.",
          "measured: frames that differ right after the fork");

  private RubyCauses() {}

  static List<Cause> all() {
    return List.of(
        START,
        SLOTS,
        MALLOC,
        TRANSIENT_HEAP,
        MARK_BITS,
        AGE,
        SWEEP,
        SWEEP_FREE,
        MARK_STACK,
        COLLECTOR,
        COMPACT,
        CODE_RANGE,
        FREEZE,
        ATTRIBUTE,
        DELETE,
        OBJECT_ID,
        SYMBOL_ID,
        ITERATION,
        BIGINT_LENGTH,
        SHARE,
        INTERPRETER,
        FIRST_IMPORT,
        FORK);
  }

  private static Cause cause(String id, CauseKind kind, String explanation, String source) {
    return new Cause("cruby." + id, kind, explanation, source);
  }
}
