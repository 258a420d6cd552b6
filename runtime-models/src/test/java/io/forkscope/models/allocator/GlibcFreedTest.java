package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.WriteSink;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the next large request writes of chunks that were freed before. */
class GlibcFreedTest {

  /** Notes the addresses of writes. */
  private static final class Noted implements WriteSink {
    final TreeSet<Long> addresses = new TreeSet<>();

    @Override
    public void write(long address, int bytes) {
      addresses.add(address);
    }

    @Override
    public void writeRange(long address, long bytes) {
      addresses.add(address);
    }

    @Override
    public void writeEach(long[] all, int from, int to, int bytes) {
      for (int i = from; i < to; i++) {
        addresses.add(all[i]);
      }
    }

    @Override
    public void writeStrided(long first, long stride, long count, int bytes) {
      for (long i = 0; i < count; i++) {
        addresses.add(first + i * stride);
      }
    }
  }

  private static BlockRun chunks(int bytes, long offset) {
    return new BlockRun(0x1000, 8L * bytes, 16, bytes, 8, 0, 1, 8).part(offset, 8, 4);
  }

  @Test
  void freeMergesLargeNeighboursSoThatOnlyTheFirstHeadIsWritten() {
    GlibcFreed freed = new GlibcFreed();
    freed.add(chunks(960, 1));
    freed.add(chunks(960, 2));
    Noted written = new Noted();

    freed.sort(written);

    assertThat(written.addresses).containsExactly(0x1000L + 960, 0x1000L + 5 * 960);
  }

  @Test
  void largeNeighboursOfOneRunAreOneChunk() {
    GlibcFreed freed = new GlibcFreed();
    freed.add(new BlockRun(0x1000, 8L * 960, 16, 960, 8, 0, 1, 8));
    Noted written = new Noted();

    freed.sort(written);

    assertThat(written.addresses).containsExactly(0x1000L);
  }

  /** A fast chunk is linked by itself until then: its own head is read, cleared and written. */
  @Test
  void fastChunksAreWrittenOneByOne() {
    GlibcFreed freed = new GlibcFreed();
    freed.add(chunks(32, 1));
    freed.add(chunks(32, 2));
    Noted written = new Noted();

    freed.sort(written);

    assertThat(written.addresses).hasSize(4);
  }

  @Test
  void whatWasSortedWaitsNoMoreButInAChildThatWasForkedBefore() {
    GlibcFreed freed = new GlibcFreed();
    freed.add(chunks(32, 1));
    GlibcFreed child = freed.fork();
    Noted ofParent = new Noted();
    Noted again = new Noted();
    Noted ofChild = new Noted();

    freed.sort(ofParent);
    freed.sort(again);
    child.sort(ofChild);

    assertThat(again.addresses).isEmpty();
    assertThat(ofChild.addresses).isEqualTo(ofParent.addresses);
  }

  @Test
  void oneRequestSortsTenThousandLargeChunks() {
    GlibcFreed freed = new GlibcFreed();
    freed.add(new BlockRun(0x1000, 8 * 960, 16, 960, 8, 0, 2, 12_000));
    Noted first = new Noted();
    Noted second = new Noted();

    freed.sort(first);
    freed.sort(second);

    assertThat(first.addresses).hasSize(10_000);
    assertThat(second.addresses).hasSize(2_000);
    assertThat(freed.isSorted()).isTrue();
  }
}
