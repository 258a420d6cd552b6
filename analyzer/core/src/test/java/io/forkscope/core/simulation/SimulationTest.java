package io.forkscope.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.forkscope.core.casefile.Words;
import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers that can be checked by hand: three pages, two children, one page a request. */
class SimulationTest {

  private static final long BASE = 0x10000000L;
  private static final Cause BUILD = new Cause("toy.build", CauseKind.ALLOCATION, "builds", "test");
  private static final Cause HOOK = new Cause("toy.hook", CauseKind.FORK, "fork's hook", "test");
  private static final Cause COUNT =
      new Cause("toy.count", CauseKind.REFERENCE_COUNT, "counts", "test");

  @Test
  void pagesBrokenByForkAreKeptApartFromThoseOfTheActions() {
    Trajectory run = Simulation.run(scenario(2, ForkPlan.Acting.CHILDREN, 2, 0), provider());

    assertThat(run.residentPages()).isEqualTo(3);
    // the hook writes page 0 of each child, requests 0 and 1 write pages 0 and 1
    assertThat(run.fork().brokenPages()).isEqualTo(1);
    assertThat(run.brokenByActions(run.end())).isEqualTo(1);
    // parent 3, and two copies for each of two children
    assertThat(run.end().physicalPages()).isEqualTo(3 + 2 * 2);
    assertThat(run.end().brokeFirst()).containsEntry("toy.hook", 1L).containsEntry("toy.count", 1L);
  }

  @Test
  void aPageGrownAfterTheForkIsNotBroken() {
    // request 3 writes the fourth page, which the parent never touched
    Trajectory run = Simulation.run(scenario(1, ForkPlan.Acting.CHILDREN, 4, 0), provider());

    assertThat(run.end().brokenPages()).isEqualTo(3);
    assertThat(run.end().grownPages()).isEqualTo(1);
  }

  @Test
  void theParentThatActsIsTheOneThatIsCounted() {
    Trajectory run = Simulation.run(scenario(1, ForkPlan.Acting.PARENT, 2, 0), provider());

    assertThat(run.acting()).containsExactly(run.parent());
    assertThat(run.end().brokenPages()).isEqualTo(2);
  }

  @Test
  void aRecycledWorkerSharesAgain() {
    Trajectory kept = Simulation.run(scenario(1, ForkPlan.Acting.CHILDREN, 3, 0), provider());
    Trajectory recycled = Simulation.run(scenario(1, ForkPlan.Acting.CHILDREN, 3, 2), provider());

    assertThat(kept.end().brokenPages()).isEqualTo(3);
    // the fresh fork has its hook's page 0 and the page of request 2
    assertThat(recycled.end().brokenPages()).isEqualTo(2);
    assertThat(recycled.end().physicalPages()).isEqualTo(3 + 2);
  }

  @Test
  void theFamilysMemoryRisesUntilItsWorkersAreReplaced() {
    Trajectory run = Simulation.run(scenario(2, ForkPlan.Acting.CHILDREN, 4, 2), provider());

    // the parent's 3 pages; each of two workers copies page 0 at the fork, page 1 in request 1
    assertThat(run.memory())
        .extracting(
            MemorySample::epoch, m -> Math.round(m.pssBytes() / 4096.0)) // smaps rounds down
        .containsExactly(
            tuple(0L, 5L),
            tuple(1L, 5L),
            tuple(2L, 7L),
            tuple(2L, 5L),
            tuple(3L, 7L),
            tuple(4L, 9L));
    MemorySample end = run.memory().get(5);
    assertThat(end.processes()).isEqualTo(3);
    // each worker: page 0 by the hook, page 2 in request 2, page 3 is new in request 3; so nobody
    // shares the parent's pages 0 and 2 any more
    assertThat(end.ussBytes() / 4096).isEqualTo(2 * 3 + 2);
    assertThat(end.rssBytes() / 4096).isEqualTo(3 + 2 * 4);
  }

  @Test
  void onHugePagesWhatWasNeverTouchedIsResidentAndAWriteStillCopiesOneBasePage() {
    Scenario huge =
        scenario(1, ForkPlan.Acting.CHILDREN, 2, 0).withOptions(Map.of("page-size", "2m"));

    Trajectory run = Simulation.run(huge, new Wide());

    // from 4 KiB before a border: a base page, then huge pages of which one byte was written
    assertThat(run.residentPages()).isEqualTo(1 + 512);
    assertThat(run.end().brokenPages()).isEqualTo(2);
  }

  @Test
  void aWriteThatSpansTwoPageSizesIsCutBetweenThem() {
    Scenario huge =
        scenario(1, ForkPlan.Acting.CHILDREN, 1, 0).withOptions(Map.of("page-size", "2m"));

    Trajectory run = Simulation.run(huge, new Wide());

    // 8 bytes at 4 before the border: the base page and one base page of the huge one
    assertThat(run.end().brokenPages()).isEqualTo(2);
  }

  @Test
  void anUnknownPageSizeIsRefusedWithTheNearestOne() {
    Scenario odd =
        scenario(1, ForkPlan.Acting.CHILDREN, 1, 0).withOptions(Map.of("page-size", "2M"));

    assertThatThrownBy(() -> Simulation.run(odd, provider()))
        .hasMessage("unknown page-size '2M'; did you mean '2m'?");
  }

  /** A region from one base page before a border of huge pages; writes across that border. */
  private static final class Wide extends Words {
    private static final long BORDER = 64L << 21;

    @Override
    public RuntimeModel create(String version) {
      return (plan, memory) -> new Across(memory);
    }

    private record Across(ProcessMemory memory) implements RuntimeProcess {
      @Override
      public void build() {
        memory.map(Region.anonymous("heap", RegionKind.ANONYMOUS, BORDER - 4096, (4 << 20) + 8192));
        memory.sink(BUILD).writeStrided(BORDER - 4, 4, 2, 4);
      }

      @Override
      public RuntimeProcess fork(ProcessMemory child, int childIndex) {
        return new Across(child);
      }

      @Override
      public void afterFork(boolean isChild) {}

      @Override
      public void request(long request) {
        memory.sink(COUNT).write(BORDER - 4, 8);
      }
    }
  }

  private static Scenario scenario(
      int children, ForkPlan.Acting acting, long requests, long recycleAfter) {
    return new Scenario(
        "three pages",
        "toy",
        "1.0",
        Map.of(),
        List.of(),
        List.of(),
        new ForkPlan(children, acting),
        List.of(),
        new Requests(requests, List.of(requests), recycleAfter),
        1);
  }

  private static RuntimeModelProvider provider() {
    return new Words() {
      @Override
      public RuntimeModel create(String version) {
        return (plan, memory) -> new Pages(memory);
      }
    };
  }

  private record Pages(ProcessMemory memory) implements RuntimeProcess {

    @Override
    public void build() {
      memory.map(Region.anonymous("heap", RegionKind.ANONYMOUS, BASE, 4 * 4096));
      memory.sink(BUILD).writeRange(BASE, 3 * 4096);
    }

    @Override
    public RuntimeProcess fork(ProcessMemory child, int childIndex) {
      return new Pages(child);
    }

    @Override
    public void afterFork(boolean isChild) {
      if (isChild) {
        memory.sink(HOOK).write(BASE, 8);
      }
    }

    @Override
    public void request(long request) {
      memory.sink(COUNT).write(BASE + request * 4096, 8);
    }
  }
}
