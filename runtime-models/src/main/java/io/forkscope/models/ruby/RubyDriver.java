package io.forkscope.models.ruby;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.ProgramFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes scenarios on a real CRuby. */
final class RubyDriver implements RuntimeDriver {

  private static final String TELL = "tell.rb";

  @Override
  public List<String> executables(String version) {
    return List.of("ruby" + version, "ruby");
  }

  @Override
  public List<String> versionArguments() {
    return List.of(
        "-e", "abort 'it is ' + RUBY_ENGINE unless RUBY_ENGINE == 'ruby'; puts RUBY_VERSION");
  }

  @Override
  public String program(Scenario scenario) {
    RubyVocabulary.check(scenario);
    return RubyProgram.of(scenario, List.of());
  }

  @Override
  public Optional<String> tellingProgram(Scenario scenario) {
    RubyVocabulary.check(scenario);
    return Optional.of(RubyProgram.of(scenario, List.of("load '" + TELL + "'")));
  }

  @Override
  public Map<String, String> environment(Scenario scenario) {
    return RubyVocabulary.hasOneArena(scenario) ? Map.of("MALLOC_ARENA_MAX", "1") : environment();
  }

  @Override
  public String fileEnding() {
    return ".rb";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory)
      throws IOException {
    ProgramFile.install(RubyDriver.class, TELL, workDirectory);
    return List.of(executable.toString(), program.toString());
  }
}
