package io.forkscope.core.casefile;

import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.KernelOption;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns one case of a file into scenarios: one a version. */
final class CaseReader {

  /** Keys that may stand beside {@code cases} and hold for all of them. */
  static final List<String> SHARED_KEYS =
      List.of("runtime", "version", "options", "count", "before-fork", "fork", "requests", "seed");

  private static final List<String> KEYS =
      List.of(
          "name",
          "case",
          "runtime",
          "version",
          "options",
          "count",
          "populations",
          "before-fork",
          "fork",
          "actions",
          "requests",
          "seed");

  private final Function<String, RuntimeModelProvider> providers;
  private final Map<String, YamlTree> shared;
  private final Map<String, String> defaults;

  CaseReader(
      Function<String, RuntimeModelProvider> providers,
      Map<String, YamlTree> shared,
      Map<String, String> defaults) {
    this.providers = providers;
    this.shared = shared;
    this.defaults = defaults;
  }

  List<Scenario> read(YamlTree tree) {
    Map<String, YamlTree> own = tree.entries("a case", KEYS);
    Map<String, YamlTree> keys = new LinkedHashMap<>(shared);
    keys.putAll(own);
    String runtime = text(tree, keys.get("runtime"), "runtime");
    RuntimeModelProvider provider =
        at(keys.getOrDefault("runtime", tree), () -> providers.apply(runtime));
    List<Scenario> scenarios = new ArrayList<>();
    for (String version : versions(tree, keys, provider)) {
      scenarios.add(scenario(tree, own, keys, provider, version));
    }
    return scenarios;
  }

  private Scenario scenario(
      YamlTree tree,
      Map<String, YamlTree> own,
      Map<String, YamlTree> keys,
      RuntimeModelProvider provider,
      String version) {
    Vocabulary words = provider.vocabulary();
    Scenario base = base(tree, own, keys, provider, version);
    String name = own.containsKey("name") ? own.get("name").text("name") : base.name();
    if (name.isBlank()) {
      throw tree.refuse("a case needs a 'name', or a short form under 'case'");
    }
    List<Population> populations =
        own.containsKey("populations")
            ? populations(own.get("populations"), words)
            : base.populations();
    return new Scenario(
        name,
        provider.id(),
        version,
        options(base.options(), keys.get("options"), provider),
        populations,
        keys.containsKey("before-fork")
            ? steps(keys.get("before-fork"), "before-fork", words.preparations(), populations)
            : base.preparations(),
        keys.containsKey("fork") ? fork(keys.get("fork")) : base.fork(),
        own.containsKey("actions")
            ? steps(own.get("actions"), "actions", words.actions(), populations)
            : base.actions(),
        keys.containsKey("requests") ? requests(keys.get("requests")) : base.requests(),
        keys.containsKey("seed")
            ? keys.get("seed").number("seed", 0, Long.MAX_VALUE)
            : base.seed());
  }

  /** What the short form says, or an empty scenario where there is none. */
  private Scenario base(
      YamlTree tree,
      Map<String, YamlTree> own,
      Map<String, YamlTree> keys,
      RuntimeModelProvider provider,
      String version) {
    YamlTree shortForm = own.get("case");
    if (shortForm == null) {
      if (!own.containsKey("actions")) {
        throw tree.refuse("a case needs 'actions', or a short form under 'case'");
      }
      return new Scenario(
          "",
          provider.id(),
          version,
          Map.of(),
          List.of(),
          List.of(),
          new ForkPlan(1, ForkPlan.Acting.CHILDREN),
          List.of(),
          Requests.ONCE,
          1);
    }
    YamlTree count = keys.get("count");
    long objects = count == null ? 0 : count.number("count", 0, Population.MOST);
    return at(shortForm, () -> provider.expand(shortForm.text("case"), version, objects));
  }

  private List<String> versions(
      YamlTree tree, Map<String, YamlTree> keys, RuntimeModelProvider provider) {
    YamlTree version = keys.get("version");
    List<String> asked = new ArrayList<>();
    if (version == null) {
      List<String> known = provider.versions();
      String given = defaults.get("version");
      if (given == null && known.size() > 1) {
        throw tree.refuse("a case needs a 'version'; known: " + String.join(", ", known));
      }
      asked.add(given == null ? known.get(0) : given);
    } else if (version.isList()) {
      version.items("version").forEach(v -> asked.add(v.text("version")));
    } else {
      asked.add(version.text("version"));
    }
    YamlTree place = version == null ? tree : version;
    return asked.stream().map(one -> modelled(place, provider, one)).distinct().toList();
  }

