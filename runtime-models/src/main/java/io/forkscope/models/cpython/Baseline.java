package io.forkscope.models.cpython;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What an interpreter without data touches, by version and step: measured, read from {@code
 * cpython-baselines.tsv}, whose head says how.
 */
final class Baseline {

  private static final String RESOURCE = "cpython-baselines.tsv";
  private static final String SERVER = "cpython-server-baselines.tsv";
  private static final Map<CPythonVersion, Baseline> ALL = read(RESOURCE);
  private static final Map<CPythonVersion, Baseline> SERVERS = servers();

  private final CPythonVersion version;
  private final Map<String, Pages> steps = new HashMap<>();

  /** Pages by the region they lie in, and containers that a first use makes. */
  record Pages(
      int heap, int arenas, int data, int libraries, int stack, int grown, int containers) {
    int broken() {
      return heap + arenas + data + libraries + stack;
    }
  }

  private Baseline(CPythonVersion version) {
    this.version = version;
  }

  static Baseline of(CPythonVersion version) {
    Baseline baseline = ALL.get(version);
    if (baseline == null) {
      throw new IllegalStateException(RESOURCE + " has no rows for " + version.text());
    }
    return baseline;
  }

  /** Of a program that imports json and serves requests: its own rows before the common ones. */
  static Baseline ofServer(CPythonVersion version) {
    Baseline baseline = SERVERS.get(version);
    if (baseline == null) {
      throw new IllegalArgumentException("CPython " + version.text() + " was not measured serving");
    }
    return baseline;
  }

  private static Map<CPythonVersion, Baseline> servers() {
    Map<CPythonVersion, Baseline> servers = read(SERVER);
    servers.forEach((version, own) -> of(version).steps.forEach(own.steps::putIfAbsent));
    return servers;
  }

  /** The pages of a step. */
  Pages pages(String step) {
    Pages pages = steps.get(step);
    if (pages == null) {
      throw new IllegalArgumentException(
          "CPython " + version.text() + " cannot take the step " + step);
    }
    return pages;
  }

  boolean has(String step) {
    return steps.containsKey(step);
  }

  private static Map<CPythonVersion, Baseline> read(String resource) {
    Map<CPythonVersion, Baseline> all = new EnumMap<>(CPythonVersion.class);
    try (InputStream in = Baseline.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + resource);
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#") && !line.startsWith("version")) {
          String[] cells = line.split("\t", -1);
          CPythonVersion version = CPythonVersion.of(cells[0]);
          all.computeIfAbsent(version, Baseline::new).steps.put(cells[1], pages(cells));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
    return Collections.unmodifiableMap(all);
  }

  private static Pages pages(String[] cells) {
    int[] numbers = new int[7];
    for (int i = 0; i < 7; i++) {
      numbers[i] = Integer.parseInt(cells[i + 2]);
    }
    return new Pages(
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
  }
}
