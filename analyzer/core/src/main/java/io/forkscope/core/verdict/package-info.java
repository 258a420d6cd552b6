/** The result of an analysis, ready to be reported: nothing here knows how it was obtained. */
@NullMarked
package io.forkscope.core.verdict;

import org.jspecify.annotations.NullMarked;
