/** The command line, the only room that knows every other one. */
@NullMarked
package io.forkscope.cli;

import org.jspecify.annotations.NullMarked;
