/** Runtime models that ship with Forkscope; each runtime is a package of its own. */
@NullMarked
package io.forkscope.models;

import org.jspecify.annotations.NullMarked;
