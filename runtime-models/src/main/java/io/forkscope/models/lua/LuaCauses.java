package io.forkscope.models.lua;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** Why a Lua process writes. */
final class LuaCauses {

  static final Cause STARTUP =
      new Cause(
          "lua.startup",
          CauseKind.FIRST_USE,
          "Pages that the interpreter and its libraries write before the script runs",
          "measured: frames of lua5.4 5.4.4 (Debian 12), an empty script");

  static final Cause MARK =
      new Cause(
          "lua.mark",
          CauseKind.GC,
          "A reachable object turns gray or black: the colour is in its header",
          "Lua 5.4.4 lgc.c: reallymarkobject, propagatemark; lobject.h: CommonHeader");

  static final Cause SWEEP =
      new Cause(
          "lua.sweep",
          CauseKind.GC,
          "A surviving object turns white again or grows older: sweeping writes its header",
          "Lua 5.4.4 lgc.c: sweeplist, sweepgen, sweep2old, whitelist");

  static final Cause INTERN =
      new Cause(
          "lua.intern",
          CauseKind.MUTATION,
          "A short string enters or leaves the string table: its bucket and, when the table grows,"
              + " the chain field of every short string",
          "Lua 5.4.4 lstring.c: internshrstr, tablerehash, luaS_remove");

  static final Cause STRING_HASH =
      new Cause(
          "lua.string-hash",
          CauseKind.LAZY_CACHE,
          "A long string used as a key keeps its hash in its header, once",
          "Lua 5.4.4 lstring.c: luaS_hashlongstr");

  static final Cause ALLOCATION =
      new Cause(
          "lua.allocation",
          CauseKind.ALLOCATION,
          "New objects, table parts that grow, and chunk headers of the C heap",
          "Lua 5.4.4 lgc.c: luaC_newobj; ltable.c: luaH_resize; glibc 2.36 malloc.c");

  static final Cause FREE =
      new Cause(
          "lua.free",
          CauseKind.DEALLOCATION,
          "A dead object is freed: the C heap links its chunk",
          "Lua 5.4.4 lgc.c: freeobj; glibc 2.36 malloc.c: _int_free");

  static final Cause MUTATION =
      new Cause(
          "lua.mutation",
          CauseKind.MUTATION,
          "The program stores into a table",
          "Lua 5.4.4 lvm.c: OP_SETTABLE, OP_SETI, OP_SETFIELD; ltablib.c");

  static final Cause INTERPRETER =
      new Cause(
          "lua.interpreter",
          CauseKind.STACK,
          "The C stack, the Lua stack and the interpreter's own tables",
          "measured: frames of lua5.4 5.4.4, an action that does nothing");

  static final Cause FORK =
      new Cause(
          "lua.fork",
          CauseKind.FORK,
          "fork and the C library's fork handlers",
          "measured: frames of lua5.4 5.4.4: 4 pages in the child, 9 in the parent");

  private LuaCauses() {}

  static List<Cause> all() {
    return List.of(
        STARTUP, MARK, SWEEP, INTERN, STRING_HASH, ALLOCATION, FREE, MUTATION, INTERPRETER, FORK);
  }
}
