/** HotSpot: which bytes its heap and its collectors write while they do what a recording shows. */
@NullMarked
package io.forkscope.models.hotspot;

import org.jspecify.annotations.NullMarked;
