package io.forkscope.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseCount;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.RegionCounts;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.SimulatedMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every runtime model promises; a provider's test extends it. */
public abstract class RuntimeModelContract {
  private static final long SMALL = 300;

  /** The provider that is held to the contract. */
  protected abstract RuntimeModelProvider provider();

  @Test
  void describesItself() {
    RuntimeModelProvider provider = provider();

    assertThat(provider.id()).matches("[a-z][a-z0-9-]*");
    assertThat(provider.versions()).isNotEmpty().doesNotHaveDuplicates();
    assertThat(provider.description()).isNotBlank();
    assertThat(provider.causes()).isNotEmpty().doesNotHaveDuplicates();
    assertThat(provider.assumptions()).isNotEmpty();
    assertThat(provider.sources()).isNotEmpty().allMatch(source -> !source.isBlank());
    assertThat(provider.options())
        .allMatch(option -> option.name().matches("[a-z0-9-]+") && !option.explanation().isBlank());
  }

  @Test
  void hasWordsForEveryPartOfAScenario() {
    Vocabulary words = provider().vocabulary();

    assertThat(words.kinds()).isNotEmpty();
    assertThat(words.holders()).isNotEmpty();
    assertThat(words.actions()).isNotEmpty();
    assertThat(words.builders()).isNotEmpty();
    assertThat(words.shortActions()).isNotEmpty();
  }

  @Test
  void refusesAVersionAndACaseItDoesNotKnow() {
    RuntimeModelProvider provider = provider();

    assertThatThrownBy(() -> provider.create("0.0-none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0-none");
    assertThatThrownBy(() -> provider.expand("no-such-builder.at-all", newest(), SMALL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runsEveryBuilderWithEveryShortActionAndDeclaresItsCauses() {
    RuntimeModelProvider provider = provider();
    int ran = 0;
    for (String name : cases()) {
      Scenario scenario;
      try {
        scenario = provider.expand(name, newest(), SMALL);
      } catch (IllegalArgumentException refused) {
        // An action may make no sense for a builder; it must then say so in words.
        assertThat(refused).as(name).hasMessageMatching("(?s).{8,}");
        continue;
      }
      Family family = new Family(provider, scenario);
      assertThat(provider.causes()).as(name).containsAll(family.space.causes());
      ran++;
    }
    assertThat(ran).isPositive();
  }

  @Test
  void sameSeedGivesTheSamePages() {
    Scenario scenario = provider().expand(firstCase(), newest(), SMALL);

    assertThat(new Family(provider(), scenario).result())
        .isEqualTo(new Family(provider(), scenario).result());
  }

  @Test
  void moreObjectsNeverBreakFewerPages() {
    long few = new Family(provider(), provider().expand(firstCase(), newest(), SMALL)).broken();
    long many =
        new Family(provider(), provider().expand(firstCase(), newest(), 20 * SMALL)).broken();

    assertThat(many).isGreaterThanOrEqualTo(few);
  }

  @Test
  void siblingsAreIndependentOfEachOther() {
    // The second child is forked before the first one acts: state shared between them would show.
    Scenario scenario = provider().expand(firstCase(), newest(), SMALL);

    Family family = new Family(provider(), scenario);
    long first = family.broken();
    family.secondModel.request(0);

    assertThat(family.second.attribution().brokenPages()).isEqualTo(first);
  }

  private List<String> cases() {
    List<String> cases = new ArrayList<>();
    Vocabulary words = provider().vocabulary();
    for (Vocabulary.Word builder : words.builders()) {
      for (Vocabulary.Word action : words.shortActions()) {
        cases.add(builder.name() + "." + action.name());
      }
    }
    return cases;
  }

  /** The first case in short form that the provider accepts. */
  private String firstCase() {
    for (String name : cases()) {
      try {
        provider().expand(name, newest(), SMALL);
        return name;
      } catch (IllegalArgumentException refused) {
        // The next one may make sense.
      }
    }
    throw new AssertionError("no case can be expanded");
  }

  private String newest() {
    List<String> versions = provider().versions();
    return versions.get(versions.size() - 1);
  }

  /** A parent and two children of which the first has acted once. */
  private static final class Family {
    final CowSpace space = new CowSpace(KernelRules.SINCE_5_8);
    final CowProcess first;
    final CowProcess second;
    final RuntimeProcess secondModel;

    Family(RuntimeModelProvider provider, Scenario scenario) {
      CowProcess parent = space.create("parent");
      RuntimeProcess model =
          provider.create(scenario.version()).start(scenario, new SimulatedMemory(parent));
      model.build();
      first = parent.fork("first");
      RuntimeProcess firstModel = model.fork(new SimulatedMemory(first), 0);
      second = parent.fork("second");
      secondModel = model.fork(new SimulatedMemory(second), 0);
      model.afterFork(false);
      firstModel.afterFork(true);
      secondModel.afterFork(true);
      firstModel.request(0);
    }

    long broken() {
      return first.attribution().brokenPages();
    }

    /** Everything that two runs are compared by. */
    List<Object> result() {
      List<RegionCounts> regions = first.regions();
      List<CauseCount> causes = first.attribution().causes();
      List<Cause> known = space.causes();
      assertThat(new HashSet<>(known)).hasSameSizeAs(known);
      return List.of(regions, causes, known, first.usage());
    }
  }
}
