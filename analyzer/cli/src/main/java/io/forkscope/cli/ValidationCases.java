package io.forkscope.cli;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeExecutable;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.ServerDriver;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.observe.ForkMeasurer;
import io.forkscope.observe.Interpreter;
import io.forkscope.observe.InterpreterFinder;
import io.forkscope.observe.Measurement;
import io.forkscope.observe.ObserveException;
import io.forkscope.observe.UnsupportedHostException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The cases of a validation, and the interpreters that take them. */
final class ValidationCases {
  private final @Nullable Path named;
  private final Map<String, Interpreter> interpreters = new LinkedHashMap<>();
  private final Map<String, Set<String>> releases = new LinkedHashMap<>();

  /** With the interpreter that the user names, if any. */
  ValidationCases(@Nullable Path named) {
    this.named = named;
  }

  /** The real runtime's side of a provider. */
  static RuntimeExecutable driver(RuntimeModelProvider provider) throws ObserveException {
    return provider
        .driver()
        .<RuntimeExecutable>map(d -> d)
        .or(provider::server)
        .orElseThrow(
            () ->
                new UnsupportedHostException(
                    "the model " + provider.id() + " has no driver: it cannot be validated"));
  }

  /** Runs a scenario on the real runtime once; {@code asking} where its objects lie. */
  static Measurement measure(
      ForkMeasurer measurer,
      RuntimeModelProvider provider,
      Interpreter real,
      Scenario scenario,
      boolean asking)
      throws ObserveException {
    RuntimeExecutable driver = driver(provider);
    if (driver instanceof ServerDriver server) {
      return asking
          ? measurer.ofServers().measureAndAsk(server, real, scenario)
          : measurer.ofServers().measure(server, real, scenario);
    }
    return asking
        ? measurer.measureAndAsk((RuntimeDriver) driver, real, scenario)
        : measurer.measure((RuntimeDriver) driver, real, scenario);
  }

  /** The cases of files. */
  static List<Scenario> ofFiles(List<Path> files, Map<String, String> defaults) throws IOException {
    CaseFile reader = new CaseFile(Models::byId);
    List<Scenario> scenarios = new ArrayList<>();
    for (Path file : files) {
      scenarios.addAll(reader.read(file, defaults));
    }
    return scenarios;
  }

  /**
   * The built-in cases.
   *
   * @param runtime of one runtime, or null for each that is installed here
   * @param version for one version, or null for each that is installed here
   * @throws UnsupportedHostException if none is installed
   */
  List<Scenario> builtIn(@Nullable String runtime, @Nullable String version) throws IOException {
    if (runtime != null) {
      return builtInOf(runtime, version);
    }
    List<Scenario> scenarios = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>(); // an --interpreter fails all of them alike
    for (RuntimeModelProvider provider : Models.all()) {
      if (ValidationCases.class.getResource(resourceName(provider.id())) != null) {
        try {
          scenarios.addAll(builtInOf(provider.id(), version));
        } catch (UnsupportedHostException e) {
          missing.add(String.valueOf(e.getMessage()));
        }
      }
    }
    if (scenarios.isEmpty()) {
      throw new UnsupportedHostException(
          missing.isEmpty() ? "no model has built-in cases" : String.join("; ", missing));
    }
    return scenarios;
  }

  private List<Scenario> builtInOf(String runtime, @Nullable String version) throws IOException {
    RuntimeModelProvider provider = Models.byId(runtime);
    String text = resource(runtime);
    List<Scenario> scenarios = new ArrayList<>();
    for (String one : version == null ? installed(provider) : List.of(version)) {
      scenarios.addAll(
          new CaseFile(Models::byId)
              .parse(
                  "built-in cases of " + runtime,
                  text,
                  Map.of("runtime", runtime, "version", one)));
    }
    return scenarios;
  }

  private static String resourceName(String runtime) {
    return "validate-" + runtime + ".yaml";
  }

  private static String resource(String runtime) throws IOException {
    try (InputStream in = ValidationCases.class.getResourceAsStream(resourceName(runtime))) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there are no built-in cases of " + runtime + ": name a file with --cases");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * The modelled versions that are installed here, in the model's order.
   *
   * @throws UnsupportedHostException if there is none
   */
  List<String> installed(RuntimeModelProvider provider) throws ObserveException {
    List<String> versions = new ArrayList<>();
    for (String version : provider.versions()) {
      if (isInstalled(provider, version)) {
        versions.add(version);
      }
    }
    if (versions.isEmpty()) {
      if (named != null) {
        throw new UnsupportedHostException(
            named
                + " is "
                + InterpreterFinder.named(driver(provider), named).version()
                + ", which is none of the modelled versions of "
                + provider.id());
      }
      throw new UnsupportedHostException(
          "no modelled version of "
              + provider.id()
              + " is installed: "
              + String.join(", ", provider.versions()));
    }
    return versions;
  }

  /** Whether there is an interpreter of a version, the one that was named if one was. */
  boolean isInstalled(RuntimeModelProvider provider, String version) throws ObserveException {
    try {
      interpreter(provider, version, Optional.empty());
      return true;
    } catch (UnsupportedHostException e) {
      return false;
    }
  }

  /**
   * The interpreter that takes a scenario; looked for once a release.
   *
   * @throws UnsupportedHostException if there is none
   */
  Interpreter interpreter(RuntimeModelProvider provider, Scenario scenario)
      throws ObserveException {
    Interpreter found =
        interpreter(provider, scenario.version(), driver(provider).measuredRelease(scenario));
    releases
        .computeIfAbsent(provider.id() + " " + scenario.version(), key -> new TreeSet<>())
        .add(found.version());
    return found;
  }

  private Interpreter interpreter(
      RuntimeModelProvider provider, String version, Optional<String> release)
      throws ObserveException {
    String key = provider.id() + " " + version + release.map(r -> " as " + r).orElse("");
    Interpreter known = interpreters.get(key);
    if (known != null) {
      return known;
    }
    RuntimeExecutable driver = driver(provider);
    Interpreter found =
        named == null
            ? InterpreterFinder.ofThisMachine().find(driver, provider.id(), version, release)
            : InterpreterFinder.named(driver, provider.id(), version, named);
    interpreters.put(key, found);
    return found;
  }

  /** The releases of the interpreters that scenarios took, by runtime and version. */
  Map<String, String> releases() {
    Map<String, String> all = new LinkedHashMap<>();
    releases.forEach((version, some) -> all.put(version, String.join(", ", some)));
    return all;
  }
}
