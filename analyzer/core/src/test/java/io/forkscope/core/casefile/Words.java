package io.forkscope.core.casefile;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A runtime of two versions with just enough words to read case files. */
public class Words implements RuntimeModelProvider {

  public static CaseFile reader() {
    return new CaseFile(
        id -> {
          if (!id.equals("toy")) {
            throw new IllegalArgumentException(Nearest.refusal("runtime", id, List.of("toy")));
          }
          return new Words();
        });
  }

  @Override
  public String id() {
    return "toy";
  }

  @Override
  public List<String> versions() {
    return List.of("1.0", "1.1");
  }

  @Override
  public String description() {
    return "a runtime for tests";
  }

  @Override
  public List<Cause> causes() {
    return List.of();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(new ModelOption("page-size", "unit", "4k"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of();
  }

  @Override
  public List<String> sources() {
    return List.of();
  }

  @Override
  public Vocabulary vocabulary() {
    return new Vocabulary(
        List.of(
            new Word("int", "a number", List.of("from")), new Word("tuple", "fixed", List.of())),
        List.of(new Word("list", "an array", List.of())),
        List.of(new Word("collect", "a full collection", List.of())),
        List.of(
            new Word("iterate", "binds each element", List.of("on")),
            new Word("sample", "reads some", List.of("on", "count", "seed"))),
        List.of(new Word("ints", "numbers", List.of())),
        List.of(new Word("iter", "iterate", List.of())),
        List.of());
  }

  @Override
  public RuntimeModel create(String version) {
    throw new IllegalArgumentException("reads only: " + version);
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.empty();
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    if (!caseName.equals("ints.iter")) {
      throw new IllegalArgumentException(Nearest.refusal("case", caseName, List.of("ints.iter")));
    }
    return new Scenario(
        caseName,
        id(),
        version,
        Map.of(),
        List.of(
            new Population("data", "list", new Value("int", Map.of(), List.of()), count, -1, 1)),
        List.of(),
        new ForkPlan(1, ForkPlan.Acting.CHILDREN),
        List.of(new Step("iterate", Map.of("on", "data"))),
        Requests.ONCE,
        1);
  }
}
