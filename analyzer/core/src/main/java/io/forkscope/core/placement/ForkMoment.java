package io.forkscope.core.placement;

/**
 * The fork point of a recording.
 *
 * @param nanos when, nanoseconds since the epoch of 1970
 * @param phase of the agent that begins there, or 0 where no agent marked it
 * @param text for people, for example {@code fork point "ready"}
 */
public record ForkMoment(long nanos, int phase, String text) {}
