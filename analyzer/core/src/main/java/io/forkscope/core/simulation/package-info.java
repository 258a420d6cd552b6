/** Runs a scenario through a runtime model on the copy-on-write engine. */
@NullMarked
package io.forkscope.core.simulation;

import org.jspecify.annotations.NullMarked;
