package io.forkscope.cli;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Nearest;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The runtime models on the class path. */
final class Models {

  private Models() {}

  /** All providers, sorted by id. */
  static List<RuntimeModelProvider> all() {
    return ServiceLoader.load(RuntimeModelProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(RuntimeModelProvider::id))
        .toList();
  }

  /**
   * The provider of an id.
   *
   * @throws IllegalArgumentException naming the nearest id if there is none
   */
  static RuntimeModelProvider byId(String id) {
    List<RuntimeModelProvider> all = all();
    return all.stream()
        .filter(p -> p.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Nearest.refusal(
                        "runtime", id, all.stream().map(RuntimeModelProvider::id).toList())));
  }
}
