package io.forkscope.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.mitigation.Mitigation;
import io.forkscope.core.mitigation.Mitigations;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Losses;
import io.forkscope.core.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every mitigation promises on every case of some runtimes; a test with the runtimes at hand
 * extends it. A mitigation is held to it by its line in {@link Mitigations}.
 */
public abstract class MitigationContract {
  private static final long SMALL = 300;

  /** Of the cases that a mitigation applies to, so many are simulated. */
  private static final int SIMULATED = 4;

  /** The runtimes whose cases are tried. */
  protected abstract List<RuntimeModelProvider> providers();

  /** One mitigation on one case that it applies to. */
  private record Application(
      Mitigation mitigation, RuntimeModelProvider provider, Scenario before, Scenario after) {
    String label() {
      return mitigation.id() + " on " + before.name() + " of " + provider.id();
    }
  }

  @Test
  void everyMitigationSaysWhatItIsWhatItCostsAndWhyItIsBelieved() {
    assertThat(Mitigations.all()).extracting(Mitigation::id).doesNotHaveDuplicates();
    for (Mitigation mitigation : Mitigations.all()) {
      assertThat(mitigation.id()).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
      assertThat(mitigation.sentence()).as(mitigation.id()).matches("(?s)[A-Z].{10,}\\.");
      assertThat(mitigation.cost()).as(mitigation.id()).matches("(?s)[A-Z0-9].{10,}\\.");
      assertThat(mitigation.evidence()).as(mitigation.id()).matches("(?s).{30,}\\.");
      assertThat(Mitigations.byId(mitigation.id())).isSameAs(mitigation);
    }
  }

  @Test
  void everyMitigationAppliesSomewhere() {
    assertThat(applications())
        .extracting(a -> a.mitigation().id())
        .containsAll(Mitigations.all().stream().map(Mitigation::id).toList());
  }

  @Test
  void applyingTwiceGivesTheSameAndChangesOnlyWhatAMitigationMay() {
    for (Application one : applications()) {
      assertThat(one.mitigation().apply(one.before(), one.provider()))
          .as(one.label())
          .isEqualTo(one.after())
          .isNotEqualTo(one.before());
      assertThat(one.after().runtime()).as(one.label()).isEqualTo(one.before().runtime());
      assertThat(one.after().version()).as(one.label()).isEqualTo(one.before().version());
      assertThat(one.after().fork()).as(one.label()).isEqualTo(one.before().fork());
      assertThat(one.after().seed()).as(one.label()).isEqualTo(one.before().seed());
      assertThat(one.after().requests().count())
          .as(one.label())
          .isEqualTo(one.before().requests().count());
    }
  }

  @Test
  void onceAppliedItIsNotOfferedAgain() {
    for (Application one : applications()) {
      assertThat(one.mitigation().applies(one.after(), one.provider())).as(one.label()).isFalse();
    }
  }

  @Test
  void aSecondMitigationLeavesTheFirstInPlace() {
    for (Application one : applications()) {
      for (Mitigation other : Mitigations.all()) {
        if (other.applies(one.after(), one.provider())) {
          Scenario both = other.apply(one.after(), one.provider());
          assertThat(one.mitigation().applies(both, one.provider()))
              .as(one.label() + ", then " + other.id())
              .isFalse();
        }
      }
    }
  }

  @Test
  void theModelTakesWhatAMitigationMakesOrSaysWhyNotAndTheBaselineStays() {
    List<Application> applications = applications();
    for (Mitigation mitigation : Mitigations.all()) {
      List<Application> all =
          applications.stream().filter(a -> a.mitigation() == mitigation).toList();
      int step = Math.max(1, all.size() / SIMULATED);
      int ran = 0;
      for (int i = 0; i < all.size(); i += step) {
        Application one = all.get(i);
        try {
          Losses before = losses(one.before(), one.provider());
          losses(one.after(), one.provider());
          ran++;
          assertThat(losses(one.before(), one.provider())).as(one.label()).isEqualTo(before);
        } catch (IllegalArgumentException refused) {
          assertThat(refused).as(one.label()).hasMessageMatching("(?s).{8,}");
        }
      }
      assertThat(ran).as(mitigation.id()).isPositive();
    }
  }

  private static Losses losses(Scenario scenario, RuntimeModelProvider provider) {
    return Losses.of(scenario, Simulation.run(scenario, provider));
  }

  private List<Application> applications() {
    List<Application> applications = new ArrayList<>();
    for (RuntimeModelProvider provider : providers()) {
      for (Scenario scenario : cases(provider)) {
        for (Mitigation mitigation : Mitigations.all()) {
          if (mitigation.applies(scenario, provider)) {
            applications.add(
                new Application(
                    mitigation, provider, scenario, mitigation.apply(scenario, provider)));
          }
        }
      }
    }
    return applications;
  }

  /**
   * Every builder with every short action that goes with it; the first over 20 requests too, and
   * with each modifier.
   */
  private static List<Scenario> cases(RuntimeModelProvider provider) {
    List<Scenario> cases = new ArrayList<>();
    Vocabulary words = provider.vocabulary();
    String newest = provider.versions().get(provider.versions().size() - 1);
    for (Vocabulary.Word builder : words.builders()) {
      boolean first = true;
      for (Vocabulary.Word action : words.shortActions()) {
        try {
          Scenario once = provider.expand(builder.name() + "." + action.name(), newest, SMALL);
          cases.add(once);
          if (first) {
            cases.add(once.withRequests(new Requests(20, List.of(20L), 0)));
            cases.addAll(modified(provider, once, newest));
            first = false;
          }
        } catch (IllegalArgumentException refused) {
          // The action makes no sense for the builder; RuntimeModelContract holds the refusal.
        }
      }
    }
    return cases;
  }

  private static List<Scenario> modified(
      RuntimeModelProvider provider, Scenario plain, String version) {
    List<Scenario> cases = new ArrayList<>();
    for (Vocabulary.Word modifier : provider.vocabulary().modifiers()) {
      try {
        cases.add(provider.expand(plain.name() + "." + modifier.name(), version, SMALL));
      } catch (IllegalArgumentException refused) {
        // Made for other cases, or a word with a number in it.
      }
    }
    return cases;
  }
}
