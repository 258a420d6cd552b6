package io.forkscope.models.php;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.ZendMemory;
import java.util.List;
import java.util.Map;

/** Strings that an action makes and keeps. */
final class PhpKept {

  private static final Value STRING =
      new Value("string", Map.of("by", "concat", "format", "x%d"), List.of());

  private PhpKept() {}

  static void strings(
      ProcessMemory memory,
      ZendMemory heap,
      PhpCollector collector,
      PhpObjectStore store,
      long count) {
    new PhpBuilder(memory, heap, collector, store)
        .build(new Population("kept", "list", STRING, count, -1, 1), List.of());
  }
}
