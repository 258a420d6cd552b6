/**
 * The trace vocabulary: the JFR events that the agent writes and the analyzer reads by name; needs
 * {@code jdk.jfr} alone.
 */
@NullMarked
package io.forkscope.events;

import org.jspecify.annotations.NullMarked;
