package io.forkscope.reports.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.ReportException;
import io.forkscope.reports.SampleVerdicts;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON form: its schema, and what is refused. */
final class VerdictReaderTest {

  private static String json(Verdict verdict) throws Exception {
    StringWriter out = new StringWriter();
    VerdictWriter.write(verdict, out);
    return out.toString();
  }

  private static Verdict read(String text) throws Exception {
    return VerdictReader.read("f", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everySampleSatisfiesThePublishedSchemaAndSortsItsKeys() throws Exception {
    Schema schema;
    try (InputStream in = VerdictReader.class.getResourceAsStream("verdict.schema.json")) {
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(in, InputFormat.JSON);
    }
    for (Verdict verdict :
        List.of(SampleVerdicts.server(), SampleVerdicts.small(), SampleVerdicts.empty())) {
      assertThat(schema.validate(json(verdict), InputFormat.JSON)).as(verdict.title()).isEmpty();
    }
    // the schema does refuse: else the lines above could not fail
    assertThat(
            schema.validate(
                json(SampleVerdicts.small()).replace("\"resident\" : 3", "\"resident\" : -3"),
                InputFormat.JSON))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schemaVersion\" : 1|\"schemaVersion\" : 2|f: schemaVersion: is 2; this Forkscope reads"
            + " version 1",
        "\"schema\" : \"forkscope.verdict\"|\"schema\" : \"other\"|f: is not a verdict",
        "\"resident\" : 3|\"resident\" : -3|f: cases[0].resident: is negative: -3",
        "\"resident\" : 3|\"resident\" : 99999999999999999999|f: cases[0].resident: the number does"
            + " not fit",
        "\"resident\" : 3|\"resident\" : 9007199254740993|f: cases[0].resident: is more than 2^53",
        "\"resident\" : 3|\"resident\" : \"3\"|f: cases[0].resident: is not a whole number",
        "\"resident\" : 3,||f: cases[0].resident: is missing",
        "[ \"0x12000\", 1,|[ \"0x11000\", 1,|f: pageMap.runs[1]: begins inside a page or before",
        "[ \"0x12000\", 1, 0,|[ \"0x12000\", 1, 7,|f: pageMap.runs[1]: names region 7 of 1",
        "\"0x12000\"|\"12000\"|f: pageMap.runs[1]: is not an address",
        "\"collateralRatio\" : 0.998000|\"collateralRatio\" : 1e999|f: causes[0].collateralRatio:"
            + " is not a number from 0 to 1",
        "\"title\"|\"title\" : \"x\", \"title\"|f: line",
        "\"basis\" : \"modelled\"|\"basis\" : \"guessed\"|f: findings[0].basis: is none of the"
            + " words",
      })
  void damageIsRefusedInOneLineWithItsPlace(String from, String to, String line) throws Exception {
    String whole = json(SampleVerdicts.small());
    assertThat(whole).contains(from);

    assertThatThrownBy(() -> read(whole.replace(from, to == null ? "" : to)))
        .isInstanceOf(ReportException.class)
        .hasMessageStartingWith(line)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    String whole = json(SampleVerdicts.small()).stripTrailing();
    for (int length = 0; length < whole.length(); length++) {
      String cut = whole.substring(0, length);

      assertThatThrownBy(() -> read(cut)).isInstanceOf(ReportException.class);
    }
  }

  @Test
  void nestingWithoutEndIsRefused() {
    assertThatThrownBy(() -> read("[".repeat(1_000_000))).isInstanceOf(ReportException.class);
  }

  @Test
  void keysOfALaterForkscopeAreLeftOutAndNamed() throws Exception {
    Verdict read =
        read(json(SampleVerdicts.small()).replace("\"title\"", "\"later\" : {}, \"title\""));

    assertThat(read.provenance().notes())
        .last()
        .isEqualTo("Keys unknown to this Forkscope were left out: later.");
  }
}
