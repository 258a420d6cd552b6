package io.forkscope.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cases small enough to check by hand: three pages, two children. */
final class CowSpaceTest {
  private static final long BASE = 0x10000000L;
  private static final int PAGE = PageSize.BASE_BYTES;
  private static final Cause BUILD = cause("test.build");
  private static final Cause A = cause("test.a");
  private static final Cause B = cause("test.b");

  private final CowSpace space = new CowSpace(KernelRules.SINCE_5_8);

  @Test
  void forkSharesEveryPageAndCopiesNone() {
    CowProcess parent = threePages();

    CowProcess child = parent.fork("child");

    assertThat(space.physicalPages()).isEqualTo(3);
    assertThat(child.usage().rssBytes()).isEqualTo(3 * PAGE);
    assertThat(child.usage().pssBytes()).isEqualTo(3 * PAGE / 2);
    assertThat(child.usage().ussBytes()).isZero();
    assertThat(child.usage().sharedDirtyBytes()).isEqualTo(3 * PAGE);
  }

  @Test
  void firstWriteCopiesOnceAndLaterWritesDoNothing() {
    CowProcess parent = threePages();
    CowProcess child = parent.fork("child");

    child.sink(A).write(BASE + PAGE, 8);
    child.sink(A).write(BASE + PAGE + 100, 8);
    child.sink(B).write(BASE + PAGE, 8);

    assertThat(child.faults()).isEqualTo(new FaultCounts(1, 1, 0, 0, 0, PAGE, 0));
    assertThat(space.physicalPages()).isEqualTo(4);
    assertThat(child.usage().privateDirtyBytes()).isEqualTo(PAGE);
    assertThat(parent.usage().privateDirtyBytes()).isEqualTo(PAGE);
  }

  @Test
  void lastOwnerFaultsAndKeepsTheFrame() {
    CowProcess parent = threePages();
    CowProcess first = parent.fork("first");
    CowProcess second = parent.fork("second");
    first.sink(A).write(BASE, 1);
    second.sink(A).write(BASE, 1);

    // Both children have copies: the parent is the last to map the old frame.
    parent.sink(B).write(BASE, 1);

    assertThat(parent.faults()).isEqualTo(new FaultCounts(1, 0, 1, 0, 0, 0, 0));
    assertThat(space.physicalPages()).isEqualTo(5);
  }

  @Test
  void exitOfTheOtherMakesTheLastOwnerFaultOnceWithoutCopying() {
    CowProcess parent = threePages();
    CowProcess child = parent.fork("child");
    child.exit();

    parent.sink(A).writeRange(BASE, 3 * PAGE);
    parent.sink(A).writeRange(BASE, 3 * PAGE);

    assertThat(parent.faults()).isEqualTo(new FaultCounts(3, 0, 3, 0, 0, 0, 0));
    assertThat(space.physicalPages()).isEqualTo(3);
  }

  @Test
  void writesToTheSamePageByTwoCausesShareTheBlame() {
    CowProcess child = threePages().fork("child");

    child.sink(A).write(BASE, 8);
    space.epoch(1);
    child.sink(B).write(BASE, 16);
    child.sink(B).write(BASE + 2 * PAGE, 16);

    Attribution blame = child.attribution();
    assertThat(blame.causes())
        .containsExactly(new CauseCount(A, 1, 0, 1, 1, 8), new CauseCount(B, 1, 1, 1, 2, 32));
    assertThat(blame.brokenPages()).isEqualTo(2);
    assertThat(blame.brokenWithout(Set.of(A))).isEqualTo(2);
    assertThat(blame.brokenWithout(Set.of(B))).isEqualTo(1);
    assertThat(blame.firstCauseOf(BASE + 5)).contains(A);
    assertThat(blame.firstCauseOf(BASE + PAGE)).isEmpty();
    assertThat(blame.epochOf(BASE)).isZero();
    assertThat(blame.epochOf(BASE + 2 * PAGE)).isEqualTo(1);
    assertThat(blame.causes().get(0).collateralRatio()).isEqualTo(1 - 8.0 / PAGE);
  }

  @Test
  void writeToAPageThatWasNotResidentGrowsAndDoesNotBreak() {
    CowProcess parent = space.create("parent");
    parent.map(Region.anonymous("heap", RegionKind.BRK_HEAP, BASE, 3 * PAGE));
    parent.sink(BUILD).write(BASE, 1);
    CowProcess child = parent.fork("child");

    child.sink(A).writeRange(BASE, 2 * PAGE);

    assertThat(child.attribution().brokenPages()).isEqualTo(1);
    assertThat(child.regions())
        .containsExactly(new RegionCounts(child.regions().get(0).region(), 1, 2, 1, 1, 0));
  }

  /** Its frame is neither the one of the fork nor shared: the kernel counts it as a copy. */
  @Test
  void pageGivenBackIsDroppedUntilItIsWrittenAgainAndThenBroken() {
    CowProcess parent = threePages();
    CowProcess child = parent.fork("child");
    child.sink(A).write(BASE, 1);

    child.dontNeed(BASE, 2 * PAGE);
    child.sink(A).write(BASE, 1);

    RegionCounts counts = child.regions().get(0);
    assertThat(counts).isEqualTo(new RegionCounts(counts.region(), 3, 2, 1, 0, 1));
    assertThat(child.attribution().brokenPages()).isEqualTo(1);
    assertThat(space.physicalPages()).isEqualTo(4);
  }

