package io.forkscope.models.perl;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.ProgramFile;
import io.forkscope.models.SourceNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs scenarios on a real perl. */
final class PerlDriver implements RuntimeDriver {

  /** Tells where data lie. */
  private static final String TELL = "tell.pl";

  /** With three others as many as a login of Debian 12 had. */
  private static final int VARIABLES = 35;

  @Override
  public List<String> executables(String version) {
    return List.of("perl" + version, "perl");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-e", "printf \"%vd\\n\", $^V");
  }

  @Override
  public String fileEnding() {
    return ".pl";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory)
      throws IOException {
    ProgramFile.install(PerlDriver.class, TELL, workDirectory);
    return List.of(executable.toString(), program.toString());
  }

  /**
   * The order of hashes is random otherwise; it is the same in each run then. The rest makes an
   * environment of ordinary size: perl's copy of it, and of its locale, takes ten pages.
   */
  @Override
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PERL_HASH_SEED", "0");
    environment.put("PERL_PERTURB_KEYS", "0");
    environment.put("LANG", "C.UTF-8");
    for (int i = 1; i <= VARIABLES; i++) {
      environment.put("FORKSCOPE_" + i, "of_an_ordinary_environment");
    }
    return environment;
  }

  @Override
  public String program(Scenario scenario) {
    return program(scenario, "");
  }

  @Override
  public Optional<String> tellingProgram(Scenario scenario) {
    StringBuilder lastly = new StringBuilder("require './" + TELL + "'; ");
    for (int i = 0; i < scenario.populations().size(); i++) {
      Population population = scenario.populations().get(i);
      boolean isMap = population.holder().equals("map");
      lastly.append(isMap ? "Tell::entries(" : "Tell::elements(").append(i);
      lastly.append(isMap ? ", \\%" : ", \\@");
      lastly.append(SourceNames.identifier(population.name())).append("); ");
    }
    return Optional.of(program(scenario, lastly.append("Tell::finish();\n").toString()));
  }

  private static String program(Scenario scenario, String lastly) {
    PerlModel.check(scenario);
    return PerlProgram.of(scenario, lastly);
  }
}
