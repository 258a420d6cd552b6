package io.forkscope.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command line that was run in a process of its own.
 *
 * @param exitCode as the shell would see it
 * @param out standard output
 * @param err standard error
 */
record ForkscopeProcess(int exitCode, String out, String err) {

  /** The jar that users run. */
  static final Path JAR = Path.of("target/forkscope.jar").toAbsolutePath();

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** The words that run a command of the jar. */
  static List<String> command(String... arguments) {
    return command(JAR, arguments);
  }

  static List<String> command(Path jar, String... arguments) {
    List<String> words =
        new ArrayList<>(List.of(JAVA, "-Xmx1g", "-XX:TieredStopAtLevel=1", "-jar", jar.toString()));
    words.addAll(List.of(arguments));
    return words;
  }

  /** Runs words and waits, at most five minutes. */
  static ForkscopeProcess run(Path folder, List<String> words) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        throw new AssertionError("still running after 300 s: " + words);
      }
    } finally {
      process.destroyForcibly();
    }
    return new ForkscopeProcess(process.exitValue(), text(out), text(err));
  }

  private static String text(Path file) throws Exception {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
