package io.forkscope.models;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Mark;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table of measured cases, {@code case,n,resident,pages}, and the predictions of a model beside
 * them. Lines that begin with {@code #} say how it was measured.
 */
public final class TruthTable {

  private final List<Row> rows = new ArrayList<>();

  /** A case: pages resident at the fork, and pages that the action broke. */
  public record Row(
      String name,
      long count,
      long resident,
      long measured,
      long predictedResident,
      long predicted) {

    /** Relative error of the pages broken. */
    public double error() {
      return measured == 0 ? 0 : (double) (predicted - measured) / measured;
    }

    /** Whether the project's bound holds: 5 % from 200 pages on, 25 pages below. */
    public boolean holds() {
      return measured >= 200 ? Math.abs(error()) <= 0.05 : Math.abs(predicted - measured) <= 25;
    }
  }

  /** Reads a table and predicts each of its cases. */
  public static TruthTable of(
      RuntimeModelProvider provider, String version, Class<?> near, String resource) {
    TruthTable table = new TruthTable();
    try (InputStream in = near.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#") && !line.startsWith("case,")) {
          table.rows.add(predict(provider, version, line.split(",")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /**
   * Reads cases that are spelled out, {@code case TAB resident TAB pages;pages…}, a count for each
   * mark, and predicts each of them.
   */
  public static TruthTable spelledOut(
      RuntimeModelProvider provider, String version, Class<?> near, String resource) {
    TruthTable table = new TruthTable();
    try (InputStream in = near.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> table.addSpelledOut(provider, version, line.split("\t", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  private void addSpelledOut(RuntimeModelProvider provider, String version, String[] cells) {
    Scenario scenario =
        new CaseFile(id -> provider)
            .parse(
                cells[0],
                "cases:\n  - " + cells[0],
                Map.of("runtime", provider.id(), "version", version))
            .get(0);
    Trajectory trajectory = Simulation.run(scenario, provider);
    long count = scenario.populations().stream().mapToLong(Population::count).sum();
    List<String> measured = List.of(cells[2].split(";", -1));
    List<Mark> marks = trajectory.marks().stream().filter(mark -> mark.epoch() > 0).toList();
    if (marks.size() != measured.size()) {
      throw new IllegalStateException(scenario.name() + " has " + marks.size() + " marks");
    }
    for (int i = 0; i < marks.size(); i++) {
      rows.add(
          new Row(
              scenario.name() + (marks.size() > 1 ? " @" + marks.get(i).epoch() : ""),
              count,
              Long.parseLong(cells[1]),
              Long.parseLong(measured.get(i)),
              trajectory.residentPages(),
              trajectory.brokenByActions(marks.get(i))));
    }
  }

  private static Row predict(RuntimeModelProvider provider, String version, String[] cells) {
    long count = Long.parseLong(cells[1]);
    long[] pages = predict(provider, provider.expand(cells[0], version, count), version);
    return new Row(
        cells[0], count, Long.parseLong(cells[2]), Long.parseLong(cells[3]), pages[0], pages[1]);
  }

  /** Pages resident at the fork, and pages that the actions break in the first child. */
  public static long[] predict(RuntimeModelProvider provider, Scenario scenario, String version) {
    PageLedger parent = new PageLedger();
    RuntimeProcess process = provider.create(version).start(scenario, parent);
    process.build();
    PageLedger child = parent.fork();
    RuntimeProcess forked = process.fork(child, 0);
    forked.afterFork(true);
    long byFork = child.broken();
    for (long request = 0; request < scenario.requests().count(); request++) {
      forked.request(request);
    }
    return new long[] {parent.resident(), child.broken() - byFork};
  }

  /** The rows, in the file's order. */
  public List<Row> rows() {
    return rows;
  }

  /** One line: errors of the cases of 200 pages and more, and how many smaller ones hold. */
  public String summary() {
    double[] errors =
        rows.stream()
            .filter(row -> row.measured() >= 200)
            .mapToDouble(row -> Math.abs(row.error()))
            .sorted()
            .toArray();
    long small = rows.stream().filter(row -> row.measured() < 200).count();
    long held = rows.stream().filter(row -> row.measured() < 200 && row.holds()).count();
    return String.format(
        Locale.ROOT,
        "%d cases of 200 pages or more: median %.2f %%, 95th percentile %.2f %%, worst %.2f %%;"
            + " %d of %d smaller ones within 25 pages",
        errors.length,
        100 * quantile(errors, 0.5),
        100 * quantile(errors, 0.95),
        100 * quantile(errors, 1),
        held,
        small);
  }

  /** How many cases of fewer than 200 pages are off by more than 25. */
  public long smallBeyondBound() {
    return rows.stream().filter(row -> row.measured() < 200 && !row.holds()).count();
  }

  /** The error that 95 of 100 cases of 200 pages or more do not pass. */
  public double percentile95() {
    return quantile(
        rows.stream()
            .filter(row -> row.measured() >= 200)
            .mapToDouble(row -> Math.abs(row.error()))
            .sorted()
            .toArray(),
        0.95);
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  /** The table for people. */
  public String print() {
    StringBuilder text = new StringBuilder(4096);
    text.append(
        String.format(
            Locale.ROOT,
            "%-24s %9s %9s %9s %9s %9s %8s%n",
            "case",
            "n",
            "resident",
            "predicted",
            "measured",
            "predicted",
            "error"));
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-24s %9d %9d %9d %9d %9d %7.1f%%%s%n",
              row.name(),
              row.count(),
              row.resident(),
              row.predictedResident(),
              row.measured(),
              row.predicted(),
              100 * row.error(),
              row.holds() ? "" : " *"));
    }
    return text.toString();
  }
}
