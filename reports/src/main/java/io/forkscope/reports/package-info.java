/** To come. */
@NullMarked
package io.forkscope.reports;

import org.jspecify.annotations.NullMarked;
