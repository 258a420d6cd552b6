package io.forkscope.observe;

import io.forkscope.core.model.RuntimeExecutable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the real interpreter of a scenario: the one the user names, or the first of the right
 * version, if possible of the measured release, on PATH, in the version directories of pyenv,
 * rbenv, phpenv and plenv, and in /usr/bin.
 */
public final class InterpreterFinder {
  private static final Pattern VERSION = Pattern.compile("\\d+(?:\\.\\d+)+");
  private static final int VERSION_SECONDS = 20;
  private static final List<String> VERSION_MANAGERS =
      List.of(".pyenv", ".rbenv", ".phpenv", ".plenv");

  private final List<Path> directories;

  /** Looks in directories, in order. */
  InterpreterFinder(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** Looks where this user's interpreters usually are. */
  public static InterpreterFinder ofThisMachine() {
    Set<Path> directories = new LinkedHashSet<>();
    for (String part : Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1)) {
      if (!part.isBlank()) {
        addPath(directories, part);
      }
    }
    Path home = Path.of(System.getProperty("user.home", "/"));
    for (String manager : VERSION_MANAGERS) {
      directories.addAll(versionDirectories(home.resolve(manager).resolve("versions")));
    }
    directories.add(Path.of("/usr/local/bin"));
    directories.add(Path.of("/usr/bin"));
    return new InterpreterFinder(List.copyOf(directories));
  }

  private static void addPath(Set<Path> directories, String part) {
    try {
      directories.add(Path.of(part));
    } catch (InvalidPathException e) {
      // not a path on this file system, so nothing can be found there
    }
  }

  private static Set<Path> versionDirectories(Path versions) {
    Set<Path> found = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(versions)) {
      entries.forEach(entry -> found.add(entry.resolve("bin")));
    } catch (IOException e) {
      // this user has no such version manager
    }
    return found;
  }

  /**
   * The interpreter for a version.
   *
   * @param runtime id of the runtime, for messages
   * @param release of the version that is taken before others, if there is one; or empty
   * @throws UnsupportedHostException if there is none of the version
   */
  public Interpreter find(
      RuntimeExecutable driver, String runtime, String version, Optional<String> release)
      throws ObserveException {
    List<String> names = driver.executables(version);
    Optional<Interpreter> other = Optional.empty();
    for (Path directory : directories) {
      for (String name : names) {
        Path candidate = directory.resolve(name);
        if (isBinary(candidate)) {
          Optional<Interpreter> interpreter = tryVersion(driver, candidate);
          if (interpreter.isPresent() && interpreter.get().isOf(version)) {
            if (release.isEmpty() || interpreter.get().isOf(release.get())) {
              return interpreter.get();
            }
            other = other.or(() -> interpreter);
          }
        }
      }
    }
    if (other.isPresent()) {
      return other.get();
    }
    throw new UnsupportedHostException(
        runtime
            + " "
            + version
            + " is not installed: no "
            + String.join(", ", names)
            + " of that version in PATH, version managers and /usr/bin; name one with"
            + " --interpreter");
  }

  /**
   * The interpreter that the user names.
   *
   * @throws ObserveException if it is missing, cannot be run, or is of another version
   */
  public static Interpreter named(
      RuntimeExecutable driver, String runtime, String version, Path executable)
      throws ObserveException {
    Interpreter interpreter = named(driver, executable);
    if (!interpreter.isOf(version)) {
      throw new UnsupportedHostException(
          executable
              + " is version "
              + interpreter.version()
              + ", the case needs "
              + runtime
              + " "
              + version);
    }
    return interpreter;
  }

  /**
   * The interpreter that the user names, whatever its version.
   *
   * @throws ObserveException if it is missing or cannot be run
   */
  public static Interpreter named(RuntimeExecutable driver, Path executable)
      throws ObserveException {
    if (!Files.exists(executable)) {
      throw new UnsupportedHostException("interpreter " + executable + " does not exist");
    }
    if (Files.isDirectory(executable) || !Files.isExecutable(executable)) {
      throw new UnsupportedHostException(
          "interpreter " + executable + " is not an executable file");
    }
    return version(driver, executable.toAbsolutePath());
  }

  // Wrapper scripts, such as the shims of version managers, choose by the current directory and
  // environment; only a named one is trusted.
  private static boolean isBinary(Path candidate) {
    if (!Files.isRegularFile(candidate) || !Files.isExecutable(candidate)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(candidate)) {
      byte[] head = in.readNBytes(2);
      return !(head.length == 2 && head[0] == '#' && head[1] == '!');
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Interpreter> tryVersion(RuntimeExecutable driver, Path executable) {
    try {
      return Optional.of(version(driver, executable));
    } catch (ObserveException e) {
      return Optional.empty(); // something else of that name
    }
  }

  private static Interpreter version(RuntimeExecutable driver, Path executable)
      throws ObserveException {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(driver.versionArguments());
    try (WorkDirectory work = WorkDirectory.create()) {
      Path output = work.resolve("version");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      Process process = builder.start();
      try {
        if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
          throw new ObserveException(
              executable + " did not print its version within " + VERSION_SECONDS + " s");
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
      Matcher matcher = VERSION.matcher(text);
      if (process.exitValue() != 0 || !matcher.find()) {
        throw new UnsupportedHostException(
            executable
                + " is not the interpreter meant: asked for its version it said \""
                + firstLine(text)
                + "\"");
      }
      return new Interpreter(executable, matcher.group());
    } catch (ObserveException e) {
      throw e;
    } catch (IOException e) {
      throw new UnsupportedHostException(executable + " cannot be run: " + reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException("interrupted while asking " + executable + " for its version", e);
    }
  }

  // The JDK wraps the kernel's reason: Cannot run program "x": error=8, Exec format error
  private static String reason(IOException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    return message.replaceAll("^.*error=\\d+, ", "");
  }

  private static String firstLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 120 ? line.substring(0, 120) + " …" : line;
  }
}
