/** Writes a verdict as text for a terminal. */
@NullMarked
package io.forkscope.reports.text;

import org.jspecify.annotations.NullMarked;
