package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** The manual pages that are checked in are those that the commands generate. */
class ManualTest {

  private static final Path MANUAL = Path.of("src/docs/man");

  @Test
  void generatedManualIsTheCheckedInManual(@TempDir Path generated) throws IOException {
    CommandSpec spec = Main.commandLine(new Main()).getCommandSpec();
    boolean approve = System.getProperty("approve") != null;

    int exitCode =
        ManPageGenerator.generateManPage(
            approve ? MANUAL.toFile() : generated.toFile(), null, new boolean[0], true, spec);

    assertThat(exitCode).isZero();
    if (!approve) {
      assertThat(pages(MANUAL))
          .as("regenerate with -Dapprove -Dtest=ManualTest and read the difference")
          .isEqualTo(pages(generated));
    }
  }

  /** File name to text, the version line left out. */
  private static Map<String, String> pages(Path folder) throws IOException {
    Map<String, String> pages = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        pages.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return pages;
  }
}
