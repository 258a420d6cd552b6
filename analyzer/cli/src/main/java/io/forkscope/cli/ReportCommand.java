package io.forkscope.cli;

import io.forkscope.reports.ReportException;
import io.forkscope.reports.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code forkscope report}: any report again from the JSON of a result. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Makes a report again from a result that was written as JSON by simulate, analyze or"
            + " validate. Nothing is computed anew.",
    footer = {
      "",
      "Examples:",
      "  forkscope report result.json                      as text",
      "  forkscope report result.json -o report.html",
      "  forkscope report result.json --format csv | column -s, -t",
      "",
      "The form of the JSON is printed by 'forkscope schema verdict'."
    })
final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RESULT.json", description = "A result that was written as JSON.")
  private Path file = Path.of("");

  @Mixin private OutputOptions output = new OutputOptions();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  ReportCommand() {}

  @Override
  public Integer call() throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + ": is a directory, not a result");
    }
    try {
      output.write(Reports.read(file), spec.commandLine().getOut(), spec.commandLine().getErr());
    } catch (ReportException e) {
      throw CommandFailure.badInput(String.valueOf(e.getMessage()), e);
    }
    return ExitCode.FINE;
  }
}
