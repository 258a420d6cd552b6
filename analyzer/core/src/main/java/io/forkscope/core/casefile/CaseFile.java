package io.forkscope.core.casefile;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads case files. A file is one scenario, or a mapping with the key {@code cases} and, beside it,
 * values that hold for every case that does not set them. JSON, being YAML 1.2, is read too.
 */
public final class CaseFile {

  /** The most bytes a case file may have. */
  public static final int MOST_BYTES = 16 << 20;

  /** The most cases a file may hold. */
  public static final int MOST_CASES = 100_000;

  private final Function<String, RuntimeModelProvider> providers;

  /**
   * A reader.
   *
   * @param providers gives the provider of a runtime id, or throws {@link IllegalArgumentException}
   *     with one line that names the nearest id
   */
  public CaseFile(Function<String, RuntimeModelProvider> providers) {
    this.providers = providers;
  }

  /**
   * Reads a file.
   *
   * @param defaults values for keys that neither a case nor the file sets, for example {@code
   *     runtime}
   * @throws CaseFileException if it cannot be taken, with line and column
   * @throws IOException if it cannot be read
   */
  public List<Scenario> read(Path file, Map<String, String> defaults) throws IOException {
    if (Files.isDirectory(file)) {
      throw new CaseFileException(file.toString(), "is a directory, not a case file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new CaseFileException(
          file.toString(), "is larger than " + (MOST_BYTES >> 20) + " MiB; split it");
    }
    return parse(file.toString(), text(file), defaults);
  }

  /** Reads a text; {@code label} stands for the file's name in refusals. */
  public List<Scenario> parse(String label, String text, Map<String, String> defaults) {
    YamlTree root = new YamlTree(label, compose(label, text));
    Map<String, YamlTree> top = root.entries("a case file");
    List<Scenario> scenarios = new ArrayList<>();
    YamlTree list = top.get("cases");
    if (list == null) {
      scenarios.addAll(new CaseReader(providers, Map.of(), defaults).read(root));
      return scenarios;
    }
    Map<String, YamlTree> shared =
        new java.util.LinkedHashMap<>(root.entries("a case file", keys()));
    List<YamlTree> cases = list.items("cases");
    shared.remove("cases");
    Optional.ofNullable(shared.remove("forkscope")).ifPresent(v -> v.number("forkscope", 1, 1));
    CaseReader reader = new CaseReader(providers, shared, defaults);
    Set<String> names = new HashSet<>();
    for (YamlTree one : cases) {
      for (Scenario scenario : reader.read(one)) {
        String name = scenario.runtime() + " " + scenario.version() + " " + scenario.name();
        if (!names.add(name)) {
          throw one.refuse("there are two cases named '" + scenario.name() + "'; set 'name'");
        }
        scenarios.add(scenario);
      }
      if (scenarios.size() > MOST_CASES) {
        throw one.refuse("more than " + MOST_CASES + " cases; split the file");
      }
    }
    return scenarios;
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>(CaseReader.SHARED_KEYS);
    keys.add("cases");
    keys.add("forkscope");
    return keys;
  }

  private static Node compose(String label, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(label)
            .setCodePointLimit(MOST_BYTES)
            .setMaxAliasesForCollections(50)
            .setAllowRecursiveKeys(false)
            .build();
    Optional<Node> root;
    try {
      root = new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(m -> label + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
              .orElse(label);
      throw new CaseFileException(where, "is not YAML: " + firstLine(e.getProblem()));
    } catch (YamlEngineException | IllegalArgumentException e) { // the second for some tags
      throw new CaseFileException(label, "is not YAML: " + firstLine(e.getMessage()));
    } catch (StackOverflowError e) {
      throw new CaseFileException(label, "is nested too deeply");
    }
    return root.orElseThrow(() -> new CaseFileException(label, "is empty; a scenario is expected"));
  }

  private static String firstLine(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
  }

  private static String text(Path file) throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new CaseFileException(file.toString(), "is not UTF-8 text");
    }
  }
}
