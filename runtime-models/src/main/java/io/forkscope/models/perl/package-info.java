/**
 * The model of Perl 5.36: reference counts in SV heads, bodies that grow with use, buffers and keys
 * shared with a count beside them, and blocks placed by glibc's malloc.
 */
@NullMarked
package io.forkscope.models.perl;

import org.jspecify.annotations.NullMarked;
