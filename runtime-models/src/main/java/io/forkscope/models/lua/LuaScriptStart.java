package io.forkscope.models.lua;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Value;

/**
 * Where the collector stands when the shared harness's script begins to build: {@code luacases.lua
 * CASE COUNT}, by a path of 12 letters in its own directory. Each letter of the arguments is a byte
 * in use, and a few bytes decide whether the first collection is a major one, hence where all
 * others come. Read from that script under a traced allocator; its collections and the model's then
 * come within 10 bytes of each other.
 */
final class LuaScriptStart extends LuaStart {

  /** The option that says the arguments, and so that it is that script. */
  static final String ARGUMENTS = "arguments";

  /**
   * Bytes in use beside the letters. The script makes an empty string of the modifier that its case
   * lacks, and its stack doubles when a text is first formatted.
   */
  private static final long BYTES = 31_963;

  private static final long EMPTY_BYTES = LuaSizes.stringBytes(0);
  private static final long STACK_BYTES = 1360 - 720;

  /** What loading it leaves for the first collection, and its short strings. */
  private static final long GARBAGE_BYTES = 2336;

  private static final int NAMES = 258;

  /** {@code GCestimate} beside the letters. */
  private static final long ESTIMATE = 20_847;

  /** Twice the hundreds of its estimate, as lua.c leaves it. */
  private static final long FIRST_STEP_BYTES = 41_600;

  /** A table of functions and their variables. */
  private static final int[] MADE_LAST = {
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

  private final boolean isModified;
  private final boolean makesTexts;
  private final long letters;

  LuaScriptStart(Scenario plan) {
    super(plan);
    String arguments = plan.options().getOrDefault(ARGUMENTS, "");
    isModified = arguments.indexOf('.') != arguments.lastIndexOf('.');
    letters = arguments.replace(" ", "").length();
    makesTexts = plan.populations().stream().anyMatch(population -> hasText(population.of()));
  }

  private static boolean hasText(Value value) {
    return value.kind().equals("string")
        || value.parts().stream().anyMatch(LuaScriptStart::hasText);
  }

  @Override
  int names() {
    return NAMES;
  }

  @Override
  long total() {
    return BYTES + letters + (isModified ? 0 : EMPTY_BYTES) - (makesTexts ? 0 : STACK_BYTES);
  }

  @Override
  long garbage() {
    return GARBAGE_BYTES;
  }

  @Override
  long left() {
    return 0;
  }

  @Override
  long estimate() {
    return ESTIMATE + letters;
  }

  @Override
  long firstStep() {
    return FIRST_STEP_BYTES;
  }

  @Override
  int[] madeLast() {
    return MADE_LAST;
  }
}
