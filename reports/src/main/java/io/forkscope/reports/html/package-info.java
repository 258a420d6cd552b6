/** Writes a verdict as one self-contained HTML page, made of panels. */
@NullMarked
package io.forkscope.reports.html;

import org.jspecify.annotations.NullMarked;
