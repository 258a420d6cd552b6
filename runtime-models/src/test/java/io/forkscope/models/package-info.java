/** What the tests of several runtime models share. */
@NullMarked
package io.forkscope.models;

import org.jspecify.annotations.NullMarked;
