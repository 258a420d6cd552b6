/** Allocators that runtimes share: who gets which address, and what that writes. */
@NullMarked
package io.forkscope.models.allocator;

import org.jspecify.annotations.NullMarked;
