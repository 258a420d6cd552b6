package io.forkscope.models.hotspot;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ActivityModel;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.placement.PlacedActions;
import java.util.List;
import java.util.SplittableRandom;

/** The writes of HotSpot's heap and collectors. */
public final class HotSpotActivity implements ActivityModel {

  /** A mark word; 64-bit JVMs only. Source: OpenJDK 17 src/hotspot/share/oops/markWord.hpp. */
  private static final int MARK_WORD_BYTES = 8;

  /** So many objects a page leave fewer than one page in 20,000 untouched: 1 - e^-10. */
  private static final long DENSE_OBJECTS_A_PAGE = 10;

  /** Made by {@link java.util.ServiceLoader}. */
  public HotSpotActivity() {}

  @Override
  public String id() {
    return "hotspot";
  }

  @Override
  public List<Cause> causes() {
    return HotSpotCauses.ALL;
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes that a clone does after the fork what the recorded process did.",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that a full collection writes every page of the compacted old generation.",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "OpenJDK 17 src/hotspot/share/gc (serial, parallel, g1, shared)",
        "measured: frozen forks of JVMs under Serial, Parallel and G1, pages compared by frame"
            + " number");
  }

  @Override
  public List<String> limits() {
    return List.of(
        "Writes outside the Java heap are not modelled yet: JIT compiler arenas in the C heap,"
            + " metaspace and method data, the code cache, card tables and mark bitmaps, stacks."
            + " Their pages are shown as still shared, which is not a prediction; in measured JVMs"
            + " they were a fifth of the loss.",
        "Writes to objects that stay where they are (field stores, locks, identity hashes, references"
            + " adjusted by a young collection) are not modelled yet.");
  }

  @Override
  public void write(PlacedActions actions, int row, ProcessMemory memory, SplittableRandom random) {
    long address = actions.address(row);
    long bytes = actions.bytes(row);
    switch (actions.action(row)) {
      case NEW_OBJECTS -> memory.sink(HotSpotCauses.NEW_OBJECTS).writeRange(address, bytes);
      case SURVIVOR_COPY -> memory.sink(HotSpotCauses.SURVIVOR_COPY).writeRange(address, bytes);
      case PROMOTION -> memory.sink(HotSpotCauses.PROMOTION).writeRange(address, bytes);
      case COMPACTION -> memory.sink(HotSpotCauses.COMPACTION).writeRange(address, bytes);
      case FORWARDING ->
          forward(
              memory.sink(HotSpotCauses.FORWARDING), address, bytes, actions.objects(row), random);
      case GIVE_BACK -> giveBack(memory, address, bytes);
    }
  }

  private static void forward(
      WriteSink sink, long address, long bytes, long objects, SplittableRandom random) {
    long slots = bytes / MARK_WORD_BYTES;
    if (slots == 0) {
      return;
    }
    long pages = Math.max(1, bytes / PageSize.BASE_BYTES);
    if (objects >= DENSE_OBJECTS_A_PAGE * pages) {
      long stride = Math.max(MARK_WORD_BYTES, bytes / objects / MARK_WORD_BYTES * MARK_WORD_BYTES);
      sink.writeStrided(address, stride, Math.min(objects, bytes / stride), MARK_WORD_BYTES);
      return;
    }
    for (long i = 0; i < objects; i++) {
      sink.write(address + random.nextLong(slots) * MARK_WORD_BYTES, MARK_WORD_BYTES);
    }
  }

  private static void giveBack(ProcessMemory memory, long address, long bytes) {
    long from = (address + PageSize.BASE_BYTES - 1) / PageSize.BASE_BYTES * PageSize.BASE_BYTES;
    long to = (address + bytes) / PageSize.BASE_BYTES * PageSize.BASE_BYTES;
    if (from < to) {
      memory.dontNeed(from, to - from);
    }
  }
}
