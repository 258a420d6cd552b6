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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arena against addresses that a C program ({@code placements.c}) printed. */
class GlibcArenaTest {

  private static final long HEAP = 0x5600_0000_0000L;
  private static final long MAPPINGS = 0x7f00_0000_0000L;

  private static final long THREAD_HEAPS = 0x7e00_0000_0000L;
  private static final long HEAP_BYTES = 64L << 20;

  private static final Cause CAUSE =
      new Cause("a.take", CauseKind.ALLOCATION, "takes a block", "a test");

  /** Chunk of the tcache, which malloc takes first: sizeof(tcache_perthread_struct), 0x280. */
  private static final long TCACHE_CHUNK = 0x290;

  /** Chunk of what pthread_create takes: 17 dtv_t, {@code allocate_dtv} of elf/dl-tls.c. */
  private static final long DTV_CHUNK = 0x120;

  /** Blocks that a series holds at most. */
  private static final int MOST_SLOTS = 1700;

  /** First brk: DEFAULT_TOP_PAD and the request, in pages. */
  private static final long FIRST_BRK = 0x21000;

  /** 2,000 random requests each of 1 byte to 200 kB, held, freed and resized: glibc 2.36. */
  @ParameterizedTest
  @ValueSource(strings = {"placements-2.36-seed1.txt", "placements-2.36-seed2.txt"})
  void putsEveryBlockWhereGlibcPutIt(String series) throws IOException {
    List<String> lines = lines(series);

    List<String> placed = replay(lines, HEAP + TCACHE_CHUNK, GlibcArenaTest::offset);

    assertThat(lines).hasSize(4000);
    assertThat(placed).isEqualTo(lines);
  }

  /**
   * 6,800 random requests of a second thread, after 400 of the first, whose blocks it frees and
   * resizes, too: it fills heaps, and empties them ({@code arenas.c}, glibc 2.36).
   */
  @ParameterizedTest
  @ValueSource(strings = {"arenas-2.36-seed1.txt", "arenas-2.36-seed3.txt"})
  void putsEveryBlockOfAnotherThreadWhereGlibcPutIt(String series) throws IOException {
    List<String> lines = lines(series);

    List<String> placed =
        replay(lines, HEAP + TCACHE_CHUNK + DTV_CHUNK, GlibcArenaTest::offsetInArena);

    assertThat(lines).hasSize(7201);
    assertThat(placed).isEqualTo(lines);
  }

  /** The lines of a series with the addresses of the model's arena in place of malloc's. */
  private static List<String> replay(List<String> lines, long top, LongFunction<String> place) {
    PageLedger memory = new PageLedger();
    WriteSink sink = memory.sink(CAUSE);
    GlibcArena arena = new GlibcArena(memory, HEAP, MAPPINGS);
    arena.loadTop(top, HEAP + FIRST_BRK);
    long[] addresses = new long[MOST_SLOTS];
    long[] bytes = new long[MOST_SLOTS];
    List<String> placed = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      int slot = words.length == 1 ? 0 : Integer.parseInt(words[1]);
      String now = line;
      switch (words[0]) {
        case "thread" -> arena.startThread(THREAD_HEAPS, sink);
        case "f" -> arena.free(addresses[slot], bytes[slot], sink);
        default -> {
          long wanted = Long.parseLong(words[2]);
          addresses[slot] =
              words[0].equals("a")
                  ? arena.malloc(wanted, sink)
                  : arena.realloc(addresses[slot], bytes[slot], wanted, sink);
          bytes[slot] = wanted;
          now = words[0] + " " + slot + " " + wanted + " " + place.apply(addresses[slot]);
        }
      }
      placed.add(now);
    }
    return placed;
  }

  private static String offset(long address) {
    return address < MAPPINGS - (1L << 40) ? Long.toHexString(address - HEAP) : "mapped";
  }

  private static String offsetInArena(long address) {
    long heap = (address - THREAD_HEAPS) / HEAP_BYTES;
    return address < THREAD_HEAPS
        ? "main " + Long.toHexString(address - HEAP)
        : heap < 100 ? heap + " " + Long.toHexString(address % HEAP_BYTES) : "mapped";
  }

  /** Two arenas with the same holes; one is asked for all rounds at once, the other in turn. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void takesRoundsWhereSingleRequestsWouldLie(long seed) {
    Random random = new Random(seed);
    long[] sizes = random.longs(1 + random.nextInt(4), 1, 2_000).toArray();
    int holes = random.nextInt(60);
    long holeSeed = random.nextLong();
    PageLedger together = new PageLedger();
    PageLedger apart = new PageLedger();
    WriteSink sink = together.sink(CAUSE);
    WriteSink other = apart.sink(CAUSE);
    GlibcArena one = withHoles(together, holes, new Random(holeSeed));
    GlibcArena two = withHoles(apart, holes, new Random(holeSeed));
    BlockRuns[] runs = new BlockRuns[sizes.length];
    Arrays.setAll(runs, i -> new BlockRuns());
    List<Long> wanted = new ArrayList<>();
    List<Long> placed = new ArrayList<>();

    int atOnce = 0;
    for (int round = 0; round < 3_000; ) {
      long taken = one.mallocEach(sizes, 3_000 - round, runs, sink);
      atOnce += (int) taken;
      if (taken == 0) {
        for (int i = 0; i < sizes.length; i++) {
          runs[i].add(one.malloc(sizes[i], sink), 0, 1);
        }
        taken = 1;
      }
      round += (int) taken;
    }
    for (int round = 0; round < 3_000; round++) {
      for (int i = 0; i < sizes.length; i++) {
        wanted.add(two.malloc(sizes[i], other));
        placed.add(runs[i].address(round));
      }
    }

    assertThat(atOnce).as("seed %d", seed).isGreaterThan(1_000);
    assertThat(placed).as("seed %d", seed).isEqualTo(wanted);
    assertThat(one.top()).isEqualTo(two.top());
    assertThat(together.resident()).isEqualTo(apart.resident());
  }

  private static GlibcArena withHoles(PageLedger memory, int holes, Random random) {
    WriteSink sink = memory.sink(CAUSE);
    GlibcArena arena = new GlibcArena(memory, HEAP, MAPPINGS);
    arena.loadTop(HEAP + TCACHE_CHUNK, HEAP + FIRST_BRK);
    for (int i = 0; i < holes; i++) {
      int bytes = 1 + random.nextInt(1_500);
      long address = arena.malloc(bytes, sink);
      arena.malloc(24, sink);
      arena.free(address, bytes, sink);
    }
    return arena;
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
