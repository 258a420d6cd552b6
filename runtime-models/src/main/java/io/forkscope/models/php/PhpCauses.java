package io.forkscope.models.php;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** Why a PHP process writes. */
final class PhpCauses {

  static final Cause STARTUP =
      new Cause(
          "php.startup",
          CauseKind.FIRST_USE,
          "Pages that the interpreter and its libraries write before the script runs",
          "measured: cowprobe on php8.2-cli 8.2.36 (Debian 12), an empty script");

  static final Cause REFCOUNT =
      new Cause(
          "php.refcount",
          CauseKind.REFERENCE_COUNT,
          "A refcounted string, array, object or reference is copied into a variable or a result",
          "PHP 8.2 Zend/zend_types.h: zend_refcounted_h.refcount is the first word");

  static final Cause ALLOCATION =
      new Cause(
          "php.allocation",
          CauseKind.ALLOCATION,
          "New blocks, the linking of fresh bin runs, and the page maps of chunks",
          "PHP 8.2 Zend/zend_alloc.c: zend_mm_alloc_small_slow, zend_mm_alloc_pages");

  static final Cause FREE =
      new Cause(
          "php.free",
          CauseKind.DEALLOCATION,
          "A freed slot is threaded into the free list of its bin",
          "PHP 8.2 Zend/zend_alloc.c: zend_mm_free_small");

  static final Cause MUTATION =
      new Cause(
          "php.mutation",
          CauseKind.MUTATION,
          "Elements of an array are written",
          "PHP 8.2 Zend/zend_hash.c");

  static final Cause RECURSION_GUARD =
      new Cause(
          "php.recursion-guard",
          CauseKind.INTERPRETER,
          "json_encode, serialize and comparisons flag each array or object in its header while they"
              + " are in it",
          "PHP 8.2 ext/json/json_encoder.c, ext/standard/var.c, Zend/zend_object_handlers.c,"
              + " Zend/zend_hash.c: GC_PROTECT_RECURSION");

  static final Cause STRING_HASH =
      new Cause(
          "php.string-hash",
          CauseKind.LAZY_CACHE,
          "A string that is used as a key keeps its hash in its header",
          "PHP 8.2 Zend/zend_string.h: zend_string_hash_val writes zend_string.h");

  static final Cause COLLECTOR =
      new Cause(
          "php.collector",
          CauseKind.GC,
          "The cycle collector colours and counts every refcounted value it can reach",
          "PHP 8.2 Zend/zend_gc.c: gc_mark_grey, gc_scan, gc_collect_white");

  static final Cause ROOT_BUFFER =
      new Cause(
          "php.root-buffer",
          CauseKind.GC,
          "Arrays and objects whose count falls to no less than one are buffered as possible roots",
          "PHP 8.2 Zend/zend_gc.c: gc_possible_root");

  static final Cause INTERPRETER =
      new Cause(
          "php.interpreter",
          CauseKind.STACK,
          "The C stack, the VM stack and executor globals of the acting process",
          "measured: cowprobe on php8.2-cli 8.2.36, an action that does nothing");

  static final Cause FORK =
      new Cause(
          "php.fork",
          CauseKind.FORK,
          "pcntl_fork and the C library's fork handlers",
          "measured: cowprobe on php8.2-cli 8.2.36: 4 to 10 pages before the first user code");

  private PhpCauses() {}

  static List<Cause> all() {
    return List.of(
        STARTUP,
        REFCOUNT,
        ALLOCATION,
        FREE,
        MUTATION,
        RECURSION_GUARD,
        STRING_HASH,
        COLLECTOR,
        ROOT_BUFFER,
        INTERPRETER,
        FORK);
  }
}
