/** To come. */
@NullMarked
package io.forkscope.models;

import org.jspecify.annotations.NullMarked;
