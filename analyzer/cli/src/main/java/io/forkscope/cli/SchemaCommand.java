package io.forkscope.cli;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.reports.Reports;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code forkscope schema}: the JSON Schemas of what Forkscope writes and reads. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = "Prints the JSON Schema (2020-12) of results, or of case files.",
    footer = {"", "Examples:", "  forkscope schema verdict", "  forkscope schema cases"})
final class SchemaCommand implements Callable<Integer> {

  /** A published schema. */
  enum Subject {
    VERDICT(Reports.class, "json/verdict.schema.json"),
    CASES(CaseFile.class, "cases.schema.json");

    private final Class<?> owner;
    private final String resource;

    Subject(Class<?> owner, String resource) {
      this.owner = owner;
      this.resource = resource;
    }
  }

  @Parameters(
      paramLabel = "SUBJECT",
      description = "verdict (what --format json writes) or cases (what --cases reads).")
  private Subject subject = Subject.VERDICT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  SchemaCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text(subject));
    out.flush();
    return ExitCode.FINE;
  }

  /** The text of a schema. */
  static String text(Subject subject) throws IOException {
    try (InputStream in = subject.owner.getResourceAsStream(subject.resource)) {
      if (in == null) {
        throw new IllegalStateException("not in this jar: " + subject.resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
