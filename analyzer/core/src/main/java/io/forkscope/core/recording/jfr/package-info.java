/**
 * Reads JDK Flight Recorder files, chunk by chunk and in parallel, with {@code jdk.jfr.consumer}.
 */
@NullMarked
package io.forkscope.core.recording.jfr;

import org.jspecify.annotations.NullMarked;
