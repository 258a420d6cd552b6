package io.forkscope.models.lua;

import io.forkscope.core.scenario.Scenario;

/**
 * Where the collector stands when a program begins to build. {@code start.lua} brings it to where
 * it stands in a script of some fifty lines that has not collected by itself: major collections of
 * a heap that grows double from there, so that it decides where all later ones come. Measured:
 * lua5.4 5.4.4 of Debian 12, a script of 44 lines by a path of 12 letters with two arguments.
 */
class LuaStart {

  /** What a program makes between its data and its fork. */
  private static final int[] MADE_LAST = {
    LuaSizes.TABLE_BYTES, LuaSizes.CLOSURE_BYTES, LuaSizes.TABLE_BYTES
  };

  /** Short strings when a program begins to build beside those that it names. Measured. */
  private static final int START_NAMES = 235;

  /** {@code start.lua} fills up to so many bytes where the text is short. */
  private static final long FILLED_BYTES = 29_600;

  private static final int SHORT_TEXT_BYTES = 900;

  /**
   * What a longer program takes at most, beside its text and for each byte of it. Measured: 260.
   */
  private static final long PROGRAM_BYTES = 26_000;

  private static final long BYTES_OF_TEXT = 5;

  /** The string that {@code start.lua} drops: the same number stands there. */
  private static final long GARBAGE_BYTES = LuaSizes.stringBytes(2200);

  /**
   * Tables and functions that are made after the filling, by start.lua and the program. Measured.
   */
  private static final long MADE_BYTES = 664;

  /** Likewise with an incremental collector. */
  private static final long MADE_INCREMENTAL_BYTES = 249;

  /** Of what loading has left, bytes among old objects. Measured: 220 to 250. */
  private static final long LEFT_BYTES = 234;

  /** Bytes in use when lua.c changes to generational mode. */
  private static final long ESTIMATE = 20_861;

  /** Bytes in use at the last step: what {@code start.lua} aims at, and a table. Measured. */
  private static final long STEP_BYTES = 34_383;

  /**
   * Units of work that visiting the interpreter's own objects takes, and text of a program that
   * makes it one more. Measured in the collector's own count ({@code lastatomic}): 910 to 925.
   */
  private static final long WORK = 756;

  private static final long TEXT_OF_WORK = 5;

  /** The bytes that {@code start.lua} fills up to. */
  final long filled;

  final boolean incremental;
  private final String source;

  LuaStart(Scenario plan) {
    source = LuaDriver.source(plan);
    long text = source.length();
    filled = text <= SHORT_TEXT_BYTES ? FILLED_BYTES : PROGRAM_BYTES + BYTES_OF_TEXT * text;
    incremental = plan.options().getOrDefault("collector", "generational").equals("incremental");
  }

  static LuaStart of(Scenario plan) {
    LuaStart start = new LuaStart(plan);
    boolean isScript = plan.options().containsKey(LuaScriptStart.ARGUMENTS);
    return isScript && !start.incremental ? new LuaScriptStart(plan) : start;
  }

  /** What visiting the interpreter's own objects takes, in units of the collector's work. */
  long work() {
    return WORK + source.length() / TEXT_OF_WORK;
  }

  /** Short strings that are there. */
  int names() {
    return START_NAMES + LuaNames.countNew(source);
  }

  /** Bytes in use; those at its collection for an incremental collector. */
  long total() {
    return incremental ? filled : filled + MADE_BYTES + GARBAGE_BYTES;
  }

  /** Bytes that are made since an incremental collector has collected. */
  long madeSince() {
    return incremental ? MADE_INCREMENTAL_BYTES : 0;
  }

  /** Those of the bytes in use that the next collection frees. */
  long garbage() {
    return incremental ? 0 : GARBAGE_BYTES;
  }

  /** More of them, old ones, that only a whole cycle finds. */
  long left() {
    return incremental ? 0 : LEFT_BYTES;
  }

  /** What the collector takes to be in use: {@code GCestimate}. */
  long estimate() {
    return incremental ? total() : ESTIMATE;
  }

  /** Bytes in use at which a generational collector takes its first step. */
  long firstStep() {
    long last = Math.max(STEP_BYTES, filled);
    return last + last / 100 * LuaCollector.MINOR;
  }

  /** Bytes of what is made between the data and the fork, after each of which the debt is asked. */
  int[] madeLast() {
    return MADE_LAST;
  }
}
