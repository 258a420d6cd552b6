/**
 * From recordings to addresses: what was resident at the fork point, and which bytes of the heap
 * were written after it, when and in what role.
 */
@NullMarked
package io.forkscope.core.placement;

import org.jspecify.annotations.NullMarked;
