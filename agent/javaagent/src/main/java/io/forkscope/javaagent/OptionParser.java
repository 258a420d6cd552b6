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
 */
final class OptionParser {
  static final String KNOWN =
      "start, file, forkpoint, include, exclude, jdk, rotate, settings, command, @file";

  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern METHOD =
      Pattern.compile("((?:[\\w$]+\\.)*[\\w$]+)\\.([\\w$]+|<init>)");

  private Command command = Command.START;
  private String commandName = "";
  private String file = "forkscope-%p.jfr";
  private Optional<Duration> forkAfter = Optional.empty();
  private Optional<MethodName> forkMethod = Optional.empty();
  private List<String> include = List.of();
  private List<String> exclude = List.of();
  private boolean jdk;
  private Duration rotate = Duration.ofSeconds(10);
  private Optional<String> settings = Optional.empty();

  private OptionParser() {}

  /** Reads the environment variable's options, then those of the command line. */
  static AgentOptions parse(String environment, String arguments) throws OptionException {
    OptionParser parser = new OptionParser();
    parser.addAll(environment, true);
    parser.addAll(arguments, true);
    return parser.options();
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
    if (equals < 0 && !key.equals("start") && !key.equals("jdk")) {
      throw unknown(key, "needs a value, or is unknown");
    }
    switch (key) {
      case "start" -> command = Command.START;
      case "file" -> file = value;
      case "forkpoint" -> forkPoint(value);
      case "include" -> include = globs(value);
      case "exclude" -> exclude = globs(value);
      case "jdk" -> jdk = value.isEmpty() || flag(key, value);
      case "rotate" -> rotate = time(key, value);
      case "settings" -> settings = Optional.of(value);
      case "command" -> command(value);
      default -> throw unknown(key, "is unknown");
    }
  }

  private static OptionException unknown(String key, String what) {
    return new OptionException("option \"" + key + "\" " + what + "; known are " + KNOWN);
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
    } else if (!value.equals("api") && !value.equals("command")) {
      throw new OptionException(
          "forkpoint=" + value + " is none of after:TIME, method:pkg.Class.method, api, command");
    }
  }

  private void command(String value) throws OptionException {
    if (value.equals("stop")) {
      command = Command.STOP;
    } else if (value.startsWith("forkpoint:") && value.length() > "forkpoint:".length()) {
      command = Command.FORK_POINT;
      commandName = value.substring("forkpoint:".length());
    } else {
      throw new OptionException("command=" + value + " is neither forkpoint:NAME nor stop");
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

  private AgentOptions options() {
    return new AgentOptions(
        command, commandName, file, forkAfter, forkMethod, include, exclude, jdk, rotate, settings);
  }
}
