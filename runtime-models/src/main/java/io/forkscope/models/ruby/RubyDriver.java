package io.forkscope.models.ruby;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;

/** Takes scenarios on a real CRuby. */
final class RubyDriver implements RuntimeDriver {

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
    return RubyProgram.of(scenario);
  }

  @Override
  public String fileEnding() {
    return ".rb";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory) {
    return List.of(executable.toString(), program.toString());
  }
}
