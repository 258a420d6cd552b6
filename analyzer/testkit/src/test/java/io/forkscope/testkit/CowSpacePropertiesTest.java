package io.forkscope.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine against the oracle on seeded random programs, and laws that need no oracle. */
final class CowSpacePropertiesTest {
  private static final int PROGRAMS = 60;
  private static final long BASE = 0x10000000L;
  private static final int PAGE = 4096;

  @ParameterizedTest
  @EnumSource(KernelRules.class)
  void equalsTheOracleOnRandomProgramsOfAllPageSizes(KernelRules rules) {
    for (long seed = 0; seed < PROGRAMS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      try {
        new CowDifference(rules, random::nextInt).run(20 + random.nextInt(160));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("rules " + rules + ", seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void moreWritesNeverRaiseSharing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CowSpace space = new CowSpace(KernelRules.SINCE_5_8);
    CowProcess parent = parent(space, 2000);
    CowProcess child = parent.fork("child");
    long shared = child.usage().sharedDirtyBytes();

    for (int i = 0; i < 300; i++) {
      CowProcess writer = random.nextBoolean() ? child : parent;
      writer.sink(CowDifference.CAUSES.get(0)).write(BASE + random.nextInt(2000 * PAGE), 1);
      long now = child.usage().sharedDirtyBytes();
      assertThat(now).as("seed " + seed).isLessThanOrEqualTo(shared);
      shared = now;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void interleavedCausesAreBlamedInTheOrderOfTheirWrites(long seed) {
    // Two causes write the same pages in opposite directions, one write each in turn, so that a
    // batch that mixed up their order would show.
    CowSpace space = new CowSpace(KernelRules.SINCE_5_8);
    CowProcess child = parent(space, 3000).fork("child");
    int pages = 2000 + (int) seed;

    for (int i = 0; i < pages; i++) {
      child.sink(CowDifference.CAUSES.get(0)).write(BASE + (long) i * PAGE, 1);
      child.sink(CowDifference.CAUSES.get(1)).write(BASE + (pages - 1L - i) * PAGE, 1);
    }

    int half = (pages + 1) / 2;
    assertThat(child.attribution().brokeFirst(CowDifference.CAUSES.get(0))).isEqualTo(half);
    assertThat(child.attribution().brokeFirst(CowDifference.CAUSES.get(1))).isEqualTo(pages - half);
  }

  private static CowProcess parent(CowSpace space, int pages) {
    CowProcess parent = space.create("parent");
    parent.map(Region.anonymous("heap", RegionKind.BRK_HEAP, BASE, (long) pages * PAGE));
    parent.sink(CowDifference.CAUSES.get(2)).writeRange(BASE, (long) pages * PAGE);
    return parent;
  }
}
