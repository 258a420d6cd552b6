package io.forkscope.models.lua;

import io.forkscope.core.scenario.Scenario;
import java.util.Arrays;
import java.util.List;

/**
 * Where the collector stands when a program begins to build: the program itself brings it there
 * ({@code start} of forkscope.c), where it stands in a script of some fifty lines that has not
 * collected by itself. Major collections of a heap that grows come each at double the last one's
 * size, so that this decides where all later ones come. Seen by the collector's own counts (lua5.4
 * 5.4.4 of Debian 12): those of the program and of the shared harness's script are equal to the
 * byte, major collection by major collection.
 */
class LuaStart {

  /** Variables that the function which works captures, beside one for each action: F, P, marks. */
  private static final int CAPTURED = 3;

  /** A closure without what it captures: lobject.h, sizeLclosure. */
  private static final int CLOSURE_HEAD_BYTES = 32;

  /** What the start leaves beside what it fills up: a table with one name. */
  private static final int ROOM_BYTES =
      LuaSizes.TABLE_BYTES + LuaSizes.NODE_BYTES + LuaSizes.stringBytes("gone".length());

  /** What loading has left in a script that has not collected. Measured. */
  private static final long GARBAGE_BYTES = 2336;

  /**
   * Bytes in use at the last step, unless the program takes more: the next one is due at 41,600.
   */
  private static final long LAST_BYTES = 34_680;

  /** What the last step's text and table take at least. */
  private static final long LAST_MORE_BYTES = 600;

  /** What a program takes at most, beside its text and for each byte of it. Measured: 265. */
  private static final long PROGRAM_BYTES = 28_700;

  private static final long BYTES_OF_TEXT = 5;

  /** Short strings when a program begins to build beside those that it names. Measured. */
  private static final int START_NAMES = 219;

  /** Bytes in use when lua.c changes to generational mode, without arguments. Measured. */
  private static final long ESTIMATE = 20_765;

  /**
   * Units of work that visiting the interpreter's own objects takes, and text of a program that
   * makes it one more. Measured in the collector's own count ({@code lastatomic}), within 4.
   */
  private static final long WORK = 793;

  private static final long TEXT_OF_WORK = 12;

  final boolean incremental;
  private final String source;
  private final int captured;

  LuaStart(Scenario plan) {
    source = LuaDriver.source(plan);
    captured = CAPTURED + plan.actions().size();
    incremental = plan.options().getOrDefault("collector", "generational").equals("incremental");
  }

  static LuaStart of(Scenario plan) {
    LuaStart start = new LuaStart(plan);
    boolean isScript = plan.options().containsKey(LuaScriptStart.ARGUMENTS);
    return isScript && !start.incremental ? new LuaScriptStart(plan) : start;
  }

  /** What the program is called with. */
  List<String> arguments() {
    return List.of();
  }

  /** The statement that brings a program here. */
  final String statement() {
    if (incremental) {
      return "collectgarbage('incremental') F.start(%d)\n".formatted(live());
    }
    return "F.start(%d, %d, %d, %d, %d)\n"
        .formatted(live(), last(), total(), names() - ownNames(), work() - ownWork());
  }

  /** Bytes that the program fills up to, and that stay. */
  private long live() {
    return total() - (incremental ? 0 : GARBAGE_BYTES + ROOM_BYTES);
  }

  private long last() {
    return Math.max(LAST_BYTES, live() + LAST_MORE_BYTES);
  }

  /** What visiting the interpreter's own objects takes, in units of the collector's work. */
  long work() {
    return ownWork();
  }

  private long ownWork() {
    return WORK + arguments().size() + source.length() / TEXT_OF_WORK;
  }

  /** Short strings that are there. */
  int names() {
    return ownNames();
  }

  private int ownNames() {
    return START_NAMES + arguments().size() + LuaNames.countNew(source);
  }

  /** Bytes in use. */
  long total() {
    return PROGRAM_BYTES + BYTES_OF_TEXT * source.length();
  }

  /** Those of the bytes in use that the next collection frees. */
  final long garbage() {
    return incremental ? 0 : GARBAGE_BYTES;
  }

  /** What the collector takes to be in use: {@code GCestimate}. */
  long estimate() {
    return incremental ? total() : ESTIMATE;
  }

  /** Bytes in use at which a generational collector takes its first step. */
  final long firstStep() {
    return last() + last() / 100 * LuaCollector.MINOR;
  }

  /** Whether a table of the program names the populations. */
  boolean namesPopulations() {
    return true;
  }

  /**
   * Bytes of what is made between the data and the fork, after each of which the debt is asked:
   * marks and the first of them, the function that works and what it captures, the children.
   */
  int[] madeLast() {
    int[] made = new int[4 + captured];
    Arrays.fill(made, LuaSizes.UPVALUE_BYTES);
    made[0] = LuaSizes.TABLE_BYTES;
    made[1] = LuaSizes.SLOT_BYTES;
    made[2] = CLOSURE_HEAD_BYTES + LuaSizes.POINTER_BYTES * captured;
    made[made.length - 1] = LuaSizes.TABLE_BYTES;
    return made;
  }
}
