/** How fast the COW engine is, beside what it could have been and beside the kernel. */
@NullMarked
package io.forkscope.benchmarks;

import org.jspecify.annotations.NullMarked;
