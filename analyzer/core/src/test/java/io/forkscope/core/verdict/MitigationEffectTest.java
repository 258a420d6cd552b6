package io.forkscope.core.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.verdict.MitigationEffect.Change;
import io.forkscope.core.verdict.MitigationEffect.Judgement;
import java.util.List;
import org.junit.jupiter.api.Test;

class MitigationEffectTest {

  @Test
  void whatGivesBackIsToldFromWhatHarms() {
    assertThat(new Change(1000, 200, 9000, 8200).judgement()).isEqualTo(Judgement.HELPS);
    assertThat(new Change(200, 1000, 8200, 9000).judgement()).isEqualTo(Judgement.HARMS);
    assertThat(new Change(200, 200, 8200, 9000).judgement()).isEqualTo(Judgement.HARMS);
  }

  @Test
  void fewPagesAreNoDifference() {
    // 25 pages, or one in a hundred of what there is
    assertThat(new Change(1000, 975, 2000, 1975).judgement()).isEqualTo(Judgement.NO_EFFECT);
    assertThat(new Change(10_000, 9_900, 20_000, 19_900).judgement())
        .isEqualTo(Judgement.NO_EFFECT);
    assertThat(new Change(1000, 974, 2000, 1974).judgement()).isEqualTo(Judgement.HELPS);
  }

  @Test
  void whatOneWorkerGainsAndTheFamilyPaysIsATrade() {
    assertThat(new Change(1000, 200, 2000, 2400).judgement()).isEqualTo(Judgement.TRADES);
  }

  @Test
  void theHeadlineNamesTheBestThatCanBeHadTodayAndTheHarmIsACaution() {
    List<Finding> findings =
        new MitigationFindings(
                List.of(
                    effect("immortal", true, new Change(1000, 0, 3000, 2000)),
                    effect("freeze", false, new Change(1000, 500, 3000, 2500)),
                    effect("compact", false, new Change(1000, 1512, 3000, 3512))))
            .list();

    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).text())
        .contains("freeze gives back most", "loses 2.0 MiB instead of 3.9 MiB");
    assertThat(findings.get(1).level()).isEqualTo(Finding.Level.CAUTION);
    assertThat(findings.get(1).text()).contains("harmful: compact (2.0 MiB more)");
  }

  private static MitigationEffect effect(String id, boolean whatIf, Change change) {
    return new MitigationEffect(
        "c",
        "toy",
        "1",
        List.of(id),
        "Do.",
        "None.",
        "None.",
        whatIf,
        "",
        change,
        Change.NOT_MEASURED);
  }
}
