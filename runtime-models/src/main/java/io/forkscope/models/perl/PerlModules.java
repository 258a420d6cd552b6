package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.models.allocator.ArenaSlots;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
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
              Map.entry("Data::Dumper", new Use(166, 1790, 110)),
              Map.entry("Digest::MD5", new Use(123, 380, 28)),
              Map.entry("Encode", new Use(207, 3293, 409)),
              Map.entry("File::Temp", new Use(242, 6686, 573)),
              Map.entry("Getopt::Long", new Use(175, 2494, 211)),
              Map.entry("IO::File", new Use(177, 1261, 89)),
              Map.entry("JSON::PP", new Use(187, 3414, 429)),
              Map.entry("List::Util", new Use(122, 329, 61)),
              Map.entry("Scalar::Util", new Use(131, 334, 62)),
              Map.entry("Socket", new Use(155, 2068, 305)),
              Map.entry("Storable", new Use(183, 988, 82)),
              Map.entry("Text::Wrap", new Use(168, 843, 76)),
              Map.entry("Time::HiRes", new Use(122, 201, 24))));

  /**
   * What a module takes.
   *
   * @param pages that a child of validate's program writes beside an empty array
   * @param heads of SVs, which it takes from those that a population has left free: by what is lost
   *     of 20,000 arrays and of as many hashes, whose free heads lie farther apart
   * @param keys names that the table of shared keys gets: by how many of its 2,048 pages are
   *     written beside a hash of 600,000 keys, pages * -ln(1 - written / pages)
   */
  private record Use(int pages, int heads, int keys) {}

  /**
   * Pages less that the modules write when a population has taken free chunks of the start, in the
   * mean of what was measured: arrays and hashes (10 to 38), keys alone (5 to 19), and texts of up
   * to 22 letters (8 to 13).
   */
  private static final int TAKEN_BY_REFERENTS_PAGES = 23;

  private static final int TAKEN_BY_KEYS_PAGES = 12;
  private static final int TAKEN_BY_TEXTS_PAGES = 11;

  /**
   * Pages more when it has taken larger ones, which leaves pieces of them over more of the heap: by
   * texts of 28 to 116 letters (13 to 16), and of 140 to 900 (18 to 37).
   */
  private static final int SCATTERED_PAGES = 14;

  private static final int WIDELY_SCATTERED_PAGES = 26;

  /** What a file is read in, PERLIOBUF_DEFAULT_BUFSIZ: perl 5.36 perlio.h. */
  private static final int FILE_BUFFER_BYTES = 8 << 10;

  private final ProcessMemory memory;
  private final GlibcHeap malloc;
  private final ArenaSlots heads;
  private final PerlKeys keyTable;
  private final Set<String> loaded = new HashSet<>();

  PerlModules(ProcessMemory memory, PerlHeap heap, PerlKeys keyTable) {
    this.memory = memory;
    this.keyTable = keyTable;
    malloc = heap.malloc();
    heads = heap.of(PerlHeap.Slot.HEAD);
  }

  PerlModules(PerlModules parent, ProcessMemory memory, PerlHeap heap, PerlKeys keyTable) {
    this(memory, heap, keyTable);
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
   * @param populations of the process
   */
  void require(String module, List<PerlPopulation> populations) {
    check(module);
    Use use = MEASURED.get(module);
    if (use != null && loaded.add(module)) {
      WriteSink sink = memory.sink(PerlCauses.FIRST_IMPORT);
      // the first pages of the heap and of perl's data, where stashes and free chunks are
      int pages = use.pages - pagesLess(populations);
      sink.writeRange(PerlImage.HEAP + PerlImage.PAGE, (long) pages * PerlImage.PAGE);
      malloc.free(malloc.allocate(FILE_BUFFER_BYTES), FILE_BUFFER_BYTES);
      keyTable.enter(use.keys, sink);
      heads.take(Math.min(use.heads, heads.available()), new BlockRuns());
    }
  }

  private static int pagesLess(List<PerlPopulation> all) {
    List<PerlPopulation> populations = all.stream().filter(of -> of.count > 0).toList();
    if (populations.stream().anyMatch(of -> of.value.isReference())) {
      return TAKEN_BY_REFERENTS_PAGES;
    }
    int text =
        populations.stream()
            .flatMap(of -> of.blockSizes.stream())
            .mapToInt(size -> size.bytes(1))
            .max()
            .orElse(0);
    if (text > PerlSizes.LEAST_BLOCK_BYTES) {
      return text > PerlSizes.FAST_BLOCK_BYTES ? -WIDELY_SCATTERED_PAGES : -SCATTERED_PAGES;
    }
    boolean hasKeys = populations.stream().anyMatch(of -> of.isMap);
    return text > 0 ? TAKEN_BY_TEXTS_PAGES : hasKeys ? TAKEN_BY_KEYS_PAGES : 0;
  }
}
