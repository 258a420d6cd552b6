/** Writes a verdict as comma-separated rows, one number each. */
@NullMarked
package io.forkscope.reports.csv;

import org.jspecify.annotations.NullMarked;
