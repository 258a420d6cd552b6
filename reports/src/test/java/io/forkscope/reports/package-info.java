/** Tests of the reports, on verdicts that look like real ones. */
@NullMarked
package io.forkscope.reports;

import org.jspecify.annotations.NullMarked;
