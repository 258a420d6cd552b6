/**
 * CRuby 3.1: heap pages of 40-byte slots, the generational incremental collector with its lazy and
 * compacting sweeps, the transient heap, the VM's tables of strings and symbols, and what each
 * operation writes. The C heap is {@link io.forkscope.models.allocator.GlibcArena}, which takes
 * glibc's own decisions from a measured start image on: which chunks the first collection frees,
 * and which pages are written when they are joined, decides small cases.
 *
 * <p>The facts behind it, with their sources, are in {@code RubyProvider}.
 */
@NullMarked
package io.forkscope.models.ruby;

import org.jspecify.annotations.NullMarked;
