/** Contract kits for plug-ins, and the oracle that the COW engine is compared with. */
@NullMarked
package io.forkscope.testkit;

import org.jspecify.annotations.NullMarked;
