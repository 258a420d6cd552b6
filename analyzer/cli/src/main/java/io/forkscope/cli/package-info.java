/** To come. */
@NullMarked
package io.forkscope.cli;

import org.jspecify.annotations.NullMarked;
