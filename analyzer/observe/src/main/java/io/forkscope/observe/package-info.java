/** To come. */
@NullMarked
package io.forkscope.observe;

import org.jspecify.annotations.NullMarked;
