/** Tests of the Lua model against measured forks. */
@NullMarked
package io.forkscope.models.lua;

import org.jspecify.annotations.NullMarked;
