package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.models.allocator.ArenaSlots;
import io.forkscope.models.allocator.BlockRuns;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What loading a module for the first time writes of the pages that were there. Measured: perl
 * 5.36.0 of Debian 12, {@code require} in a child of validate's program, which has loaded strict,
 * warnings and POSIX. What it frees of large texts, and names that make the table of shared keys
 * grow, are not modelled.
 */
final class PerlModules {

  private static final Map<String, Use> MEASURED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Data::Dumper", new Use(166, 1790)),
              Map.entry("Digest::MD5", new Use(123, 380)),
              Map.entry("Encode", new Use(207, 3293)),
              Map.entry("File::Temp", new Use(242, 6686)),
              Map.entry("Getopt::Long", new Use(175, 2494)),
              Map.entry("IO::File", new Use(177, 1261)),
              Map.entry("JSON::PP", new Use(187, 3414)),
              Map.entry("List::Util", new Use(122, 329)),
              Map.entry("Scalar::Util", new Use(131, 334)),
              Map.entry("Socket", new Use(155, 2068)),
              Map.entry("Storable", new Use(183, 988)),
              Map.entry("Text::Wrap", new Use(168, 843)),
              Map.entry("Time::HiRes", new Use(122, 201))));

  /**
   * What a module takes.
   *
   * @param pages that a child of validate's program writes beside an empty array
   * @param heads of SVs, which it takes from those that a population has left free: by what is lost
   *     of 20,000 arrays and of as many hashes, whose free heads lie farther apart
   */
  private record Use(int pages, int heads) {}

  /**
   * Pages of the heap's free chunks and heads that are taken when a population has blocks of
   * malloc: what the 13 modules write less beside 20,000 arrays and hashes, in the mean (10 to 38).
   */
  private static final int FILLED_PAGES = 23;

  private final ProcessMemory memory;
  private final ArenaSlots heads;
  private final Set<String> loaded = new HashSet<>();

  PerlModules(ProcessMemory memory, PerlHeap heap) {
    this.memory = memory;
    heads = heap.of(PerlHeap.Slot.HEAD);
  }

  PerlModules(PerlModules parent, ProcessMemory memory, PerlHeap heap) {
    this(memory, heap);
    loaded.addAll(parent.loaded);
  }

  static List<String> names() {
    return List.copyOf(MEASURED.keySet());
  }

  /** Refuses a module that was not measured. */
  static void check(String module) {
    if (!MEASURED.containsKey(module)) {
      throw new IllegalArgumentException(Nearest.refusal("module", module, MEASURED.keySet()));
    }
  }

  /**
   * Loads a module; nothing if it is loaded.
   *
   * @param filled whether a population has blocks of malloc
   */
  void require(String module, boolean filled) {
    check(module);
    Use use = MEASURED.get(module);
    if (use != null && loaded.add(module)) {
      WriteSink sink = memory.sink(PerlCauses.FIRST_IMPORT);
      // the first pages of the heap and of perl's data, where stashes and free chunks are
      int pages = use.pages - (filled ? FILLED_PAGES : 0);
      sink.writeRange(PerlImage.HEAP + PerlImage.PAGE, (long) pages * PerlImage.PAGE);
      heads.take(Math.min(use.heads, heads.available()), new BlockRuns());
    }
  }
}
