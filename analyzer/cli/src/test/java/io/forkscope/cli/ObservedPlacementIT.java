package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.verdict.Comparison;
import io.forkscope.reports.Reports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Lets a real interpreter tell where its objects lie, and predicts with that. */
@Tag("linux-fork")
final class ObservedPlacementIT {
  private static final String CPYTHON =
      """
      runtime: cpython
      version: "3.11"
      cases:
        - name: few of many in random order
          populations:
            - {name: data, of: {kind: int, from: 1000}, count: 200000, shuffle: 3}
          actions: [{sample: {on: data, count: 500, seed: 7}}]
        - {case: insts.attr, count: 50000}
        - {case: ints.del, count: 30000}
      """;

  private static final String PERL =
      """
      runtime: perl
      version: "5.36"
      cases:
        - {case: strs.copy1, count: 60000}
        - {case: hashes.setkey, count: 30000}
        - {case: hash.keys, count: 50000}
        - {case: floats.str.warm, count: 50000}
        - {case: ints.clear, count: 30000}
        - name: texts
          populations: [{name: data, holder: array, of: {kind: hash, keys: "id,n", parts: [{kind: string, format: "%09d"}, {kind: int}]}, count: 30000}]
          actions: [{read-key: {on: data}}]
        - name: written over
          populations: [{name: data, holder: array, of: {kind: hash, keys: "id", parts: [{kind: array, parts: [{kind: int}]}]}, count: 20000}]
          actions: [{write-key: {on: data}}]
      """;

  private static final String LUA =
      """
      runtime: lua
      version: "5.4"
      cases:
        - {case: records.gc, count: 30000}
        - {case: hash.alloc, count: 50000}
        - {case: longstrs.askey, count: 60000}
        - name: shuffled
          populations:
            - {name: data, of: {kind: string}, count: 60000, shuffle: 3}
          actions: [{allocate: {count: 60000}}]
        - {case: strs.clear, count: 30000}
      """;

  private static final String PHP =
      """
      runtime: php
      version: "8.2"
      cases:
        - {case: strs.foreach.shuffled, count: 60000}
        - {case: strmap.foreachkv, count: 30000}
        - {case: cyc.foreach, count: 20000}
        - name: references and parts of thinned-out objects
          populations:
            - name: data
              of: {kind: object, keys: "x,y", parts: [{kind: string, format: "%06d"}, {kind: array, parts: [{kind: int}]}]}
              count: 60000
              keep-every: 3
            - {name: texts, of: {kind: string, format: "abc%07d"}, count: 30000}
          before-fork: [{iterate-reference: {on: texts}}]
          actions: [{read-property: {on: data}}, {iterate: {on: texts}}]
        - {case: strs.unset, count: 30000}
      """;

  private static final String RUBY =
      """
      runtime: cruby
      version: "3.1"
      cases:
        - {case: json.gc, count: 20000}
        - {case: syms.oid, count: 40000}
        - {case: arrays.freeze.precompact, count: 5400}
        - name: shuffled and thinned out
          populations:
            - {name: data, holder: array, of: {kind: str, format: "%09d", repeat: 5}, count: 60000, shuffle: 3, keep-every: 3}
            - {name: counts, holder: hash, of: {kind: pair, parts: [{kind: str}, {kind: int}]}, count: 20000}
          actions: [{sample: {on: data, count: 5000, take: length}}, {gc: {on: counts}}]
        - name: compacted by the parent
          populations: [{name: data, holder: array, of: {kind: str}, count: 20000}]
          fork: {acting: parent}
          actions: [{compact: {on: data}}]
      """;

  private static final String REDIS =
      """
      runtime: redis
      version: "7.0"
      cases:
        - {case: strings.set.bytes80.writes8000, count: 50000}
        - {case: lists.rpush.writes5000, count: 20000}
        - name: kinds in random order, after keys that were made and grown
          populations:
            - {name: texts, of: {kind: string, bytes: 3000}, count: 5000, shuffle: 3}
            - {name: maps, of: {kind: hash, fields: 5, bytes: 30}, count: 30000, shuffle: 5}
          before-fork: [{set-new: {on: texts}}, {append: {on: texts}}]
          fork: {acting: parent}
          actions: [{set: {on: texts}}, {set-field: {on: maps}}, {delete: {on: maps}}]
          requests: {count: 3000}
        - {case: strings.del.writes5000.keep3, count: 30000}
        - {case: hashes.hset.writes5000.libc, count: 20000}
      """;

