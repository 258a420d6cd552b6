/** To come. */
@NullMarked
package io.forkscope.javaagent;

import org.jspecify.annotations.NullMarked;
