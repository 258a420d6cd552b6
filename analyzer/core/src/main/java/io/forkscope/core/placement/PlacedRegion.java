package io.forkscope.core.placement;

import io.forkscope.core.memory.Region;

/**
 * A region of the process at the fork point.
 *
 * @param region where it lies and what it holds
 * @param resident its pages that were present
 * @param dirtyPages how many of them are private copies rather than pages of a file, the first in
 *     address order where that is all that is known
 * @param residentKind how the resident pages are known
 * @param activityKnown whether the recording says what is written into it after the fork point
 */
public record PlacedRegion(
    Region region,
    PageRuns resident,
    long dirtyPages,
    PlacementKind residentKind,
    boolean activityKnown) {}
