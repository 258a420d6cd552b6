package io.forkscope.core.verdict;

/**
 * What became of one region.
 *
 * @param name as in the process's maps
 * @param kind label of its {@code RegionKind}
 * @param address first byte
 * @param bytes length
 * @param residentPages resident at the fork
 * @param brokenPages of those, broken since, fork's own breaks included
 * @param grownPages new since the fork
 * @param fidelity how the placement was obtained, lower case
 */
public record RegionLoss(
    String name,
    String kind,
    long address,
    long bytes,
    long residentPages,
    long brokenPages,
    long grownPages,
    String fidelity) {}
