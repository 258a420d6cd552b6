package io.forkscope.models.lua;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Value;
import java.util.List;

/**
 * Where the collector stands when the shared harness's script begins to build: {@code luacases.lua
 * CASE COUNT}, by a path of 12 letters in its own directory. Each letter of the arguments is a byte
 * in use, and a few bytes decide whether the first collection is a major one, hence where all
 * others come. Read from that script under a traced allocator; its major collections and the
 * model's then come at the same bytes.
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

  /** Short strings that outlive its first step; one more, empty, without a modifier. Measured. */
  private static final int NAMES = 255;

  /**
   * Units of work that visiting its own objects takes, fewer while its stack is short. Measured.
   */
  private static final long WORK = 909;

  private static final long STACK_WORK = 38;

  /** {@code GCestimate} beside the letters. */
  private static final long ESTIMATE = 20_847;

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

  private final List<String> arguments;
  private final boolean isModified;
  private final boolean makesTexts;
  private final long letters;

  LuaScriptStart(Scenario plan) {
    super(plan);
    arguments = List.of(plan.options().getOrDefault(ARGUMENTS, "").split(" ", -1));
    String name = arguments.get(0);
    isModified = name.indexOf('.') != name.lastIndexOf('.');
    letters = arguments.stream().mapToInt(String::length).sum();
    makesTexts = plan.populations().stream().anyMatch(population -> hasText(population.of()));
  }

  private static boolean hasText(Value value) {
    return value.kind().equals("string")
        || value.parts().stream().anyMatch(LuaScriptStart::hasText);
  }

  @Override
  List<String> arguments() {
    return arguments;
  }

  @Override
  int names() {
    return NAMES + (isModified ? 0 : 1);
  }

  @Override
  long total() {
    return BYTES + letters + (isModified ? 0 : EMPTY_BYTES) - (makesTexts ? 0 : STACK_BYTES);
  }

  @Override
  long work() {
    return WORK - (makesTexts ? 0 : STACK_WORK);
  }

  @Override
  long estimate() {
    return ESTIMATE + letters;
  }

  @Override
  boolean namesPopulations() {
    return false;
  }

  @Override
  int[] madeLast() {
    return MADE_LAST;
  }
}
