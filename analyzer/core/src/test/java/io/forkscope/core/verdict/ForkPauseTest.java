package io.forkscope.core.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.forkcost.ForkCurve;
import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.forkcost.PageCosts;
import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForkPauseTest {

  private static final Cause BUILD =
      new Cause("test.build", CauseKind.MUTATION, "A test writes.", "this test");
  private static final long BASE = 1L << 30;

  /** 500 ns a base page, nothing known of others. */
  private static final HostCosts HOST =
      new HostCosts("a host", true, 90_000, 0, 0, 0, 0, 0.1, Map.of(PageSize.BASE_4K, page(500)));

  private static PageCosts page(double nanos) {
    ForkCurve curve = new ForkCurve(List.of(new ForkCurve.Point(1, nanos)));
    return new PageCosts(curve, curve, 0, 0);
  }

  private static CowProcess parent(PageSize pageSize, boolean shared) {
    CowProcess parent = new CowSpace(KernelRules.SINCE_5_8).create("parent");
    parent.map(
        new Region("data", RegionKind.ANONYMOUS, BASE, 4 << 20, pageSize, shared, false, true));
    for (int page = 0; page < 600; page++) {
      parent.sink(BUILD).write(BASE + page * (long) PageSize.BASE_BYTES, 1);
    }
    parent.fork("child");
    return parent;
  }

  @Test
  void eachResidentPageOfTheParentTakesItsTime() {
    assertThat(ForkPause.of(parent(PageSize.BASE_4K, false), HOST))
        .isEqualTo(new ForkPause(90_000 + 600 * 500, HOST));
  }

  @Test
  void entriesOfSharedMappingsAreNotCopied() {
    assertThat(ForkPause.of(parent(PageSize.BASE_4K, true), HOST).nanos()).isEqualTo(90_000);
  }

  @Test
  void publishedCostsStandInForAllWhereAPageSizeWasNotMeasured() {
    HostCosts published = HostCosts.PUBLISHED;
    double nanos = published.fixedNanos() + published.page(PageSize.THP_2M).written().nanos(2);

    assertThat(ForkPause.of(parent(PageSize.THP_2M, false), HOST))
        .isEqualTo(new ForkPause(Math.round(nanos), published));
  }
}
