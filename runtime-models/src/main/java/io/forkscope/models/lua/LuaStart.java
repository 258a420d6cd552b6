package io.forkscope.models.lua;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Value;

/**
 * Where the collector stands when a program begins to build. {@code start.lua} brings it to where
 * it stands in a script of some fifty lines that has not collected by itself: major collections of
 * a heap that grows double from there, so that it decides where all later ones come. Measured:
 * lua5.4 5.4.4 of Debian 12, a script of 44 lines by a path of 12 letters with two arguments.
 */
final class LuaStart {

  /**
   * The arguments of the shared harness's script, {@code luacases.lua CASE COUNT}, by a path of 12
   * letters in its own directory. Where they are said, the build begins where that script's does:
   * each letter is a byte in use, and a few bytes decide whether the first collection is a major
   * one, hence where all others come. Read from that script under a traced allocator; its
   * collections and the model's then come within 10 bytes of each other.
   */
  static final String ARGUMENTS = "arguments";

  /**
   * Bytes in use when that script begins to build, beside the letters. It makes an empty string of
   * the modifier that its case lacks, and its stack doubles when a text is first formatted.
   */
  private static final long SCRIPT_BYTES = 31_963;

  private static final long EMPTY_BYTES = LuaSizes.stringBytes(0);
  private static final long STACK_BYTES = 1360 - 720;

  /** What loading it leaves for the first collection, and its short strings. */
  private static final long SCRIPT_GARBAGE_BYTES = 2336;

  private static final int SCRIPT_NAMES = 258;

  /** {@code GCestimate} when it begins, beside the letters. */
  private static final long SCRIPT_ESTIMATE = 20_847;

  /**
   * Bytes in use at which its first collection is due: twice the hundreds of its estimate, as lua.c
   * leaves it.
   */
  private static final long SCRIPT_FIRST_STEP_BYTES = 41_600;

  /** What it makes between its data and its fork: a table of functions and their variables. */
  private static final int[] SCRIPT_MADE_LAST = {
    LuaSizes.TABLE_BYTES + 16 * LuaSizes.NODE_BYTES,
    32,
    48,
    40,
    48,
    40,
    LuaSizes.TABLE_BYTES,
    40,
    40,
    40,
    40,
    40,
    40
  };

  /** What a program makes there. */
  private static final int[] PROGRAM_MADE_LAST = {
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

  /** Whether it is the shared harness's script, with so many letters of arguments. */
  private final boolean isScript;

  private final boolean isModified;
  private final boolean makesTexts;
  private final long letters;

  private LuaStart(Scenario plan) {
    source = LuaDriver.source(plan);
    long text = source.length();
    filled = text <= SHORT_TEXT_BYTES ? FILLED_BYTES : PROGRAM_BYTES + BYTES_OF_TEXT * text;
    incremental = plan.options().getOrDefault("collector", "generational").equals("incremental");
    String arguments = plan.options().getOrDefault(ARGUMENTS, "");
    isScript = !arguments.isEmpty() && !incremental;
    isModified = arguments.indexOf('.') != arguments.lastIndexOf('.');
    letters = arguments.replace(" ", "").length();
    makesTexts = plan.populations().stream().anyMatch(population -> hasText(population.of()));
  }

  static LuaStart of(Scenario plan) {
    return new LuaStart(plan);
  }

  private static boolean hasText(Value value) {
    return value.kind().equals("string") || value.parts().stream().anyMatch(LuaStart::hasText);
  }

  /** What visiting the interpreter's own objects takes, in units of the collector's work. */
  long work() {
    return WORK + source.length() / TEXT_OF_WORK;
  }

  /** Short strings that are there. */
  int names() {
    return isScript ? SCRIPT_NAMES : START_NAMES + LuaNames.countNew(source);
  }

  /** Bytes in use; those at its collection for an incremental collector. */
  long total() {
    if (isScript) {
      return SCRIPT_BYTES
          + letters
          + (isModified ? 0 : EMPTY_BYTES)
          - (makesTexts ? 0 : STACK_BYTES);
    }
    return incremental ? filled : filled + MADE_BYTES + GARBAGE_BYTES;
  }

  /** Bytes that are made since an incremental collector has collected. */
  long madeSince() {
    return incremental ? MADE_INCREMENTAL_BYTES : 0;
  }

  /** Those of the bytes in use that the next collection frees. */
  long garbage() {
    if (isScript) {
      return SCRIPT_GARBAGE_BYTES;
    }
    return incremental ? 0 : GARBAGE_BYTES;
  }

  /** More of them, old ones, that only a whole cycle finds. */
  long left() {
    return incremental || isScript ? 0 : LEFT_BYTES;
  }

  /** What the collector takes to be in use: {@code GCestimate}. */
  long estimate() {
    if (isScript) {
      return SCRIPT_ESTIMATE + letters;
    }
    return incremental ? total() : ESTIMATE;
  }

  /** Bytes in use at which a generational collector takes its first step. */
  long firstStep() {
    long last = Math.max(STEP_BYTES, filled);
    return isScript ? SCRIPT_FIRST_STEP_BYTES : last + last / 100 * LuaCollector.MINOR;
  }

  /** Bytes of what is made between the data and the fork, after each of which the debt is asked. */
  int[] madeLast() {
    return isScript ? SCRIPT_MADE_LAST : PROGRAM_MADE_LAST;
  }
}
