/** Tests of the JSON form. */
@NullMarked
package io.forkscope.reports.json;

import org.jspecify.annotations.NullMarked;
