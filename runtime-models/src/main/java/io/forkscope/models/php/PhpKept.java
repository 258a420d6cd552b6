package io.forkscope.models.php;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Strings "x0", "x1", … that {@code allocate} keeps in a global array, until it starts anew. */
final class PhpKept {

  private static final Value STRING =
      new Value("string", Map.of("by", "concat", "format", "x%d"), List.of());

  private @Nullable PhpPopulation kept;

  PhpKept() {}

  PhpKept(PhpKept other) {
    kept = other.kept == null ? null : new PhpPopulation(other.kept);
  }

  /** Drops what was kept, then makes {@code count} strings. */
  void renew(PhpBuilder builder, PhpRelease release, long count) {
    if (kept != null) {
      release.array(kept);
    }
    kept = builder.fill(new Population("kept", "list", STRING, count, -1, 1));
  }
}
