package io.forkscope.core.memory;

/**
 * What became of one region since the fork, in base pages. A page that was given back and is
 * written again, in this region or in one mapped at its address since, counts as broken there: the
 * kernel's frames tell no difference to a copy. One that is only resident again counts as dropped
 * and as grown.
 *
 * @param region as it was mapped, even if it has been cut or unmapped since
 * @param residentAtForkPages resident when the window began
 * @param residentPages resident now
 * @param brokenPages of those at the fork, written since and still mapped; none in shared memory
 * @param grownPages resident now, but not at the fork
 * @param droppedPages resident at the fork, and given back since
 */
public record RegionCounts(
    Region region,
    long residentAtForkPages,
    long residentPages,
    long brokenPages,
    long grownPages,
    long droppedPages) {}
