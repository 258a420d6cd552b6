/** Copy-on-write address spaces: processes, regions, frames, and the causes of writes. */
@NullMarked
package io.forkscope.core.memory;

import org.jspecify.annotations.NullMarked;
