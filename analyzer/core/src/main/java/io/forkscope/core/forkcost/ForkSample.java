package io.forkscope.core.forkcost;

/**
 * One way to make a child, as one process measured it: midmeans of its runs.
 *
 * @param way that was taken
 * @param memory what the parent held
 * @param parentNanos until the call returned: processor time of the parent where the parent does
 *     the work (fork), elapsed time where it waits for the child
 * @param readyNanos elapsed time from the return until the child had exec'd, or ended
 */
public record ForkSample(ForkWay way, ForkedMemory memory, double parentNanos, double readyNanos) {}
