/** Writes and reads the JSON form of a verdict. */
@NullMarked
package io.forkscope.reports.json;

import org.jspecify.annotations.NullMarked;
