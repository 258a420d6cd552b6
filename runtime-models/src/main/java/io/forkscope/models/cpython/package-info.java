/**
 * Models of CPython 2.7 and 3.6 to 3.13: object layouts, the paths that write reference counts, the
 * cyclic collector, and what an interpreter of each version writes of its own.
 */
@NullMarked
package io.forkscope.models.cpython;

import org.jspecify.annotations.NullMarked;