  /** The version that is modelled for one asked for: a release, 3.9.18, goes by its 3.9. */
  private static String modelled(YamlTree place, RuntimeModelProvider provider, String asked) {
    List<String> known = provider.versions();
    return known.stream()
        .filter(version -> asked.equals(version) || asked.startsWith(version + "."))
        .findFirst()
        .orElseThrow(
            () -> place.refuse(Nearest.refusal("version of " + provider.id(), asked, known)));
  }

  private static Map<String, String> options(
      Map<String, String> base, @Nullable YamlTree tree, RuntimeModelProvider provider) {
    Map<String, String> options = new TreeMap<>(base);
    if (tree != null) {
      List<String> known = new ArrayList<>();
      provider.options().stream().map(ModelOption::name).forEach(known::add);
      for (KernelOption option : KernelOption.values()) {
        known.add(option.key());
      }
      tree.entries("options", known).forEach((k, v) -> options.put(k, v.text(k)));
      for (KernelOption option : KernelOption.values()) {
        String value = options.getOrDefault(option.key(), option.choices().get(0));
        known(tree, option.key(), value, option.choices());
      }
    }
    return options;
  }

  private static List<Population> populations(YamlTree tree, Vocabulary words) {
    List<Population> populations = new ArrayList<>();
    for (YamlTree item : tree.items("populations")) {
      Map<String, YamlTree> keys =
          item.entries(
              "a population", List.of("name", "holder", "of", "count", "shuffle", "keep-every"));
      YamlTree of = keys.get("of");
      YamlTree count = keys.get("count");
      if (of == null || count == null) {
        throw item.refuse("a population needs 'of' and 'count'");
      }
      String holder = keys.containsKey("holder") ? keys.get("holder").text("holder") : "list";
      known(keys.getOrDefault("holder", item), "holder", holder, names(words.holders()));
      populations.add(
          new Population(
              keys.containsKey("name") ? keys.get("name").text("name") : "data",
              holder,
              value(of, words, 0),
              count.number("count", 0, Population.MOST),
              keys.containsKey("shuffle")
                  ? keys.get("shuffle").number("shuffle", 0, Long.MAX_VALUE)
                  : -1,
              keys.containsKey("keep-every")
                  ? (int) keys.get("keep-every").number("keep-every", 1, Integer.MAX_VALUE)
                  : 1));
    }
    return populations;
  }