  /** Two of three pages are mapped anew and one of them written; the fourth was never there. */
  @Test
  void pageOfTheForkWrittenInARegionMappedOverItIsBrokenThere() {
    CowProcess parent = threePages();
    CowProcess child = parent.fork("child");

    child.unmap(BASE, 3 * PAGE);
    child.map(Region.anonymous("anew", RegionKind.ANONYMOUS, BASE + PAGE, 3 * PAGE));
    child.sink(A).write(BASE + 2 * PAGE, 1);
    child.sink(A).write(BASE + 3 * PAGE, 1);

    RegionCounts before = child.regions().get(0);
    RegionCounts anew = child.regions().get(1);
    assertThat(before).isEqualTo(new RegionCounts(before.region(), 1, 0, 0, 0, 1));
    assertThat(anew).isEqualTo(new RegionCounts(anew.region(), 2, 2, 1, 1, 1));
    assertThat(child.attribution().brokeFirst(A)).isEqualTo(1);
  }

  @Test
  void unmapCutsARegionAndItsMiddleIsNoLongerWritable() {
    CowProcess parent = threePages();

    parent.unmap(BASE + PAGE, PAGE);

    assertThat(space.physicalPages()).isEqualTo(2);
    parent.sink(A).write(BASE, 1);
    parent.sink(A).write(BASE + 2 * PAGE, 1);
    assertThatThrownBy(() -> parent.sink(A).write(BASE + PAGE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x10001000 lies in no region");
  }

  @Test
  void sharedMemoryIsNeverCopiedAndTheChildMapsItOnFirstUse() {
    CowProcess parent = space.create("parent");
    parent.map(
        new Region("shm", RegionKind.SHARED, BASE, 2 * PAGE, PageSize.BASE_4K, true, false, true));
    parent.sink(BUILD).writeRange(BASE, 2 * PAGE);
    CowProcess child = parent.fork("child");
    assertThat(child.usage().rssBytes()).isZero();

    child.sink(A).write(BASE, 1);

    assertThat(space.physicalPages()).isEqualTo(2);
    assertThat(child.faults().copies()).isZero();
    assertThat(child.attribution().brokenPages()).isZero();
    assertThat(child.usage().sharedDirtyBytes()).isEqualTo(PAGE);
  }

  @Test
  void privateFilePageBecomesAnonymousOnFirstWriteEvenForItsOnlyUser() {
    CowProcess process = space.create("only");
    process.map(
        new Region("lib", RegionKind.FILE, BASE, 2 * PAGE, PageSize.BASE_4K, false, true, true));
    process.read(BASE, 2 * PAGE);
    assertThat(process.usage().privateCleanBytes()).isEqualTo(2 * PAGE);

    process.sink(A).write(BASE, 1);

    assertThat(process.faults()).isEqualTo(new FaultCounts(1, 1, 0, 0, 1, PAGE, 0));
    assertThat(process.usage().privateCleanBytes()).isEqualTo(PAGE);
    assertThat(process.usage().privateDirtyBytes()).isEqualTo(PAGE);
  }

  @Test
  void hugePageIsSplitSince58AndCopiedWholeBefore() {
    for (KernelRules rules : KernelRules.values()) {
      CowSpace other = new CowSpace(rules);
      CowProcess parent = other.create("parent");
      parent.map(
          new Region(
              "thp", RegionKind.ANONYMOUS, BASE, 2 << 20, PageSize.THP_2M, false, false, true));
      parent.sink(BUILD).write(BASE, 1);
      CowProcess child = parent.fork("child");

      child.sink(A).write(BASE + 5 * PAGE, 1);
      child.sink(A).write(BASE + 9 * PAGE, 1);

      boolean split = rules == KernelRules.SINCE_5_8;
      assertThat(other.physicalPages()).isEqualTo(split ? 514 : 1024);
      assertThat(child.faults())
          .isEqualTo(
              split
                  ? new FaultCounts(2, 2, 0, 0, 0, 2 * PAGE, 1)
                  : new FaultCounts(1, 1, 0, 0, 0, 2 << 20, 0));
      assertThat(child.attribution().brokenPages()).isEqualTo(split ? 2 : 512);
    }
  }

  @Test
  void runsAreInAddressOrderAndJoinEqualNeighbours() {
    CowProcess child = threePages().fork("child");
    child.sink(A).write(BASE + PAGE, 1);
    List<String> seen = new ArrayList<>();

    child.forEachRun(
        (address, pages, region, state, cause, epoch) ->
            seen.add((address - BASE) / PAGE + "+" + pages + " " + state + " " + cause));

    assertThat(seen).containsExactly("0+1 INHERITED -1", "1+1 BROKEN 1", "2+1 INHERITED -1");
  }

  private CowProcess threePages() {
    CowProcess parent = space.create("parent");
    parent.map(Region.anonymous("heap", RegionKind.BRK_HEAP, BASE, 3 * PAGE));
    parent.sink(BUILD).writeRange(BASE, 3 * PAGE);
    return parent;
  }

  private static Cause cause(String id) {
    return new Cause(id, CauseKind.MUTATION, "A test writes.", "this test");
  }
}
