package io.forkscope.cli;

import io.forkscope.observe.HostCapabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine: it skips aloud where that is missing, and fails in CI. */
final class Needs {

  private Needs() {}

  static boolean all() {
    return "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"));
  }

  static void linux() {
    need(HostCapabilities.isLinux(), "Linux");
  }

  static void root() {
    need(HostCapabilities.frameNumbersVisible(), "root, to see frame numbers");
  }

  static void executable(String path) {
    need(Files.isExecutable(Path.of(path)), path);
  }

  static void need(boolean there, String what) {
    if (!there && all()) {
      throw new AssertionError("this machine lacks " + what);
    }
    Assumptions.assumeTrue(there, "skipped: this machine lacks " + what);
  }
}
