package io.forkscope.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code forkscope} command. */
@Command(
    name = "forkscope",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Predicts how much copy-on-write memory sharing a managed runtime loses after fork,"
            + " snapshot or clone, names the causes, and checks itself against the kernel.",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  fine",
      "  1  a gate failed (for example --max-error)",
      "  2  the command line cannot be understood",
      "  3  bad input",
      "  4  the machine lacks something (root, Linux, an interpreter, disk space, memory)",
      "  70  an error of Forkscope itself",
      "  130  interrupted (Ctrl-C), 143 terminated: no file is half written, no process left",
      "",
      "Examples:",
      "  forkscope demo                          predict for a real program, write report.html",
      "  forkscope validate                      check predictions against this kernel (root)",
      "  forkscope simulate --cases cases.yaml   predict without any interpreter",
      "  forkscope analyze app.jfr -o report.html",
      "  forkscope attach 4711                   record a running JVM",
      "  forkscope report result.json -o report.html",
      "",
      "NO_COLOR, set to anything, turns colours off. Progress is shown on a terminal only."
    },
    subcommands = {
      DemoCommand.class,
      SimulateCommand.class,
      MitigateCommand.class,
      AnalyzeCommand.class,
      AttachCommand.class,
      ValidateCommand.class,
      ForkCostCommand.class,
      CalibrateCommand.class,
      ReportCommand.class,
      ModelsCommand.class,
      SchemaCommand.class,
      picocli.AutoComplete.GenerateCompletion.class,
      CommandLine.HelpCommand.class,
    })
public final class Main implements Runnable {

  @Option(
      names = "--debug",
      description = "Show stack traces of failures.",
      scope = ScopeType.INHERIT)
  private boolean debug;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init") // picocli injects the spec before run()
  Main() {}

  /** Runs a command line and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command line and gives its exit code. */
  static int run(String... arguments) {
    return run(commandLine(new Main()), arguments);
  }

  /** Runs a command line; what even the failure handler cannot catch ends in one line too. */
  static int run(CommandLine line, String... arguments) {
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError e) {
      return end(
          line,
          ExitCode.ENVIRONMENT,
          "out of memory: this needs more than the heap of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB; give more with java -Xmx");
    } catch (StackOverflowError e) {
      return end(line, ExitCode.BAD_INPUT, "the input is nested too deeply");
    }
  }

  private static int end(CommandLine line, int exitCode, String text) {
    line.getErr().println("forkscope: " + text);
    line.getErr().flush();
    return exitCode;
  }

  /** The command tree, without running it. */
  static CommandLine commandLine(Main main) {
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setExecutionExceptionHandler((failure, line, parse) -> main.explain(failure, line));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private int explain(Exception failure, CommandLine line) {
    PrintWriter err = line.getErr();
    if (debug) {
      failure.printStackTrace(err);
    }
    Throwable root =
        failure instanceof UncheckedIOException
            ? Objects.requireNonNullElse(failure.getCause(), failure)
            : failure;
    err.println("forkscope: " + oneLine(root));
    err.flush();
    return exitCode(root);
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof CommandFailure known) {
      return known.exitCode();
    }
    if (failure instanceof NoSuchFileException || failure instanceof IllegalArgumentException) {
      return ExitCode.BAD_INPUT;
    }
    return failure instanceof java.io.IOException ? ExitCode.ENVIRONMENT : ExitCode.INTERNAL;
  }

  private static String oneLine(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    String text =
        failure instanceof NoSuchFileException
            ? message + ": no such file"
            : failure instanceof AccessDeniedException
                ? message + ": permission denied"
                : failure instanceof FileSystemException system && system.getReason() != null
                    ? system.getFile() + ": " + system.getReason()
                    : failure instanceof CommandFailure
                            || failure instanceof IllegalArgumentException
                            || failure instanceof java.io.IOException
                        ? message
                        : "internal error, please report it with --debug: " + failure;
    return text.lines().findFirst().orElse(failure.getClass().getSimpleName());
  }

  /** The version in the jar's manifest. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** Shows the version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"forkscope " + version()};
    }
  }
}
