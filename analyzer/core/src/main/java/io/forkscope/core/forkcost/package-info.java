/**
 * What fork and the ways around it cost in time, by what the parent holds, from costs that are
 * measured on a host ({@code forkscope calibrate}) or published.
 *
 * <p>Assumes that the time of a fork is a constant, plus a part for each mapping, plus what copying
 * the page table entries takes, which hangs on whether write permission must be taken from them.
 * Linux 6.18 mm/memory.c, copy_page_range: base pages and 64 KiB folios are copied entry by entry,
 * huge pages by one entry for 2 MiB and a table that is deposited for its later split; a child of
 * vfork or posix_spawn shares the tables and copies none.
 */
@NullMarked
package io.forkscope.core.forkcost;

import org.jspecify.annotations.NullMarked;
