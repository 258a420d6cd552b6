package io.forkscope.models.ruby;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/** Describes the model of CRuby 3.1. */
public final class RubyProvider implements RuntimeModelProvider {

  static final String ID = "cruby";

  private static final String VERSION = "3.1";

  /** For the service loader. */
  public RubyProvider() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> versions() {
    return List.of(VERSION);
  }

  @Override
  public String description() {
    return "CRuby: slots and heap pages, mark bitmaps, ages, lazy sweeping and growth as they fire.";
  }

  @Override
  public List<Cause> causes() {
    return RubyCauses.all();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(
        new ModelOption("gc", "whether the collector runs while populations are built", "on"),
        new ModelOption(
            RubyVocabulary.THREADS,
            "on or off: whether a child acts in a thread of its own, as a server's with threads",
            "off"),
        new ModelOption(
            RubyVocabulary.ARENAS,
            "own or one: malloc arenas of those threads; one for all is MALLOC_ARENA_MAX=1",
            "own"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes the start image of Debian 12's ruby3.1 with json, objspace and a class of 3000"
                + " methods; another program starts with other holes and other garbage.",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that the C stack keeps no dead object alive but an array that was thinned out.",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that an incremental marking ends with the objects reachable at its end.",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that an element built from parts lies together, so that a compaction moves all"
                + " of it or none.",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that one thread of a child acts while the others wait.", Fidelity.MODELLED),
        new Assumption(
            "Assumes that a first require takes the blocks and makes the objects that were measured"
                + " in one process, evenly mixed, whatever lies in the heaps.",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "CRuby 3.1.2 gc.c: heap pages, marking, ages, lazy sweep, compaction, growth, malloc limits",
        "CRuby 3.1.2 transient_heap.c, hash.c, st.c: tables of hashes",
        "CRuby 3.1.2 string.c, array.c, bignum.c, variable.c: embedded objects and shared strings",
        "glibc 2.36 malloc/malloc.c: tcache, fastbins, bins, consolidation, top, trim, mmap threshold",
        "glibc 2.36 malloc/arena.c: arenas of threads and their heaps",
        "measured: start image of Debian 12's ruby3.1, read from its memory",
        "measured: first requires of Debian 12's libraries, block by block",
        "measured: slots and bytes per element by ObjectSpace.count_objects and GC.stat");
  }

  @Override
  public Vocabulary vocabulary() {
    return RubyVocabulary.words();
  }

  @Override
  public RuntimeModel create(String version) {
    requireVersion(version);
    return new RubyModel(ObservedAddresses.NONE);
  }

  @Override
  public Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    requireVersion(version);
    return Optional.of(new RubyModel(told));
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.of(new RubyDriver());
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    requireVersion(version);
    return RubyCases.expand(caseName, version, count);
  }

  private static void requireVersion(String version) {
    if (!version.equals(VERSION)) {
      throw new IllegalArgumentException(
          "cruby is modelled for version 3.1, not "
              + version
              + " (3.2 sorts objects into size pools and lets objects grow in their slots; Process.warmup"
              + " came with 3.3)");
    }
  }
}
