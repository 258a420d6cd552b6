package io.forkscope.javaagent;

import io.forkscope.javaagent.AgentOptions.Command;
import io.forkscope.javaagent.AgentOptions.MethodName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads options in the JDK's own syntax: {@code start,forkpoint=after:5s,file=%p.jfr}. An option
 * {@code @path} is replaced by the lines of that file, where {@code #} begins a comment. What comes
 * later overrides what came before.
 *
 * <p>{@code stop}, {@code dump} and {@code forkpoint=NAME} speak to a JVM that is being recorded.
 */
final class OptionParser {
  private static final List<String> KNOWN =
      List.of(
          "start",
          "stop",
          "dump",
          "file",
          "forkpoint",
          "include",
          "exclude",
          "jdk",
          "rotate",
          "settings");

  /** Options that need no value. */
  private static final List<String> WORDS = List.of("start", "stop", "dump", "jdk");

  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern METHOD =
      Pattern.compile("((?:[\\w$]+\\.)*[\\w$]+)\\.([\\w$]+|<init>)");
  private static final Pattern NAME = Pattern.compile("[\\w.-]{1,100}");

  private final List<String> seen = new ArrayList<>();
  private Optional<Command> command = Optional.empty();
  private Optional<String> name = Optional.empty();
  private Optional<String> file = Optional.empty();
  private Optional<Duration> forkAfter = Optional.empty();
  private Optional<MethodName> forkMethod = Optional.empty();
  private List<String> include = List.of();
  private List<String> exclude = List.of();
  private boolean jdk;
  private Duration rotate = Duration.ofSeconds(10);
  private Optional<String> settings = Optional.empty();

  private OptionParser() {}

  /**
   * Reads the environment variable's options, then those of the command line. The environment says
   * how to record; a command to a JVM that is recording already does not look at it.
   */
  static AgentOptions parse(String environment, String arguments) throws OptionException {
    OptionParser alone = new OptionParser();
    alone.addAll(arguments, true);
    AgentOptions asked = alone.options();
    if (asked.command() != Command.START || environment.isBlank()) {
      return asked;
    }
    OptionParser both = new OptionParser();
    both.addAll(environment, true);
    both.addAll(arguments, true);
    return both.options();
  }

  private void addAll(String arguments, boolean filesAllowed) throws OptionException {
    for (String option : arguments.split(",", -1)) {
      String trimmed = option.strip();
      if (trimmed.startsWith("@") && filesAllowed) {
        addFile(trimmed.substring(1));
      } else if (!trimmed.isEmpty()) {
        add(trimmed);
      }
    }
  }

  private void addFile(String name) throws OptionException {
    try {
      for (String line : Files.readAllLines(Path.of(name))) {
        if (!line.isBlank() && !line.strip().startsWith("#")) {
          addAll(line, false);
        }
      }
    } catch (IOException | InvalidPathException unreadable) {
      throw new OptionException("cannot read the option file " + name + ": " + unreadable);
    }
  }

  private void add(String option) throws OptionException {
    int equals = option.indexOf('=');
    String key = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : option.substring(equals + 1);
    if (equals >= 0 && value.isEmpty()) {
      throw new OptionException("option " + key + " has no value");
    }
    if (!KNOWN.contains(key)) {
      throw new OptionException(
          "unknown option \""
              + key
              + "\"; "
              + Nearest.hint(key, KNOWN)
              + "known are "
              + String.join(", ", KNOWN)
              + ", @FILE");
    }
    if (equals < 0 && !WORDS.contains(key)) {
      throw new OptionException("option " + key + " needs a value: " + key + "=...");
    }
    if (equals >= 0 && WORDS.contains(key) && !key.equals("jdk")) {
      throw new OptionException("option " + key + " takes no value, but has " + value);
    }
    seen.add(key);
    switch (key) {
      case "start" -> command(Command.START);
      case "stop" -> command(Command.STOP);
      case "dump" -> command(Command.DUMP);
      case "file" -> file = Optional.of(value);
      case "forkpoint" -> forkPoint(value);
      case "include" -> include = globs(value);
      case "exclude" -> exclude = globs(value);
      case "jdk" -> jdk = value.isEmpty() || flag(key, value);
      case "rotate" -> rotate = time(key, value);
      case "settings" -> settings = Optional.of(value);
      default -> throw new IllegalStateException(key);
    }
  }

  private void command(Command asked) throws OptionException {
    if (command.filter(other -> other != asked).isPresent()) {
      throw new OptionException("only one of start, stop and dump can be asked for");
    }
    command = Optional.of(asked);
  }

  private void forkPoint(String value) throws OptionException {
    if (value.startsWith("after:")) {
      forkAfter = Optional.of(time("forkpoint", value.substring("after:".length())));
    } else if (value.startsWith("method:")) {
      Matcher name = METHOD.matcher(value.substring("method:".length()));
      if (!name.matches()) {
        throw new OptionException("forkpoint=" + value + " does not name pkg.Class.method");
      }
      forkMethod = Optional.of(new MethodName(name.group(1), name.group(2)));
    } else if (NAME.matcher(value).matches() && !value.equals("api") && !value.equals("command")) {
      name = Optional.of(value);
    } else if (!value.equals("api") && !value.equals("command")) {
      throw new OptionException(
          "forkpoint="
              + value
              + " is none of after:TIME, method:pkg.Class.method, api, command, and"
              + " no NAME of letters, digits, '.', '-' and '_'");
    }
  }

  private static boolean flag(String key, String value) throws OptionException {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new OptionException(key + "=" + value + " is neither true nor false");
    };
  }

  private static Duration time(String key, String value) throws OptionException {
    Matcher time = TIME.matcher(value);
    if (!time.matches()) {
      throw new OptionException(key + ": " + value + " is no time such as 500ms, 5s, 2m or 1h");
    }
    long amount = Long.parseLong(time.group(1));
    Duration duration =
        switch (time.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofHours(amount);
        };
    if (duration.isZero()) {
      throw new OptionException(key + ": the time must not be zero");
    }
    return duration;
  }

  private static List<String> globs(String value) throws OptionException {
    List<String> globs = new ArrayList<>();
    for (String glob : value.split(":", -1)) {
      if (!glob.matches("[\\w$.*]+")) {
        throw new OptionException(
            "\"" + glob + "\" is no class name pattern; join several with a colon: a.b.*:c.D");
      }
      globs.add(glob);
    }
    return globs;
  }

  private AgentOptions options() throws OptionException {
    Command what = command.orElse(name.isPresent() ? Command.FORK_POINT : Command.START);
    switch (what) {
      case START -> {
        if (name.isPresent()) {
          throw new OptionException(
              "forkpoint="
                  + name.get()
                  + " is none of after:TIME, method:pkg.Class.method, api,"
                  + " command; a NAME alone, without start, marks a fork point at once");
        }
      }
      case FORK_POINT -> allow(what, List.of("forkpoint"));
      case STOP -> allow(what, List.of("stop"));
      case DUMP -> allow(what, List.of("dump", "file"));
    }
    String where = file.orElse(what == Command.START ? "forkscope-%p.jfr" : "");
    return new AgentOptions(
        what,
        name.orElse(""),
        where,
        forkAfter,
        forkMethod,
        include,
        exclude,
        jdk,
        rotate,
        settings);
  }

  private void allow(Command what, List<String> allowed) throws OptionException {
    for (String key : seen) {
      if (!allowed.contains(key)) {
        throw new OptionException(
            "option "
                + key
                + " does not go with "
                + what.word()
                + ", which speaks to a JVM that is"
                + " being recorded");
      }
    }
  }
}
