package io.forkscope.core.model;

/**
 * What a server itself says about its fork and its child.
 *
 * @param childPages the most pages of 4 KiB that the child had for itself
 * @param forkPauseNanos how long the fork took in the parent
 */
public record ServerReport(long childPages, long forkPauseNanos) {}
