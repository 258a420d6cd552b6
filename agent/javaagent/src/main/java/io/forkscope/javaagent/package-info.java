/**
 * The Java agent: records where a JVM's objects are allocated and what its address space holds, and
 * leaves its host as it found it.
 */
@NullMarked
package io.forkscope.javaagent;

import org.jspecify.annotations.NullMarked;
