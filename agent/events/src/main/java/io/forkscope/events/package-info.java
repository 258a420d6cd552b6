/** To come. */
@NullMarked
package io.forkscope.events;

import org.jspecify.annotations.NullMarked;
