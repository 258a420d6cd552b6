/**
 * What an application may call: it needs {@code java.base} alone and does nothing without the
 * agent.
 */
@NullMarked
package io.forkscope.api;

import org.jspecify.annotations.NullMarked;
