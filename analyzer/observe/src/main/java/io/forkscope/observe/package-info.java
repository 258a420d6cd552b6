/**
 * Reads what Linux says about live processes in {@code /proc}, and measures real forks by the page
 * frames of parent and child.
 */
@NullMarked
package io.forkscope.observe;

import org.jspecify.annotations.NullMarked;
