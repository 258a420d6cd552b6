/**
 * Recordings in memory: one column-oriented table per event type, whatever the trace format, and
 * the formats that fill them.
 */
@NullMarked
package io.forkscope.core.recording;

import org.jspecify.annotations.NullMarked;
