/** Reads case files: YAML or JSON texts that hold scenarios, checked against a runtime's words. */
@NullMarked
package io.forkscope.core.casefile;

import org.jspecify.annotations.NullMarked;
