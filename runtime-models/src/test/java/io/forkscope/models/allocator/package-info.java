/** Tests of the allocators. */
@NullMarked
package io.forkscope.models.allocator;

import org.jspecify.annotations.NullMarked;
