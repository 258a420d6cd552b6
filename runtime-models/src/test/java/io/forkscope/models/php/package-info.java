/** Tests of the PHP model against measured forks. */
@NullMarked
package io.forkscope.models.php;

import org.jspecify.annotations.NullMarked;
