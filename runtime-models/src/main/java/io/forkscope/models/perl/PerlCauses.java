package io.forkscope.models.perl;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** Why a Perl process writes. */
final class PerlCauses {

  static final Cause STARTUP =
      new Cause(
          "perl.startup",
          CauseKind.FIRST_USE,
          "Pages that the interpreter and its libraries write before the script runs",
          "measured: frames of perl 5.36.0 (Debian 12) with strict, warnings and POSIX");

  static final Cause REFCOUNT =
      new Cause(
          "perl.refcount",
          CauseKind.REFERENCE_COUNT,
          "An SV is aliased, pushed as an argument or referred to: sv_refcnt is in its head",
          "perl 5.36 sv.h: struct STRUCT_SV; pp_hot.c: pp_iter, pp_entersub");

  static final Cause HEAD_FLAGS =
      new Cause(
          "perl.head-flags",
          CauseKind.MUTATION,
          "sort and map turn SVs_TEMP off in the head of each element they are given; the text of a"
              + " reference to an object, whether it is UTF-8",
          "perl 5.36 pp_sort.c: SvTEMP_off; pp_ctl.c: pp_mapwhile; pp_hot.c: pp_grepwhile; sv.c:"
              + " sv_2pv_flags");

  static final Cause COW_COUNT =
      new Cause(
          "perl.cow-count",
          CauseKind.REFERENCE_COUNT,
          "A string buffer is shared by a copy: the count is the buffer's last byte",
          "perl 5.36 sv.c: sv_setsv_flags, CowREFCNT in sv.h (PERL_COPY_ON_WRITE)");

  static final Cause NUMERIC_FORM =
      new Cause(
          "perl.numeric-form",
          CauseKind.LAZY_CACHE,
          "A string or float used as a number keeps the number in a larger body",
          "perl 5.36 sv.c: S_sv_2iuv_common, sv_2nv_flags, sv_upgrade");

  static final Cause STRING_FORM =
      new Cause(
          "perl.string-form",
          CauseKind.LAZY_CACHE,
          "A number used as a string keeps the text in a body and a buffer",
          "perl 5.36 sv.c: sv_2pv_flags");

  static final Cause KEY_COUNT =
      new Cause(
          "perl.key-count",
          CauseKind.REFERENCE_COUNT,
          "A key handed out shares the entry of the table of keys, whose count is beside it",
          "perl 5.36 hv.c: share_hek_flags, newSVhek in sv.c");

  static final Cause ITERATOR =
      new Cause(
          "perl.iterator",
          CauseKind.MUTATION,
          "A hash keeps where its iterator stands",
          "perl 5.36 hv.c: hv_iterinit, hv_iternext_flags");

  static final Cause ALLOCATION =
      new Cause(
          "perl.allocation",
          CauseKind.ALLOCATION,
          "New SV heads and bodies, arenas threaded into free lists, buffers and chunk headers",
          "perl 5.36 sv.c: more_sv, more_bodies, sv_grow; glibc 2.36 malloc.c");

  static final Cause FREE =
      new Cause(
          "perl.free",
          CauseKind.DEALLOCATION,
          "A freed head or body is threaded into its free list, a buffer into malloc's",
          "perl 5.36 sv.c: del_SV, del_body; glibc 2.36 malloc.c: _int_free");

  static final Cause DESTRUCTION =
      new Cause(
          "perl.destruction",
          CauseKind.DEALLOCATION,
          "A normal exit frees the program's code, and turns references to objects off",
          "perl 5.36 perl.c: perl_destruct; sv.c: sv_clean_objs; measured: frames of perl 5.36.0");

  static final Cause STACKS =
      new Cause(
          "perl.stacks",
          CauseKind.STACK,
          "Lists are pushed onto the argument stack and their copies onto the stack of temporaries",
          "perl 5.36 pp_hot.c: pp_rv2av, pp_aassign; scope.c: stack_grow, tmps_grow_p");

  static final Cause MUTATION =
      new Cause(
          "perl.mutation",
          CauseKind.MUTATION,
          "The program stores into a scalar, an array or a hash",
          "perl 5.36 pp_hot.c: pp_sassign; sv.c: sv_setiv, sv_setsv_flags");

  static final Cause FIRST_IMPORT =
      new Cause(
          "perl.first-import",
          CauseKind.FIRST_USE,
          "Code, stashes and constants of a module that is loaded for the first time",
          "measured: frames of perl 5.36.0, require of each module");

  static final Cause INTERPRETER =
      new Cause(
          "perl.interpreter",
          CauseKind.STACK,
          "The C stack, pads, op targets and globals of the acting process",
          "measured: frames of perl 5.36.0, an action that does nothing");

  static final Cause FORK =
      new Cause(
          "perl.fork",
          CauseKind.FORK,
          "pp_fork and the C library's fork handlers",
          "measured: frames of perl 5.36.0: 11 pages in the child, 10 in the parent");

  private PerlCauses() {}

  static List<Cause> all() {
    return List.of(
        STARTUP,
        REFCOUNT,
        HEAD_FLAGS,
        COW_COUNT,
        NUMERIC_FORM,
        STRING_FORM,
        KEY_COUNT,
        ITERATOR,
        ALLOCATION,
        FREE,
        DESTRUCTION,
        STACKS,
        MUTATION,
        FIRST_IMPORT,
        INTERPRETER,
        FORK);
  }
}
