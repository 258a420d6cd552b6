/** The page in a real Chromium, driven over its DevTools protocol. */
@NullMarked
package io.forkscope.reports.browser;

import org.jspecify.annotations.NullMarked;
