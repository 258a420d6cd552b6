/** What is built before a fork, what the fork looks like, and what is done after it. */
@NullMarked
package io.forkscope.core.scenario;

import org.jspecify.annotations.NullMarked;
