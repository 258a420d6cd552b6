package io.forkscope.models.cpython;

import io.forkscope.models.allocator.PymallocGeometry;
import java.util.ArrayList;
import java.util.List;

/** The versions that are modelled, oldest first, with what decides their allocation. */
enum CPythonVersion {
  V2_7("2.7"),
  V3_6("3.6"),
  V3_7("3.7"),
  V3_8("3.8"),
  V3_9("3.9"),
  V3_10("3.10"),
  V3_11("3.11"),
  V3_12("3.12"),
  V3_13("3.13");

  private final String text;

  CPythonVersion(String text) {
    this.text = text;
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

  boolean atLeast(CPythonVersion other) {
    return compareTo(other) >= 0;
  }

  /** PEP 683: None, small ints, one-character strings and static types never move their count. */
  boolean hasImmortalObjects() {
    return atLeast(V3_12);
  }

  /** Objects/obmalloc.c: large pools since 3.10 (bpo-37448, WITH_PYMALLOC_RADIX_TREE). */
  PymallocGeometry pymalloc() {
    return atLeast(V3_10) ? PymallocGeometry.LARGE_POOLS : PymallocGeometry.SMALL_POOLS;
  }

  /**
   * Free pools in the arenas of an interpreter that has compiled its program: measured here with
   * sys._debugmallocstats(), 3.6 on; assumed for 2.7, which has none.
   */
  int sparePools() {
    return switch (this) {
      case V2_7, V3_8 -> 0;
      case V3_6 -> 35;
      case V3_7 -> 46;
      case V3_9 -> 55;
      case V3_10 -> 45;
      case V3_11 -> 8;
      case V3_12 -> 7;
      case V3_13 -> 42;
    };
  }

  /**
   * Bytes past malloc's threshold up to which a list grows at the top of the heap: what the heap's
   * last extension has left there. Measured here, in steps of growth of an eighth, with the shared
   * harness; in the program of validate the first list that is mapped may be two steps smaller or
   * larger (3.6, 3.13).
   */
  int listGrowthSlack() {
    int kib =
        switch (this) {
          case V3_8 -> 8;
          case V3_6, V3_7 -> 43;
          case V2_7 -> 64;
          case V3_10 -> 89;
          case V3_12 -> 116;
          case V3_9, V3_11, V3_13 -> 146;
        };
    return kib << 10;
  }

  /**
   * Pages at the end of its own heap that an interpreter has used and freed, which a list that
   * stays in the heap takes first. Measured here, mean of the same two programs.
   */
  int ownRoomPages() {
    return this == V3_9 || this == V3_10 || this == V3_13 ? 12 : 0;
  }

  /** Modules/gcmodule.c, Python/gc.c: threshold of the youngest generation. */
  int youngThreshold() {
    return this == V3_13 ? 2000 : 700; // since 3.11 Include/internal/pycore_runtime_init.h
  }

  /** A due collection waits for the eval breaker since 3.12 (gh-97922). */
  boolean collectsOnEvalBreaker() {
    return atLeast(V3_12);
  }
}
