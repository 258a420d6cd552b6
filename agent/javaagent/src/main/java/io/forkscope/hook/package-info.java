/**
 * The few classes that instrumented code calls; they are loaded by the bootstrap loader, so that
 * every class can see them, and need {@code java.base} alone.
 */
@NullMarked
package io.forkscope.hook;

import org.jspecify.annotations.NullMarked;
