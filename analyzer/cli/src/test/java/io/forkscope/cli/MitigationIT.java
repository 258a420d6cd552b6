package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.MitigationEffect.Change;
import io.forkscope.core.verdict.MitigationEffect.Judgement;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.observe.HostCapabilities;
import io.forkscope.observe.InterpreterFinder;
import io.forkscope.observe.ObserveException;
import io.forkscope.reports.Reports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Really runs cases without and with mitigations, and holds the predicted saving to the real. */
@Tag("linux-fork")
final class MitigationIT {

  @TempDir Path folder = Path.of("set by JUnit");

  @BeforeEach
  void onAMachineThatShowsFrames() {
    needs(HostCapabilities.isLinux(), "Linux");
    needs(HostCapabilities.frameNumbersVisible(), "root, to see frame numbers");
  }

  @Test
  void freezingTheCollectorGivesBackWhatWasPredicted() throws Exception {
    needsInterpreter("cpython", "3.11");

    List<MitigationEffect> effects = run("cpython", "3.11", "json.gc", 20_000);

    assertMet(effect(effects, "gc-freeze"), 0.05);
    assertThat(effect(effects, "gc-disable").measured().map(Change::judgement))
        .hasValue(Judgement.NO_EFFECT);
  }

  @Test
  void buffersGiveBackAndSystemMallocHarmsAsPredicted() throws Exception {
    needsInterpreter("cpython", "3.11");

    List<MitigationEffect> effects = run("cpython", "3.11", "ints.iter", 150_000);

    assertMet(effect(effects, "buffers-instead-of-objects"), 0.05);
    assertMet(effect(effects, "system-malloc"), 0.05);
    assertHarms(effect(effects, "system-malloc"));
  }

  @Test
  void readingStringsOnceInTheParentGivesBackTheirCodeRangesInRuby() throws Exception {
    needsInterpreter("cruby", "3.1");

    List<MitigationEffect> effects = run("cruby", "3.1", "strs.ascii", 120_000);

    assertMet(effect(effects, "warm-own-data"), 0.05);
    assertHarms(effect(effects, "collect-in-child"));
    assertHarms(effect(effects, "compact-in-child"));
  }

  @Test
  void oneArenaForTheThreadsOfARubyServerHarmsAsPredicted() throws Exception {
    needsInterpreter("cruby", "3.1");

    List<MitigationEffect> effects = run("cruby", "3.1", "objs.tosym.pregc1.threads", 20_000);

    assertMet(effect(effects, "one-arena"), 0.1);
    assertHarms(effect(effects, "one-arena"));
  }

  @Test
  void spawningInsteadOfForkingSavesTheImportOfSubprocess() throws Exception {
    needsInterpreter("cpython", "3.11");

    List<MitigationEffect> effects = run("cpython", "3.11", "ints.multiproc", 50_000);

    // what a first import costs the interpreter itself differs by 20 to 80 pages from its baseline
    assertMet(effect(effects, "posix-spawn"), 0.15);
  }

  @Test
  void anotherMallocIsTriedOnARealServer() throws Exception {
    needs(Files.isExecutable(Path.of("/usr/bin/redis-server")), "redis-server");

    List<MitigationEffect> effects =
        run("redis", "7.0", "strings.set.bytes300.writes10000", 100_000);

    assertMet(effect(effects, "libc-malloc"), 0.1);
  }

  private List<MitigationEffect> run(String runtime, String version, String name, int count)
      throws Exception {
    Path cases =
        Files.writeString(
            folder.resolve("cases.yaml"),
            "{runtime: %s, version: '%s', case: %s, count: %d}"
                .formatted(runtime, version, name, count));
    Path result = folder.resolve("result.json");
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setErr(new PrintWriter(err));

    int exitCode =
        line.execute("validate", "--cases", cases.toString(), "--mitigations", "-o", "" + result);

    assertThat(exitCode).as(err.toString()).isZero();
    Verdict verdict = Reports.read(result);
    return verdict.mitigations();
  }

  private static MitigationEffect effect(List<MitigationEffect> effects, String id) {
    return effects.stream().filter(e -> e.name().equals(id)).findFirst().orElseThrow();
  }

  private static void assertMet(MitigationEffect effect, double ratio) {
    Change measured = effect.measured().orElseThrow();
    long difference = Math.abs(effect.predicted().givenBackPages() - measured.givenBackPages());
    assertThat(effect.predicted().judgement()).as(effect.name()).isEqualTo(measured.judgement());
    assertThat((double) difference)
        .as(effect + ": pages between predicted and measured")
        .isLessThanOrEqualTo(Math.max(25, ratio * Math.abs(measured.givenBackPages())));
  }

  private static void assertHarms(MitigationEffect effect) {
    assertThat(effect.predicted().judgement()).as(effect.name()).isEqualTo(Judgement.HARMS);
    assertThat(effect.measured().map(Change::judgement))
        .as(effect.name())
        .hasValue(Judgement.HARMS);
  }

  private static void needsInterpreter(String runtime, String version) {
    try {
      InterpreterFinder.ofThisMachine()
          .find(Models.byId(runtime).driver().orElseThrow(), runtime, version, Optional.empty());
    } catch (ObserveException e) {
      needs(false, String.valueOf(e.getMessage()));
    }
  }

  private static void needs(boolean there, String what) {
    if (!there && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      throw new AssertionError("this machine lacks " + what);
    }
    Assumptions.assumeTrue(there, "skipped: this machine lacks " + what);
  }
}
