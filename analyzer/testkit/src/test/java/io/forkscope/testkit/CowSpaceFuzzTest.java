package io.forkscope.testkit;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forkscope.core.memory.KernelRules;

/** Jazzer looks for a program on which the engine and the oracle differ. */
final class CowSpaceFuzzTest {

  @FuzzTest(maxDuration = "30s")
  void equalsTheOracle(FuzzedDataProvider data) {
    KernelRules rules = data.consumeBoolean() ? KernelRules.SINCE_5_8 : KernelRules.BEFORE_5_8;
    CowDifference programs = new CowDifference(rules, below -> data.consumeInt(0, below - 1));
    int steps = 0;
    while (data.remainingBytes() > 0 && steps < 200) {
      programs.run(8);
      steps += 8;
    }
    programs.run(1);
  }
}
