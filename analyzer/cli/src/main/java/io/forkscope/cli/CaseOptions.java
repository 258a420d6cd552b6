package io.forkscope.cli;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The cases of commands that need no interpreter: short forms and files. */
final class CaseOptions {

  @Parameters(
      arity = "0..*",
      paramLabel = "CASE|FILE",
      description =
          "Cases in short form, or case files (a name with a slash or an ending .yaml, .yml,"
              + " .json).")
  private List<String> inputs = new ArrayList<>();

  @Option(names = "--cases", paramLabel = "FILE", description = "A case file; may be repeated.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--runtime", paramLabel = "ID", description = "Runtime of cases that name none.")
  private @Nullable String runtime;

  @Option(
      names = "--runtime-version",
      paramLabel = "V",
      description = "Version of cases that name none.")
  private @Nullable String version;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Objects of short-form cases. Default: ${DEFAULT-VALUE}.")
  private long count;

  CaseOptions() {}

  /** Every case, in the order files, then short forms. */
  List<Scenario> scenarios() throws IOException {
    Map<String, String> defaults = new LinkedHashMap<>();
    if (runtime != null) {
      defaults.put("runtime", runtime);
    }
    if (version != null) {
      defaults.put("version", version);
    }
    CaseFile reader = new CaseFile(Models::byId);
    List<Scenario> scenarios = new ArrayList<>();
    for (Path file : files) {
      scenarios.addAll(reader.read(file, defaults));
    }
    for (String input : inputs) {
      scenarios.addAll(
          looksLikeFile(input)
              ? reader.read(Path.of(input), defaults)
              : reader.parse("case", "{case: " + input + ", count: " + count + "}", defaults));
    }
    return scenarios;
  }

  private static boolean looksLikeFile(String input) {
    return input.contains("/") || input.matches("(?i).*\\.(ya?ml|json)");
  }

  /** What the user named. */
  String inputName() {
    List<String> names = new ArrayList<>(inputs);
    files.forEach(f -> names.add(f.toString()));
    return String.join(", ", names);
  }
}
