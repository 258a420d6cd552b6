package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, from the jars that the build leaves. */
@Timeout(400)
final class DemoIT {

  @TempDir Path folder = Path.of("set by JUnit");

  @Test
  void demoPredictsARealProgramAndReallyForksWhereItCan() throws Exception {
    Path report = folder.resolve("report.html");

    ForkscopeProcess demo =
        ForkscopeProcess.run(folder, ForkscopeProcess.command("demo", "-o", report.toString()));

    assertThat(demo.exitCode()).as(demo.err()).isZero();
    List<String> lines = demo.out().lines().toList();
    assertThat(lines).hasSizeBetween(3, 8);
    assertThat(lines.get(0))
        .matches("Within .* s of the fork each clone loses .* MiB.*\\(modelled\\)");
    assertThat(lines).last().isEqualTo("Report: " + report.toAbsolutePath());
    assertThat(lines)
        .anyMatch(
            line -> line.startsWith("- CPython ") && (!Needs.all() || line.contains("error is")));
    assertThat(Files.readString(report)).contains("hotspot.new-objects", "Predicted against");
  }
}
