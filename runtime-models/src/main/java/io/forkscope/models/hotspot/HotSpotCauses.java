package io.forkscope.models.hotspot;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** The causes of HotSpot's writes to its heap. */
final class HotSpotCauses {

  static final Cause NEW_OBJECTS =
      new Cause(
          "hotspot.new-objects",
          CauseKind.ALLOCATION,
          "New objects overwrite eden once per young collection, however little of them survives.",
          "OpenJDK 17 src/hotspot/share/gc/shared/memAllocator.cpp; measured: frozen forks of JVMs"
              + " under Serial, Parallel and G1");

  static final Cause SURVIVOR_COPY =
      new Cause(
          "hotspot.survivor-copy",
          CauseKind.GC,
          "A young collection copies the objects that survive into survivor space.",
          "OpenJDK 17 src/hotspot/share/gc/serial/defNewGeneration.cpp (copy_to_survivor_space),"
              + " gc/parallel/psPromotionManager.inline.hpp, gc/g1/g1ParScanThreadState.cpp");

  static final Cause PROMOTION =
      new Cause(
          "hotspot.promotion",
          CauseKind.GC,
          "A young collection copies objects that have survived often enough, or do not fit, into the"
              + " old generation.",
          "OpenJDK 17 src/hotspot/share/gc/serial/tenuredGeneration.cpp (promote),"
              + " gc/parallel/psPromotionManager.inline.hpp, gc/g1/g1ParScanThreadState.cpp");

  static final Cause FORWARDING =
      new Cause(
          "hotspot.forwarding",
          CauseKind.GC,
          "A collection leaves the new address of each object it moves in the old object's mark word.",
          "OpenJDK 17 src/hotspot/share/oops/oop.inline.hpp (forward_to, forward_to_atomic)");

  static final Cause COMPACTION =
      new Cause(
          "hotspot.full-compaction",
          CauseKind.GC,
          "A full collection slides the live objects together and adjusts their references.",
          "OpenJDK 17 src/hotspot/share/gc/serial/genMarkSweep.cpp, gc/parallel/psParallelCompact.cpp,"
              + " gc/g1/g1FullCollector.cpp");

  static final List<Cause> ALL =
      List.of(NEW_OBJECTS, SURVIVOR_COPY, PROMOTION, FORWARDING, COMPACTION);

  private HotSpotCauses() {}
}
