package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.simulation.SimulatedMemory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PymallocTest {

  private static final long ARENAS = 0x6000_0000_0000L;
  private static final int BLOCKS_OF_64 = (4096 - 48) / 64;
  private static final Cause CAUSE =
      new Cause("test.write", CauseKind.ALLOCATION, "A test writes.", "this test");

  private final CowProcess process = new CowSpace(KernelRules.of("6.18")).create("python");
  private final SimulatedMemory memory = new SimulatedMemory(process);
  private final WriteSink sink = memory.sink(CAUSE);

  private Pymalloc pymalloc(int sparePools) {
    return pymalloc(PymallocGeometry.SMALL_POOLS, sparePools);
  }

  private Pymalloc pymalloc(PymallocGeometry geometry, int sparePools) {
    return new Pymalloc(memory, geometry, ARENAS, ARENAS + (1L << 30), sparePools, 0);
  }

  private BlockRun filled(Pymalloc pymalloc, int bytes, long count) {
    List<BlockRun> runs = pymalloc.allocate(sink, bytes, count);
    assertThat(runs).hasSize(1);
    runs.get(0).write(sink, 0, bytes);
    return runs.get(0);
  }

  private long residentPages() {
    return process.usage().rssBytes() / 4096;
  }

  /** Two objects of one element share pools: neither alone empties one, both together do. */
  @Test
  void blocksTakenInTurnGiveTheirArenasBackWhenAllAreFreed() {
    Pymalloc pymalloc = pymalloc(0);
    BlockRun blocks = filled(pymalloc, 64, 3L * 64 * BLOCKS_OF_64);
    BlockRun even = blocks.part(0, blocks.count(), 2);
    BlockRun odd = blocks.part(1, blocks.count(), 2);
    assertThat(residentPages()).isEqualTo(3 * 64);

    List<List<BlockRun>> turns = BlockRun.turns(List.of(odd, even));
    turns.forEach(runs -> pymalloc.releaseAll(memory, sink, runs));

    assertThat(turns).containsExactly(List.of(even, odd));
    assertThat(residentPages()).isZero();
  }

  /** Two objects of one element may lie in runs apart, so that one turn stands alone. */
  @Test
  void turnThatStandsAloneEmptiesItsPoolToo() {
    Pymalloc pymalloc = pymalloc(0);
    BlockRun blocks = filled(pymalloc, 64, 64L * BLOCKS_OF_64);
    long pairs = blocks.count() - 2;

    pymalloc.releaseAll(memory, sink, List.of(blocks.part(0, pairs, 2), blocks.part(1, pairs, 2)));
    pymalloc.releaseAll(memory, sink, List.of(blocks.part(pairs + 1, pairs + 2, 1)));
    assertThat(residentPages()).isEqualTo(64);
    pymalloc.releaseAll(memory, sink, List.of(blocks.part(pairs, pairs + 1, 2)));

    assertThat(residentPages()).isZero();
  }

  /** A class that is taken in two parts shares a pool between them: 100 blocks of 63 a pool. */
  @Test
  void poolSharedByTwoRunsIsFreedWithTheSecond() {
    Pymalloc pymalloc = pymalloc(0);
    BlockRun first = filled(pymalloc, 64, 100);
    List<BlockRun> second = pymalloc.allocate(sink, 64, 64L * BLOCKS_OF_64 - 100);
    second.forEach(run -> run.write(sink, 0, 64));
    assertThat(residentPages()).isEqualTo(64);

    pymalloc.releaseAll(memory, sink, List.of(first));
    assertThat(residentPages()).isEqualTo(64);
    second.forEach(run -> pymalloc.releaseAll(memory, sink, List.of(run)));

    assertThat(residentPages()).isZero();
  }

  /** Every other block was freed before: the rest empties the pools. */
  @Test
  void holesBetweenFreedBlocksDoNotKeepAPool() {
    Pymalloc pymalloc = pymalloc(0);
    BlockRun blocks = filled(pymalloc, 64, 64L * BLOCKS_OF_64);
    pymalloc.release(sink, blocks.part(1, blocks.count(), 2));
    assertThat(residentPages()).isEqualTo(64);

    pymalloc.releaseAll(memory, sink, List.of(blocks.part(0, blocks.count(), 2)));

    assertThat(residentPages()).isZero();
  }

  /** Ten pools lie in an arena that the interpreter has for itself. */
  @Test
  void sparePoolsStayWithTheirArena() {
    Pymalloc pymalloc = pymalloc(10);
    BlockRun blocks = filled(pymalloc, 64, 64L * BLOCKS_OF_64);

    pymalloc.releaseAll(memory, sink, List.of(blocks));

    assertThat(residentPages()).isEqualTo(10);
  }

  /** The kernel aligns arenas to a page: of four, three lose a pool of 16 KiB. */
  @Test
  void arenasOfLargePoolsHold63Or64() {
    PymallocGeometry large = PymallocGeometry.LARGE_POOLS;

    assertThat(large.bytesOf(3)).isEqualTo((3 * 63) << 14);
    assertThat(large.bytesOf(8)).isEqualTo((6 * 63 + 2 * 64) << 14);
    assertThat(large.arenasWithin(large.bytesOf(7) - 1)).isEqualTo(6);
    assertThat(large.arenasWithin(large.bytesOf(7))).isEqualTo(7);
    assertThat(PymallocGeometry.SMALL_POOLS.bytesOf(8)).isEqualTo(8 << 18);
  }

  /**
   * CPython 3.9 keeps one empty arena; but not where another has all but one pool free, as floats
   * on the free list leave the last one when they fill no second pool.
   */
  @ParameterizedTest
  @CsvSource({"0, 64", "1, 64", "2, 128"})
  void arenaThatIsEmptyFirstStaysUnlessAnotherIsAlmostEmpty(int waiting, int resident) {
    Pymalloc pymalloc = pymalloc(PymallocGeometry.SMALL_POOLS_KEPT, 0);
    BlockRun blocks = filled(pymalloc, 64, 3L * 64 * BLOCKS_OF_64);
    for (int pool = 1; pool <= waiting; pool++) {
      pymalloc.pin(blocks.address(blocks.count() - (long) pool * BLOCKS_OF_64));
    }

    pymalloc.releaseAll(memory, sink, List.of(blocks));

    assertThat(residentPages()).isEqualTo(resident);
  }

  /** Blocks that the interpreter has left free are taken first, and keep their pool. */
  @Test
  void freeBlocksOfOtherPoolsAreTakenFirst() {
    Pymalloc pymalloc = pymalloc(0);
    pymalloc.loadFree(64, 10);

    List<BlockRun> runs = pymalloc.allocate(sink, 64, 10 + 64L * BLOCKS_OF_64);
    runs.forEach(run -> run.write(sink, 0, 64));
    assertThat(runs).extracting(BlockRun::count).containsExactly(10L, 64L * BLOCKS_OF_64);
    runs.forEach(run -> pymalloc.releaseAll(memory, sink, List.of(run)));

    assertThat(residentPages()).isEqualTo(1);
  }

  /** Of two arenas the one stays in which a block waits on a free list. */
  @Test
  void blockThatStaysKeepsItsArena() {
    Pymalloc pymalloc = pymalloc(0);
    BlockRun blocks = filled(pymalloc, 64, 2L * 64 * BLOCKS_OF_64);

    pymalloc.pin(blocks.address(0));
    pymalloc.releaseAll(memory, sink, List.of(blocks));

    assertThat(residentPages()).isEqualTo(64);
  }

  /** Elements that were dropped before come first in the slots: 1 of 4 stays, the third. */
  @Test
  void holesBeforeTheFirstFreedBlockDoNotKeepAPoolEither() {
    Pymalloc pymalloc = pymalloc(0);
    BlockRun blocks = filled(pymalloc, 64, 64L * BLOCKS_OF_64);
    for (int other : new int[] {0, 1, 3}) {
      pymalloc.release(sink, blocks.part(other, blocks.count(), 4));
    }

    pymalloc.releaseAll(memory, sink, List.of(blocks.part(2, blocks.count(), 4)));

    assertThat(residentPages()).isZero();
  }
}
