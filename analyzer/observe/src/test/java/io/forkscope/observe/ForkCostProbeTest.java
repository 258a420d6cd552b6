package io.forkscope.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.forkscope.core.forkcost.ForkSample;
import io.forkscope.core.forkcost.ForkWay;
import io.forkscope.core.forkcost.ForkedMemory;
import io.forkscope.core.memory.PageSize;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Times are not tested, they belong to the host; what is counted is. */
@Tag("linux-fork")
class ForkCostProbeTest {

  @BeforeEach
  void needsACompiler() {
    Needs.linux();
    Needs.executable("/usr/bin/gcc");
  }

  @Test
  void pageTablesAreThoseThatTheKernelCounts() throws Exception {
    try (ForkCostProbe probe = ForkCostProbe.build()) {
      for (PageSize pageSize : List.of(PageSize.BASE_4K, PageSize.THP_2M)) {
        for (long mib : new long[] {64, 300, 1024}) {
          ForkedMemory memory = new ForkedMemory(mib << 20, pageSize, 0);
          if (HostMemory.gives(pageSize, memory.residentBytes())) {
            // Where the memory begins inside a table's range, each level can take one table more.
            assertThat(probe.pageTableBytes(memory))
                .as("%s %d MiB", pageSize, mib)
                .isBetween(memory.pageTableBytes() - 2 * 4096, memory.pageTableBytes() + 3 * 4096);
          }
        }
      }
    }
  }

  @Test
  void everyWayIsTakenAndForkOfWrittenMemoryToo() throws Exception {
    ForkedMemory memory = new ForkedMemory(8 << 20, PageSize.BASE_4K, 16);

    try (ForkCostProbe probe = ForkCostProbe.build()) {
      List<ForkSample> samples = probe.ways(memory, 3);

      assertThat(samples)
          .extracting(ForkSample::way, s -> s.memory().written())
          .containsExactly(
              tuple(ForkWay.FORK, true),
              tuple(ForkWay.FORK, false),
              tuple(ForkWay.FORK_EXEC, false),
              tuple(ForkWay.VFORK_EXEC, false),
              tuple(ForkWay.POSIX_SPAWN, false));
      assertThat(samples).allSatisfy(s -> assertThat(s.parentNanos()).isPositive());
    }
  }
}