  private static Value value(YamlTree tree, Vocabulary words, int depth) {
    if (depth > 32) {
      throw tree.refuse("values are nested more than 32 deep");
    }
    if (tree.isScalar()) {
      String kind = tree.text("a value");
      known(tree, "kind", kind, names(words.kinds()));
      return new Value(kind, Map.of(), List.of());
    }
    Map<String, YamlTree> keys = tree.entries("a value");
    YamlTree kindTree = keys.get("kind");
    if (kindTree == null) {
      throw tree.refuse("a value needs a 'kind'");
    }
    String kind = kindTree.text("kind");
    known(kindTree, "kind", kind, names(words.kinds()));
    List<String> attributes = attributes(words.kinds(), kind);
    List<Value> parts = new ArrayList<>();
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, YamlTree> entry : keys.entrySet()) {
      YamlTree child = entry.getValue();
      if (entry.getKey().equals("parts")) {
        child.items("parts").forEach(p -> parts.add(value(p, words, depth + 1)));
      } else if (!entry.getKey().equals("kind")) {
        known(child, "attribute of " + kind, entry.getKey(), attributes);
        values.put(entry.getKey(), argument(child, entry.getKey()));
      }
    }
    return new Value(kind, values, parts);
  }

  private static List<Step> steps(
      YamlTree tree, String what, List<Vocabulary.Word> words, List<Population> populations) {
    List<Step> steps = new ArrayList<>();
    for (YamlTree item : tree.items(what)) {
      steps.add(step(item, words, populations));
    }
    return steps;
  }

  private static Step step(
      YamlTree item, List<Vocabulary.Word> words, List<Population> populations) {
    Map<String, String> arguments = new TreeMap<>();
    String verb;
    YamlTree place = item;
    if (item.isScalar()) {
      verb = item.text("a step");
    } else {
      Map<String, YamlTree> entry = item.entries("a step");
      if (entry.size() != 1) {
        throw item.refuse("a step is one word, or one word with what it takes");
      }
      Map.Entry<String, YamlTree> only = entry.entrySet().iterator().next();
      verb = only.getKey();
      place = only.getValue();
    }
    known(item, "step", verb, names(words));
    if (place != item && place.isScalar()) {
      arguments.put("on", place.text("a population"));
    } else if (place != item) {
      List<String> attributes = attributes(words, verb);
      for (Map.Entry<String, YamlTree> entry : place.entries(verb).entrySet()) {
        known(entry.getValue(), "argument of " + verb, entry.getKey(), attributes);
        arguments.put(entry.getKey(), argument(entry.getValue(), entry.getKey()));
      }
    }
    String on = arguments.get("on");
    if (on != null) {
      known(place, "population", on, populations.stream().map(Population::name).toList());
    }
    return new Step(verb, arguments);
  }

  /** A single value, or a list written as its values joined by commas. */
  private static String argument(YamlTree tree, String what) {
    if (tree.isList()) {
      return String.join(",", tree.items(what).stream().map(i -> i.text(what)).toList());
    }
    return tree.text(what);
  }

  private static ForkPlan fork(YamlTree tree) {
    Map<String, YamlTree> keys = tree.entries("fork", List.of("children", "acting"));
    ForkPlan.Acting acting = ForkPlan.Acting.CHILDREN;
    YamlTree who = keys.get("acting");
    if (who != null) {
      known(who, "acting side", who.text("acting"), List.of("children", "parent", "both"));
      acting = ForkPlan.Acting.valueOf(who.text("acting").toUpperCase(Locale.ROOT));
    }
    YamlTree children = keys.get("children");
    return new ForkPlan(
        children == null ? 1 : (int) children.number("children", 1, ForkPlan.MOST_CHILDREN),
        acting);
  }

  private static Requests requests(YamlTree tree) {
    if (tree.isScalar()) {
      long count = tree.number("requests", 0, 1_000_000_000L);
      return new Requests(count, List.of(count), 0);
    }
    Map<String, YamlTree> keys =
        tree.entries("requests", List.of("count", "marks", "recycle-after"));
    List<Long> marks = new ArrayList<>();
    YamlTree markTree = keys.get("marks");
    if (markTree != null) {
      markTree.items("marks").forEach(m -> marks.add(m.number("a mark", 0, 1_000_000_000L)));
    }
    YamlTree count = keys.get("count");
    if (count == null && marks.isEmpty()) {
      throw tree.refuse("requests need a 'count' or 'marks'");
    }
    long last =
        count == null ? marks.get(marks.size() - 1) : count.number("count", 0, 1_000_000_000L);
    if (marks.isEmpty() || marks.get(marks.size() - 1) < last) {
      marks.add(last);
    }
    YamlTree recycle = keys.get("recycle-after");
    long after = recycle == null ? 0 : recycle.number("recycle-after", 0, 1_000_000_000L);
    return at(tree, () -> new Requests(last, marks, after));
  }

  private String text(YamlTree place, @Nullable YamlTree tree, String key) {
    if (tree != null) {
      return tree.text(key);
    }
    String given = defaults.get(key);
    if (given == null) {
      throw place.refuse("a case needs a '" + key + "'");
    }
    return given;
  }

  private static void known(YamlTree place, String what, String word, List<String> known) {
    if (!known.contains(word)) {
      throw place.refuse(Nearest.refusal(what, word, known));
    }
  }

  private static List<String> names(List<Vocabulary.Word> words) {
    return words.stream().map(Vocabulary.Word::name).toList();
  }

  private static List<String> attributes(List<Vocabulary.Word> words, String name) {
    return words.stream()
        .filter(w -> w.name().equals(name))
        .findFirst()
        .map(Vocabulary.Word::attributes)
        .orElse(List.of());
  }

  /** Gives refusals of other rooms the place in the file. */
  private static <T> T at(YamlTree place, java.util.function.Supplier<T> work) {
    try {
      return work.get();
    } catch (CaseFileException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw place.refuse(String.valueOf(e.getMessage()));
    }
  }
}
