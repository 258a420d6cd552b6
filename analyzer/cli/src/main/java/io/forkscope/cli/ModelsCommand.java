package io.forkscope.cli;

import io.forkscope.core.model.RuntimeModelProvider;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code forkscope models}: what can be modelled, in which words, on what evidence. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the runtime models, or shows one: words, causes, assumptions, sources.",
    footer = {"", "Examples:", "  forkscope models", "  forkscope models cpython"})
final class ModelsCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "ID", description = "A model to show.")
  private String id = "";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  ModelsCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (id.isEmpty()) {
      for (RuntimeModelProvider provider : Models.all()) {
        out.printf("%-10s %s%n", provider.id(), provider.description());
        out.printf("%-10s versions %s%n", "", String.join(", ", provider.versions()));
      }
    } else {
      show(Models.byId(id), out);
    }
    out.flush();
    return ExitCode.FINE;
  }

  private static void show(RuntimeModelProvider p, PrintWriter out) {
    out.printf("%s: %s%nversions: %s%n", p.id(), p.description(), String.join(", ", p.versions()));
    out.printf("%nWords of its scenarios (name, attributes, meaning)%n");
    words(out, "kinds", p.vocabulary().kinds());
    words(out, "holders", p.vocabulary().holders());
    words(out, "before-fork", p.vocabulary().preparations());
    words(out, "actions", p.vocabulary().actions());
    out.printf("%nWords of a case in short form, BUILDER.ACTION[.MODIFIER]%n");
    words(out, "builders", p.vocabulary().builders());
    words(out, "actions", p.vocabulary().shortActions());
    words(out, "modifiers", p.vocabulary().modifiers());
    out.printf("%nOptions%n");
    p.options()
        .forEach(
            o ->
                out.printf("  %s (default %s): %s%n", o.name(), o.defaultValue(), o.explanation()));
    out.printf("%nCauses%n");
    p.causes().forEach(c -> out.printf("  %s: %s [%s]%n", c.id(), c.explanation(), c.source()));
    out.printf("%nAssumptions%n");
    p.assumptions().forEach(a -> out.printf("  %s%n", a.text()));
    out.printf("%nSources%n");
    p.sources().forEach(s -> out.printf("  %s%n", s));
  }

  private static void words(
      PrintWriter out,
      String title,
      java.util.List<io.forkscope.core.model.Vocabulary.Word> words) {
    out.printf("  %s%n", title);
    words.forEach(
        w ->
            out.printf(
                "    %s%s: %s%n",
                w.name(),
                w.attributes().isEmpty() ? "" : " (" + String.join(", ", w.attributes()) + ")",
                w.explanation()));
  }
}
