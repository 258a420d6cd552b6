package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.forkscope.reports.Reports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the commands really write, against the schemas that are published. */
final class SchemaCommandTest {

  private static final String CASES =
      """
      {"cases": [
        {"case": "ints.iter", "runtime": "cpython", "version": ["3.9", "3.12"], "count": 20000},
        {"case": "strs.length", "runtime": "cruby", "version": "3.1", "count": 20000},
        {"name": "two workers", "runtime": "cpython", "version": "3.11",
         "populations": [{"name": "d", "of": {"kind": "int", "from": 1000}, "count": 20000}],
         "before-fork": ["collect"], "fork": {"children": 2},
         "actions": [{"sample": {"on": "d", "count": 20, "seed": 7}}],
         "requests": {"count": 100, "marks": [1, 10, 100]}}]}
      """;

  @TempDir Path folder = Path.of("set by JUnit");

  private static String run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    assertThat(Main.run(line, arguments)).as(err.toString()).isZero();
    return out.toString();
  }

  private static Schema schema(String subject) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(run("schema", subject), InputFormat.JSON);
  }

  private String[] command(String name) throws Exception {
    Path cases = Files.writeString(folder.resolve("cases.json"), CASES);
    Path truth =
        Files.writeString(
            folder.resolve("truth.csv"),
            "case,n,base_pages,action_cow\nstrs.length,200000,6479,2727\nstrs.noop,1000,5000,8\n");
    return switch (name) {
      case "simulate" -> new String[] {"simulate", "--cases", cases.toString(), "--format", "json"};
      case "analyze" ->
          new String[] {
            "analyze",
            "../core/src/test/resources/recordings/small-g1.jfr",
            "--clones",
            "2",
            "--format",
            "json"
          };
      default ->
          new String[] {
            "validate", "--runtime", "cruby", "--truth", truth.toString(), "--format", "json"
          };
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"simulate", "analyze", "validate"})
  void whatACommandWritesSatisfiesTheSchemaAndIsEqualByteForByte(String name) throws Exception {
    String first = run(command(name));

    assertThat(schema("verdict").validate(first, InputFormat.JSON)).isEmpty();
    assertThat(run(command(name))).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"simulate", "analyze", "validate"})
  void everyReportIsMadeAgainFromTheJson(String name) throws Exception {
    String json = run(command(name));
    Path file = Files.writeString(folder.resolve("result.json"), json);

    assertThat(run("report", file.toString(), "--format", "json")).isEqualTo(json);
    for (String format : List.of("text", "csv", "html")) {
      String[] again = command(name);
      again[again.length - 1] = format;
      assertThat(run("report", file.toString(), "--format", format)).isEqualTo(run(again));
    }
  }

  @Test
  void simulatedCasesSayRuntimeVersionResidentAndBrokenPagesByCause() throws Exception {
    Path file = Files.writeString(folder.resolve("result.json"), run(command("simulate")));

    var cases = Reports.read(file).comparisons();

    assertThat(cases)
        .extracting(c -> c.name() + " " + c.runtime() + " " + c.version())
        .containsExactly(
            "ints.iter cpython 3.9",
            "ints.iter cpython 3.12",
            "strs.length cruby 3.1",
            "two workers @1 cpython 3.11",
            "two workers @10 cpython 3.11",
            "two workers @100 cpython 3.11");
    assertThat(cases).allMatch(c -> c.residentPages() > 500 && c.measured().isEmpty());
    // 20,000 ints are about 160 pages, all of which 3.9 writes and 3.12 too
    assertThat(cases.get(0).predicted()).isBetween(140L, 300L);
    assertThat(cases.get(0).parts()).anyMatch(p -> p.name().equals("cpython.refcount"));
  }

  @Test
  void caseFilesOfThisTestSatisfyTheSchemaOfCaseFiles() {
    Schema schema = schema("cases");

    assertThat(schema.validate(CASES, InputFormat.JSON)).isEmpty();
    assertThat(schema.validate("{\"cases\": [{\"cuont\": 1}]}", InputFormat.JSON)).isNotEmpty();
  }
}
