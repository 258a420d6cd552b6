/**
 * The model of PHP 8.2: zvals, refcounted headers, the Zend memory manager, the cycle collector.
 */
@NullMarked
package io.forkscope.models.php;

import org.jspecify.annotations.NullMarked;
