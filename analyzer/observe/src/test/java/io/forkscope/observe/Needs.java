package io.forkscope.observe;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a test needs of the machine: it skips aloud where that is missing, and fails in CI. */
final class Needs {
  private Needs() {}

  static void frameNumbers() {
    need(HostCapabilities.isLinux(), "Linux");
    need(HostCapabilities.frameNumbersVisible(), "root: frame numbers are hidden");
  }

  static void linux() {
    need(HostCapabilities.isLinux(), "Linux");
  }

  static void executable(String path) {
    need(Files.isExecutable(Path.of(path)), path);
  }

  private static void need(boolean there, String what) {
    if (!there && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      fail("this machine lacks " + what);
    }
    assumeTrue(there, "skipped: this machine lacks " + what);
  }
}
