package io.forkscope.core.casefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseFileTest {

  @Test
  void everyKeyOfASpelledOutCaseReachesItsScenario() {
    List<Scenario> read =
        parse(
            """
            name: mine
            runtime: toy
            version: "1.1"
            options: {page-size: 2m}
            populations:
              - name: d
                of: {kind: tuple, parts: [int, {kind: int, from: 7}]}
                count: 1_000
                shuffle: 5
                keep-every: 2
            before-fork: [collect]
            fork: {children: 3, acting: both}
            actions:
              - iterate: d
              - sample: {on: d, count: 10, seed: 77}
            requests: {marks: [1, 10], recycle-after: 5}
            seed: 9
            """);

    Value seven = new Value("int", Map.of("from", "7"), List.of());
    Value pair =
        new Value("tuple", Map.of(), List.of(new Value("int", Map.of(), List.of()), seven));
    assertThat(read)
        .containsExactly(
            new Scenario(
                "mine",
                "toy",
                "1.1",
                Map.of("page-size", "2m"),
                List.of(new Population("d", "list", pair, 1000, 5, 2)),
                List.of(new Step("collect", Map.of())),
                new ForkPlan(3, ForkPlan.Acting.BOTH),
                List.of(
                    new Step("iterate", Map.of("on", "d")),
                    new Step("sample", Map.of("on", "d", "count", "10", "seed", "77"))),
                new Requests(10, List.of(1L, 10L), 5),
                9));
  }

  @Test
  void aReleaseGoesByTheModelledVersionItBelongsTo() {
    List<Scenario> read =
        parse("{runtime: toy, version: ['1.1.18', '1.0', '1.1'], case: ints.iter, count: 1}");

    assertThat(read).extracting(Scenario::version).containsExactly("1.1", "1.0");
  }

  @Test
  void valuesBesideCasesHoldForEveryCaseThatDoesNotSetThem() {
    List<Scenario> read =
        parse(
            """
            runtime: toy
            version: ["1.0", "1.1"]
            count: 10
            cases:
              - case: ints.iter
              - {name: bigger, case: ints.iter, count: 20, version: "1.1"}
            """);

    assertThat(read).extracting(Scenario::name).containsExactly("ints.iter", "ints.iter", "bigger");
    assertThat(read).extracting(Scenario::version).containsExactly("1.0", "1.1", "1.1");
    assertThat(read).extracting(s -> s.population("data").count()).containsExactly(10L, 10L, 20L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // an unknown key, with the nearest known one and its place
        "{runtime: toy, version: '1.0', cse: ints.iter}|f:1:32|did you mean 'case'",
        "{runtime: tyo, version: '1.0', case: ints.iter}|f:1:11|did you mean 'toy'",
        "{runtime: toy, version: '1.10', case: ints.iter}|f:1:25|unknown version of toy '1.10'",
        "{runtime: toy, version: '3', case: ints.iter}|f:1:25|unknown version of toy '3'",
        "{runtime: toy, version: '1.0', case: ints.itr}|f:1:38|did you mean 'ints.iter'",
        "{runtime: toy, version: '1.0', case: ints.iter, count: -1}|f:1:56|count must be 0 to",
        // 10^18 objects fit a long and no machine
        "{runtime: toy, version: '1.0', case: ints.iter, count: 1000000000000000000}|f:1:56|count must",
        // beyond a long
        "{runtime: toy, version: '1.0', case: ints.iter, count: 99999999999999999999}|f:1:56|count must",
        "{runtime: toy, version: '1.0', case: ints.iter, count: many}|f:1:56|whole number",
        "{runtime: toy, version: '1.0', name: x}|f:1:1|needs 'actions'",
        "{runtime: toy, version: '1.0', name: x, actions: [iterat]}|f:1:51|did you mean 'iterate'",
        "{runtime: toy, version: '1.0', name: x, actions: [iterate: d]}|f:1:60|unknown population 'd'",
        "{runtime: toy, version: '1.0', case: ints.iter, requests: {marks: [3, 1]}}|f:1:59|ascend",
        "{runtime: toy, runtime: toy}|f:1|twice",
        "{\"x\\ny\": 1}|f:1:2|unknown key of a case 'x y'",
        "[1, 2]|f:1:1|must be a mapping",
        "{a: [|f:1|is not YAML",
        "!E%E|f|is not YAML", // found by the fuzzer
        "{runtime: toy, version: '1.0', case: ints.iter, options: {page-size: 3m}}|f:1:58|did you mean",
      })
  void refusalsNameThePlaceAndWhatWouldDo(String text, String place, String reason) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(CaseFileException.class)
        .hasMessageStartingWith(place)
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void anEmptyTextIsRefused() {
    assertThatThrownBy(() -> parse("")).hasMessageContaining("is empty");
  }

  @Test
  void nestingWithoutEndIsRefusedInsteadOfOverflowing() {
    assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(CaseFileException.class);
  }

  @Test
  void twoCasesOfOneNameAreRefused() {
    assertThatThrownBy(
            () ->
                parse(
                    "{runtime: toy, version: '1.0', count: 1,"
                        + " cases: [{case: ints.iter}, {case: ints.iter}]}"))
        .hasMessageContaining("two cases named 'ints.iter'");
  }

  @Test
  void aFileThatIsNotTextIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cases.yaml");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThatThrownBy(() -> Words.reader().read(file, Map.of()))
        .hasMessageContaining("not UTF-8 text");
  }

  private static List<Scenario> parse(String text) {
    return Words.reader().parse("f", text, Map.of());
  }
}
