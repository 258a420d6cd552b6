/** Tests of the Redis model against real saves. */
@NullMarked
package io.forkscope.models.redis;

import org.jspecify.annotations.NullMarked;
