package io.forkscope.core.verdict;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the numbers come from.
 *
 * @param inputName file or scenario
 * @param inputSha256 hash of the input's bytes, hexadecimal
 * @param seed of the run
 * @param versions of Forkscope, models and runtimes, sorted by name
 * @param fidelity of the placement, lower case
 * @param assumptions what models took for granted
 * @param notes defaults used, events ignored and counted, parts that are not modelled yet
 */
public record Provenance(
    String inputName,
    String inputSha256,
    long seed,
    Map<String, String> versions,
    String fidelity,
    List<String> assumptions,
    List<String> notes) {

  /** Copies and sorts. */
  public Provenance {
    versions = java.util.Collections.unmodifiableMap(new TreeMap<>(versions));
    assumptions = List.copyOf(assumptions);
    notes = List.copyOf(notes);
  }
}
