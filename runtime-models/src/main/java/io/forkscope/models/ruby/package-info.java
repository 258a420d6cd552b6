/**
 * CRuby 3.1: heap pages, the generational incremental collector, and what each operation writes.
 * The facts behind it, with their sources, are in {@code RubyProvider}.
 */
@NullMarked
package io.forkscope.models.ruby;

import org.jspecify.annotations.NullMarked;
