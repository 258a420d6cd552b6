/** How numbers and names are shown to people, the same in every format of this module. */
@NullMarked
package io.forkscope.reports.internal;

import org.jspecify.annotations.NullMarked;
