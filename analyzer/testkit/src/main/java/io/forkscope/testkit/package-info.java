/** To come. */
@NullMarked
package io.forkscope.testkit;

import org.jspecify.annotations.NullMarked;
