package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.testkit.RuntimeModelContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** CRuby's provider against the contract of models. */
class RubyProviderTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new RubyProvider();
  }

  @Test
  void aChildActsInAThreadAndItsArenaIsTheOneThatWasAskedFor() {
    Scenario plain = provider().expand("objs.tosym", "3.1", 10);
    Scenario threads = provider().expand("objs.tosym.threads", "3.1", 10);
    Scenario one = threads.withOptions(Map.of("threads", "on", "arenas", "one"));
    RubyDriver driver = new RubyDriver();

    assertThat(driver.program(plain)).doesNotContain("Thread");
    assertThat(driver.program(threads)).contains("Thread.new { mark", "mark }.join");
    assertThat(driver.environment(threads)).isEmpty();
    assertThat(driver.environment(one)).isEqualTo(Map.of("MALLOC_ARENA_MAX", "1"));
  }

  @Test
  void aValueThatAnOptionDoesNotHaveIsRefusedWithTheNearest() {
    Scenario wrong = provider().expand("objs.tosym", "3.1", 10).withOptions(Map.of("arenas", "on"));

    assertThatThrownBy(() -> RubyVocabulary.check(wrong))
        .hasMessage("unknown arenas 'on'; did you mean 'own'?");
  }
}
