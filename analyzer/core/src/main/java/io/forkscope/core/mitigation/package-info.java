/**
 * Mitigations: changes of a scenario that may give memory back. Each is one class and one line of
 * {@link io.forkscope.core.mitigation.Mitigations}.
 */
@NullMarked
package io.forkscope.core.mitigation;

import org.jspecify.annotations.NullMarked;
