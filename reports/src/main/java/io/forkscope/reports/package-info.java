/** Turns a verdict into one HTML page, JSON, CSV or terminal text, and reads the JSON back. */
@NullMarked
package io.forkscope.reports;

import org.jspecify.annotations.NullMarked;
