/** Tests of the Perl model against measured forks. */
@NullMarked
package io.forkscope.models.perl;

import org.jspecify.annotations.NullMarked;
