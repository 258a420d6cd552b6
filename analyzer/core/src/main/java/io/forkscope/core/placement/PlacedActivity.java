package io.forkscope.core.placement;

import java.util.List;
import java.util.Map;

/**
 * A recording, placed: the process at the fork point and what its heap went through afterwards.
 *
 * @param collector of the JVM, for example {@code Serial}
 * @param fork the fork point
 * @param endNanos the end of the recorded activity
 * @param regions in address order, disjoint
 * @param actions those after the fork point
 * @param collectionNanos starts of the collections after the fork point
 * @param kind how the heap's addresses were obtained; the weakest part counts
 * @param versions of the JVM and the agent, by name
 * @param assumptions each a sentence beginning with "Assumes"
 * @param notes what a reader of the result must know
 */
public record PlacedActivity(
    String collector,
    ForkMoment fork,
    long endNanos,
    List<PlacedRegion> regions,
    PlacedActions actions,
    List<Long> collectionNanos,
    PlacementKind kind,
    Map<String, String> versions,
    List<String> assumptions,
    List<String> notes) {

  /** Copies the lists. */
  public PlacedActivity {
    regions = List.copyOf(regions);
    collectionNanos = List.copyOf(collectionNanos);
    versions = Map.copyOf(versions);
    assumptions = List.copyOf(assumptions);
    notes = List.copyOf(notes);
  }
}
