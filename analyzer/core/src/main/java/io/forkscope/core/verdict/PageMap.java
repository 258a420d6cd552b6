package io.forkscope.core.verdict;

import java.util.List;

/**
 * The state of every page that was resident in the parent at the fork, in one child, run-length
 * encoded in address order.
 *
 * @param regionNames what {@link Run#region} indexes
 * @param causeIds what {@link Run#cause} indexes
 * @param objectKinds what {@link Run#objectKind} indexes; the first is the empty text for unknown
 * @param runs sorted by address, not overlapping
 */
public record PageMap(
    List<String> regionNames, List<String> causeIds, List<String> objectKinds, List<Run> runs) {

  /** Copies the lists. */
  public PageMap {
    regionNames = List.copyOf(regionNames);
    causeIds = List.copyOf(causeIds);
    objectKinds = List.copyOf(objectKinds);
    runs = List.copyOf(runs);
  }

  /** A map of nothing. */
  public static PageMap empty() {
    return new PageMap(List.of(), List.of(), List.of(""), List.of());
  }

  /**
   * Neighbouring pages of equal state.
   *
   * @param address of the first page
   * @param pages how many
   * @param region index into the region names
   * @param cause index of the cause that broke them first, or -1 for pages still shared
   * @param epoch index into the curve's epochs at which they broke, or -1
   * @param objectKind index into the object kinds: what lies there
   */
  public record Run(long address, long pages, int region, int cause, int epoch, int objectKind) {}
}
