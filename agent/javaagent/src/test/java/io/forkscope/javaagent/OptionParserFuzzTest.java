package io.forkscope.javaagent;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whatever the options, they are taken or refused in one line; nothing else is thrown. */
class OptionParserFuzzTest {

  private static final String[] WORDS = {
    "start",
    "file=",
    "forkpoint=",
    "after:",
    "method:",
    "api",
    "command=",
    "forkpoint:",
    "stop",
    "include=",
    "exclude=",
    "a.b.*",
    "jdk",
    "jdk=",
    "true",
    "rotate=",
    "settings=",
    "999999999",
    "5s",
    "ms",
    "h",
    ",",
    "=",
    ":",
    "@",
    "%p",
    "\n",
    "<init>"
  };

  @FuzzTest(maxDuration = "30s")
  void takesOrRefuses(FuzzedDataProvider data) throws IOException {
    boolean fromFile = data.consumeBoolean();
    StringBuilder options = new StringBuilder();
    while (data.remainingBytes() > 0 && options.length() < 500) {
      options.append(data.consumeBoolean() ? data.pickValue(WORDS) : data.consumeString(6));
    }
    // a fuzzer must not choose which file of this machine is read
    String text = options.toString().replace('@', 'a');
    Path file = Files.createTempFile("options", "");
    try {
      Files.writeString(file, text);
      AgentOptions taken = OptionParser.parse("", fromFile ? "@" + file : text);
      if (taken.describe().isEmpty()) {
        throw new IllegalStateException("options that say nothing of themselves");
      }
    } catch (OptionException e) {
      if (Console.oneLine(String.valueOf(e.getMessage())).lines().count() > 1) {
        throw new IllegalStateException("more than one line", e);
      }
    } finally {
      Files.delete(file);
    }
  }
}
