package io.forkscope.models.cpython;

import io.forkscope.models.allocator.PymallocGeometry;
import java.util.ArrayList;
import java.util.List;

/** The versions that are modelled, oldest first, with what decides their allocation. */
enum CPythonVersion {
  V2_7("2.7", "2.7.18"),
  V3_6("3.6", "3.6.15"),
  V3_7("3.7", "3.7.16"),
  V3_8("3.8", "3.8.18"),
  V3_9("3.9", "3.9.18"),
  V3_10("3.10", "3.10.13"),
  V3_11("3.11", "3.11.7"),
  V3_12("3.12", "3.12.1"),
  V3_13("3.13", "3.13.0");

  private final String text;
  private final String release;

  CPythonVersion(String text, String release) {
    this.text = text;
    this.release = release;
  }

  static CPythonVersion of(String text) {
    for (CPythonVersion version : values()) {
      if (version.text.equals(text)) {
        return version;
      }
    }
    throw new IllegalArgumentException(
        "CPython " + text + " is not modelled; the versions are " + String.join(", ", texts()));
  }

  static List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (CPythonVersion version : values()) {
      texts.add(version.text);
    }
    return texts;
  }

  /** As a scenario spells it. */
  String text() {
    return text;
  }

  /** The release that was measured, with pyenv's default options. */
  String release() {
    return release;
  }

  boolean atLeast(CPythonVersion other) {
    return compareTo(other) >= 0;
  }

  /** PEP 683: None, small ints, one-character strings and static types never move their count. */
  boolean hasImmortalObjects() {
    return atLeast(V3_12);
  }

  /** Objects/obmalloc.c: large pools since 3.10 (bpo-37448, WITH_PYMALLOC_RADIX_TREE). */
  PymallocGeometry pymalloc() {
    if (atLeast(V3_10)) {
      return PymallocGeometry.LARGE_POOLS;
    }
    return this == V3_9 ? PymallocGeometry.SMALL_POOLS_KEPT : PymallocGeometry.SMALL_POOLS;
  }

  /** Modules/gcmodule.c, Python/gc.c: threshold of the youngest generation. */
  int youngThreshold() {
    return this == V3_13 ? 2000 : 700; // since 3.11 Include/internal/pycore_runtime_init.h
  }

  /**
   * Containers that exec holds when its compiler has most of them, beside those that stay: by
   * gc.get_count() around collections in a loop that compiles small functions.
   */
  int containersOfCompiler() {
    return this == V2_7 ? 1 : collectsOnEvalBreaker() ? 0 : 13;
  }

  /** A due collection waits for the eval breaker since 3.12 (gh-97922). */
  boolean collectsOnEvalBreaker() {
    return atLeast(V3_12);
  }
}
