package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What loading a module for the first time writes of the pages that were there. Measured: perl
 * 5.36.0 of Debian 12, {@code require} in a child of a script with strict, warnings and POSIX.
 */
final class PerlModules {

  private static final Map<String, Integer> PAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Data::Dumper", 175),
              Map.entry("Digest::MD5", 142),
              Map.entry("Encode", 228),
              Map.entry("File::Temp", 243),
              Map.entry("Getopt::Long", 189),
              Map.entry("IO::File", 193),
              Map.entry("JSON::PP", 200),
              Map.entry("List::Util", 145),
              Map.entry("Scalar::Util", 157),
              Map.entry("Socket", 188),
              Map.entry("Storable", 202),
              Map.entry("Text::Wrap", 181),
              Map.entry("Time::HiRes", 148)));

  private final ProcessMemory memory;
  private final Set<String> loaded = new HashSet<>();

  PerlModules(ProcessMemory memory) {
    this.memory = memory;
  }

  PerlModules(PerlModules parent, ProcessMemory memory) {
    this.memory = memory;
    loaded.addAll(parent.loaded);
  }

  static List<String> names() {
    return List.copyOf(PAGES.keySet());
  }

  /** Refuses a module that was not measured. */
  static void check(String module) {
    if (!PAGES.containsKey(module)) {
      throw new IllegalArgumentException(Nearest.refusal("module", module, PAGES.keySet()));
    }
  }

  /** Loads a module; nothing if it is loaded. */
  void require(String module) {
    check(module);
    if (loaded.add(module)) {
      WriteSink sink = memory.sink(PerlCauses.FIRST_IMPORT);
      // the first pages of the heap and of perl's data, where stashes and free chunks are
      int pages = PAGES.getOrDefault(module, 0);
      sink.writeRange(PerlImage.HEAP + (long) PerlImage.PAGE, (long) pages * PerlImage.PAGE);
    }
  }
}
