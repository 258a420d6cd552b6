package io.forkscope.core.forkcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forkscope.core.memory.PageSize;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForkCostModelTest {

  private static final long MIB = 1L << 20;

  private static final ForkCurve HUGE =
      new ForkCurve(List.of(new ForkCurve.Point(10, 50_000), new ForkCurve.Point(100, 140_000)));

  /**
   * 100 us a fork, 1 us a mapping, 0.1 us a base page, a quarter of that if it was not written, 50
   * us for the first ten huge pages and 1 us for each of 90 more, 200 us a spawn.
   */
  private static final ForkCostModel MODEL =
      new ForkCostModel(
          new HostCosts(
              "a host made up",
              true,
              100_000,
              1_000,
              50_000,
              60_000,
              200_000,
              1,
              Map.of(
                  PageSize.BASE_4K,
                  new PageCosts(ForkCurve.straight(100), ForkCurve.straight(25), 4_000, 1_000),
                  PageSize.THP_2M,
                  new PageCosts(HUGE, HUGE, 4_000, 1_000))));

  private static ForkedMemory base(long bytes, int mappings) {
    return new ForkedMemory(bytes, PageSize.BASE_4K, mappings);
  }

  private static ForkedMemory huge(long pages) {
    return new ForkedMemory(pages << 21, PageSize.THP_2M, 0);
  }

  @Test
  void forkCostsItsConstantItsMappingsAndItsPages() {
    // 16 MiB are 4,096 pages: 100 us + 10 us + 409.6 us.
    assertThat(MODEL.parentNanos(ForkWay.FORK, base(16 * MIB, 10))).isEqualTo(519_600);
    assertThat(MODEL.readyNanos(ForkWay.FORK_EXEC, base(16 * MIB, 10))).isEqualTo(569_600);
  }

  @Test
  void hugePagesAreForkedByTheirOwnCost() {
    assertThat(MODEL.parentNanos(ForkWay.FORK, huge(5))).isEqualTo(125_000);
    assertThat(MODEL.parentNanos(ForkWay.FORK, huge(40))).isEqualTo(180_000);
    assertThat(MODEL.crossoverBytes(PageSize.THP_2M)).isEqualTo(60L * (2 << 20));
  }

  @Test
  void moreThanWasMeasuredCostsWhatTheLastPointCostsAPage() {
    assertThat(MODEL.parentNanos(ForkWay.FORK, huge(1000))).isEqualTo(1_500_000);
  }

  @Test
  void forkOfMemoryThatWasNotWrittenSinceTheLastOneHasItsOwnCost() {
    ForkedMemory memory = base(16 * MIB, 10);

    assertThat(MODEL.parentNanos(ForkWay.FORK, memory.kept())).isEqualTo(212_400);
    assertThat(MODEL.copiedTableBytes(ForkWay.FORK, memory.kept()))
        .isEqualTo(MODEL.copiedTableBytes(ForkWay.FORK, memory));
  }

  @Test
  void spawnIsFlatInSizeAndCopiesNoTables() {
    for (ForkWay way : new ForkWay[] {ForkWay.VFORK_EXEC, ForkWay.POSIX_SPAWN}) {
      assertThat(MODEL.parentNanos(way, base(0, 0)))
          .isEqualTo(MODEL.parentNanos(way, base(8 << 10, 500)));
      assertThat(MODEL.copiedTableBytes(way, base(1024 * MIB, 0))).isZero();
    }
  }

  @Test
  void atTheCrossoverForkAndSpawnCostTheSame() {
    long crossover = MODEL.crossoverBytes(PageSize.BASE_4K);

    // (200 us - 100 us) / 0.1 us are 1,000 pages.
    assertThat(crossover).isEqualTo(1000L * 4096);
    assertThat(MODEL.parentNanos(ForkWay.FORK_EXEC, base(crossover, 0)))
        .isCloseTo(MODEL.parentNanos(ForkWay.POSIX_SPAWN, base(crossover, 0)), within(1.0));
  }

  @Test
  void pageTablesAreAsLargeAsTheKernelsOwnCount() {
    // VmPTE grew by 2,052 and 16,412 KiB where 1 and 8 GiB were written (Linux 6.18); a process has
    // the uppermost of these tables already.
    assertThat(base(1024 * MIB, 0).pageTableBytes() >> 10).isBetween(2052L, 2056L);
    assertThat(base(8192 * MIB, 0).pageTableBytes() >> 10).isBetween(16412L, 16420L);
    assertThat(new ForkedMemory(1024 * MIB, PageSize.HUGETLB_2M, 0).pageTableBytes())
        .isEqualTo(2 * 4096);
  }

  @Test
  void pageSizeThatWasNotMeasuredIsRefusedAndNotGuessed() {
    ForkedMemory folios = new ForkedMemory(MIB, PageSize.FOLIO_64K, 0);

    assertThatThrownBy(() -> MODEL.parentNanos(ForkWay.FORK, folios))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FOLIO_64K")
        .hasMessageContaining("a host made up");
  }
}
