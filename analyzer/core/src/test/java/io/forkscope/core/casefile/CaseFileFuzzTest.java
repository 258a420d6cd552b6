package io.forkscope.core.casefile;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;

/** Whatever the text, reading ends with scenarios or with a one-line refusal. */
class CaseFileFuzzTest {

  @FuzzTest(maxDuration = "30s")
  void readsOrRefuses(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    try {
      Words.reader().parse("f", text, Map.of("runtime", "toy", "version", "1.0"));
    } catch (CaseFileException e) {
      if (String.valueOf(e.getMessage()).contains("\n")) {
        throw new IllegalStateException("more than one line", e);
      }
    }
  }
}
