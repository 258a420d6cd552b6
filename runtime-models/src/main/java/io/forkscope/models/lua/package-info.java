/**
 * The model of Lua 5.4: colours and ages in object headers, the string table, tables that double,
 * and blocks placed by glibc's malloc.
 */
@NullMarked
package io.forkscope.models.lua;

import org.jspecify.annotations.NullMarked;
