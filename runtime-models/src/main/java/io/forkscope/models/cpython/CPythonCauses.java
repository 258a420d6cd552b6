package io.forkscope.models.cpython;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** Why CPython writes. */
final class CPythonCauses {

  static final Cause REFCOUNT =
      new Cause(
          "cpython.refcount",
          CauseKind.REFERENCE_COUNT,
          "A reference to an object was taken or dropped, which writes ob_refcnt in its header.",
          "Include/object.h, Py_INCREF and Py_DECREF");

  static final Cause GC_HEAD =
      new Cause(
          "cpython.gc-head",
          CauseKind.GC,
          "The cyclic collector writes the PyGC_Head of every object of the generations it collects.",
          "Modules/gcmodule.c (Python/gc.c since 3.13), update_refs and subtract_refs");

  static final Cause GC_INTERPRETER =
      new Cause(
          "cpython.gc-interpreter",
          CauseKind.GC,
          "A full collection writes the heads of the interpreter's own modules, classes and functions.",
          "measured: gc.collect() in a child of an interpreter without data");

  static final Cause ALLOCATION =
      new Cause(
          "cpython.allocation",
          CauseKind.ALLOCATION,
          "A new object fills a hole of an inherited pool or a new pool.",
          "Objects/obmalloc.c, pymalloc_alloc (PyObject_Malloc to 3.6); glibc malloc/malloc.c");

  static final Cause RELEASE =
      new Cause(
          "cpython.release",
          CauseKind.DEALLOCATION,
          "A freed block takes the free-list link in its first word, and its pool header changes.",
          "Objects/obmalloc.c, pymalloc_free (PyObject_Free to 3.6); glibc malloc/malloc.c");

  static final Cause STORE =
      new Cause(
          "cpython.store",
          CauseKind.MUTATION,
          "The program stores into an object, a table or a buffer.",
          "what the program's own line says");

  static final Cause HASH =
      new Cause(
          "cpython.hash-cache",
          CauseKind.LAZY_CACHE,
          "The first hash of a str or bytes is kept in its header.",
          "Objects/unicodeobject.c, unicode_hash; Objects/bytesobject.c, bytes_hash (2.7: stringobject.c, string_hash)");

  static final Cause DICT_LINK =
      new Cause(
          "cpython.dict-link",
          CauseKind.LAZY_CACHE,
          "The first look at __dict__ makes a dict object and links it to the instance.",
          "Objects/dictobject.c, PyObject_GenericGetDict and make_dict_from_instance_attributes");

  static final Cause SPECIALISATION =
      new Cause(
          "cpython.specialisation",
          CauseKind.INTERPRETER,
          "A first call counts up, specialises the bytecode or makes the frame of a code object.",
          "Python/specialize.c (3.11 on); Objects/frameobject.c, co_zombieframe (to 3.10)");

  static final Cause FIRST_USE =
      new Cause(
          "cpython.first-use",
          CauseKind.FIRST_USE,
          "A module is imported or a subsystem used for the first time in the process.",
          "measured: the same step in a child of an interpreter without data");

  static final Cause INTERPRETER =
      new Cause(
          "cpython.interpreter",
          CauseKind.INTERPRETER,
          "The interpreter's own state: frames, free lists, counters, names and types it uses.",
          "measured: the same step on ten objects");

  static final Cause FORK =
      new Cause(
          "cpython.fork",
          CauseKind.FORK,
          "What os.fork writes before user code runs: locks, thread state, at-fork hooks.",
          "Modules/posixmodule.c, PyOS_AfterFork_Child (PyOS_AfterFork to 3.6); measured at the first"
              + " mark after fork");

  private CPythonCauses() {}

  static List<Cause> all() {
    return List.of(
        REFCOUNT,
        GC_HEAD,
        GC_INTERPRETER,
        ALLOCATION,
        RELEASE,
        STORE,
        HASH,
        DICT_LINK,
        SPECIALISATION,
        FIRST_USE,
        INTERPRETER,
        FORK);
  }
}
