package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.PageLedger;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arena against addresses that a C program ({@code placements.c}) printed. */
class GlibcArenaTest {

  private static final long HEAP = 0x5600_0000_0000L;
  private static final long MAPPINGS = 0x7f00_0000_0000L;

  /** Chunk of the tcache, which malloc takes first: sizeof(tcache_perthread_struct), 0x280. */
  private static final long TCACHE_CHUNK = 0x290;

  /** First brk: DEFAULT_TOP_PAD and the request, in pages. */
  private static final long FIRST_BRK = 0x21000;

  /** 2,000 random requests each of 1 byte to 200 kB, held, freed and resized: glibc 2.36. */
  @ParameterizedTest
  @ValueSource(strings = {"placements-2.36-seed1.txt", "placements-2.36-seed2.txt"})
  void putsEveryBlockWhereGlibcPutIt(String series) throws IOException {
    PageLedger memory = new PageLedger();
    WriteSink sink =
        memory.sink(new Cause("a.take", CauseKind.ALLOCATION, "takes a block", "a test"));
    GlibcArena arena = new GlibcArena(memory, HEAP, MAPPINGS);
    arena.loadTop(HEAP + TCACHE_CHUNK, HEAP + FIRST_BRK);
    long[] addresses = new long[300];
    long[] bytes = new long[300];
    List<String> placed = new ArrayList<>();
    List<String> lines = lines(series);

    for (String line : lines) {
      String[] words = line.split(" ", -1);
      int slot = Integer.parseInt(words[1]);
      if (words[0].equals("f")) {
        arena.free(addresses[slot], bytes[slot], sink);
        placed.add(line);
        continue;
      }
      long wanted = Long.parseLong(words[2]);
      addresses[slot] =
          words[0].equals("a")
              ? arena.malloc(wanted, sink)
              : arena.realloc(addresses[slot], bytes[slot], wanted, sink);
      bytes[slot] = wanted;
      String at =
          addresses[slot] < MAPPINGS - (1L << 40)
              ? Long.toHexString(addresses[slot] - HEAP)
              : "mapped";
      placed.add(words[0] + " " + slot + " " + wanted + " " + at);
    }

    assertThat(lines).hasSize(4000);
    assertThat(placed).isEqualTo(lines);
  }

  private static List<String> lines(String series) throws IOException {
    try (InputStream in = GlibcArenaTest.class.getResourceAsStream(series)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + series);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
