package io.forkscope.observe;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a fixed Perl program: every Debian has Perl, and a Perl string can be written in place. */
record PerlDriver(String text) implements RuntimeDriver {

  static final String MARK = "sub mark { kill 'STOP', $$ } use POSIX (); $| = 1;\n";

  static Scenario scenario(int children) {
    return new Scenario(
        "perl",
        "perl",
        "5",
        Map.of(),
        List.of(),
        List.of(),
        new ForkPlan(children, ForkPlan.Acting.CHILDREN),
        List.of(),
        Requests.ONCE,
        0);
  }

  static Interpreter perl() throws ObserveException {
    Needs.executable("/usr/bin/perl");
    return InterpreterFinder.named(new PerlDriver(""), "perl", "5", Path.of("/usr/bin/perl"));
  }

  @Override
  public List<String> executables(String version) {
    return List.of("perl");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-e", "printf '%vd', $^V");
  }

  @Override
  public String program(Scenario scenario) {
    return text;
  }

  @Override
  public String fileEnding() {
    return ".pl";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory) {
    return List.of(executable.toString(), program.toString());
  }
}
