/** The SPI of runtime models: what a plug-in promises, and what it may ask of the simulation. */
@NullMarked
package io.forkscope.core.model;

import org.jspecify.annotations.NullMarked;
