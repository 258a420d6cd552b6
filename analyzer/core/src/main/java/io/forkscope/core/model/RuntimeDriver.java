package io.forkscope.core.model;

import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the real runtime takes a scenario. The program stops itself with SIGSTOP at its marks: the
 * parent once before it forks; each acting process once right after the fork and once after each
 * request count listed in {@link io.forkscope.core.scenario.Requests#marks()}.
 */
public interface RuntimeDriver extends RuntimeExecutable {

  /** The file that a {@link #tellingProgram} writes. */
  String ADDRESSES = "addresses";

  /** The source text of the program that takes the scenario. */
  String program(Scenario scenario);

  /**
   * A program that takes the scenario too, and after its last mark tells where the objects of its
   * populations lie: into the file {@link #ADDRESSES} of its directory, a line a column, a name and
   * then decimal addresses. Empty if the runtime cannot tell.
   */
  default Optional<String> tellingProgram(Scenario scenario) {
    return Optional.empty();
  }

  /** The ending of the program's file name, for example {@code .py}. */
  String fileEnding();

  /**
   * The command line.
   *
   * @param executable the interpreter
   * @param program the file that holds {@link #program}
   * @param workDirectory a private directory for whatever else it needs to prepare
   */
  List<String> command(Path executable, Path program, Path workDirectory) throws IOException;

  /** As {@link #command(Path, Path, Path)}, where it depends on what the scenario asks for. */
  default List<String> command(Scenario scenario, Path executable, Path program, Path workDirectory)
      throws IOException {
    return command(executable, program, workDirectory);
  }

  /** Likewise, with what the options of a scenario ask for. */
  default Map<String, String> environment(Scenario scenario) {
    return environment();
  }
}