  @TempDir Path folder = Path.of("set by JUnit");

  @BeforeEach
  void onAMachineThatShowsFrames() {
    Needs.linux();
    Needs.root();
  }

  @Test
  void bothPlacementsAreReportedApartAndTheObservedOneMeetsTheKernel() throws Exception {
    Result result = validate("/usr/bin/python3", CPYTHON);

    assertMeetsTheKernel(result, 0.02, "few of many in random order", "insts.attr");
    assertRefused(result, "ints.del");
  }

  @Test
  void perlTellsWhereItsScalarsLie() throws Exception {
    Result result = validate("/usr/bin/perl", PERL);

    assertMeetsTheKernel(
        result, 0.03, "strs.copy1", "hashes.setkey", "hash.keys", "floats.str.warm", "texts");
    assertRefused(result, "ints.clear");
    assertRefused(result, "written over");
  }

  @Test
  void luaTellsWhereItsObjectsLie() throws Exception {
    Result result = validate("/usr/bin/lua5.4", LUA);

    assertMeetsTheKernel(result, 0.03, "records.gc", "hash.alloc", "longstrs.askey", "shuffled");
    assertRefused(result, "strs.clear");
  }

  @Test
  void phpTellsWhereItsValuesLie() throws Exception {
    Result result = validate("/usr/bin/php8.2", PHP);

    assertMeetsTheKernel(
        result,
        0.02,
        "strs.foreach.shuffled",
        "strmap.foreachkv",
        "cyc.foreach",
        "references and parts of thinned-out objects");
    assertRefused(result, "strs.unset");
  }

  @Test
  void rubyTellsWhereItsObjectsLie() throws Exception {
    Result result = validate("/usr/bin/ruby3.1", RUBY);

    assertMeetsTheKernel(
        result,
        0.03,
        "json.gc",
        "syms.oid",
        "arrays.freeze.precompact",
        "shuffled and thinned out");
    assertRefused(result, "compacted by the parent");
  }

  @Test
  void redisIsReadFromOutside() throws Exception {
    Result result = validate("/usr/bin/redis-server", REDIS);

    assertMeetsTheKernel(
        new Result(
            result.observed().stream().filter(c -> !isOfFrames(c.name())).toList(), List.of()),
        0.03,
        "strings.set.bytes80.writes8000",
        "lists.rpush.writes5000",
        "kinds in random order, after keys that were made and grown");
    assertRefused(result, "strings.del.writes5000.keep3");
    assertRefused(result, "hashes.hset.writes5000.libc");
  }

  /** The parent's own count: 30 pages of its cron fall before the first count, or after it. */
  private static boolean isOfFrames(String name) {
    return name.contains("(frames of the parent)");
  }

  private static void assertMeetsTheKernel(Result result, double most, String... names) {
    assertThat(result.observed()).extracting(Comparison::name).containsExactly(names);
    assertThat(result.observed())
        .allSatisfy(c -> assertThat(c.errorRatio().orElseThrow()).isLessThanOrEqualTo(most));
  }

  private static void assertRefused(Result result, String name) {
    assertThat(result.notes())
        .anyMatch(note -> note.startsWith(name + ": not predicted with observed placement"));
  }

  private record Result(List<Comparison> observed, List<String> notes) {}

  private Result validate(String interpreter, String text) throws Exception {
    Needs.executable(interpreter);
    Path cases = Files.writeString(folder.resolve("cases.yaml"), text);
    Path result = folder.resolve("result.json");
    Path predictions = folder.resolve("predictions.csv");
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setErr(new PrintWriter(err));

    int exitCode =
        line.execute(
            "validate",
            "--cases",
            cases.toString(),
            "--interpreter",
            interpreter,
            "--placement",
            "observed",
            "--predictions",
            predictions.toString(),
            "-o",
            result.toString());

    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(Files.readAllLines(predictions))
        .filteredOn(l -> !isOfFrames(l))
        .hasSize((int) text.lines().filter(l -> l.startsWith("  - ")).count() + 1);
    return new Result(
        Reports.read(result).comparisons().stream()
            .filter(c -> c.placement().equals(Comparison.OBSERVED))
            .toList(),
        Reports.read(result).provenance().notes());
  }
}
