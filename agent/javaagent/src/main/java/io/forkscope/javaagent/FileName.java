package io.forkscope.javaagent;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A file name with the JDK's own placeholders: {@code %p} process id, {@code %t} time. */
final class FileName {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss", Locale.ROOT);

  private FileName() {}

  static Path expand(String name) throws OptionException {
    String expanded =
        name.replace("%p", Long.toString(ProcessHandle.current().pid()))
            .replace("%t", TIME.format(LocalDateTime.now(ZoneId.systemDefault())));
    try {
      return Path.of(expanded).toAbsolutePath();
    } catch (InvalidPathException impossible) {
      throw new OptionException("file=" + name + ": " + Console.oneLine(impossible));
    }
  }
}
