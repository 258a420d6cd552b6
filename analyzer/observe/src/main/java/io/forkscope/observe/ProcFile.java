package io.forkscope.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads small text files of {@code /proc/PID} and says plainly why one cannot be read. */
final class ProcFile {
  private ProcFile() {}

  static Path path(long pid, String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  /** The whole text of a file of a process. */
  static String text(long pid, String name) throws ObserveException {
    try {
      // The kernel prints paths as raw bytes: any byte is a character of ISO 8859-1.
      return new String(Files.readAllBytes(path(pid, name)), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw failure(pid, name, e);
    }
  }

  /** One line that says what is wrong. */
  static ObserveException failure(long pid, String name, IOException cause) {
    if (!HostCapabilities.isLinux()) {
      return new UnsupportedHostException(
          "live processes can only be looked at on Linux; simulate works everywhere");
    }
    if (cause instanceof AccessDeniedException) {
      return new ObserveException(
          "process "
              + pid
              + " belongs to another user: /proc/"
              + pid
              + "/"
              + name
              + " may not be read without root",
          cause);
    }
    if (cause instanceof NoSuchFileException || !Files.exists(Path.of("/proc", "" + pid))) {
      return new ObserveException("process " + pid + " is gone", cause);
    }
    return new ObserveException(
        "/proc/" + pid + "/" + name + " cannot be read: " + cause.getMessage(), cause);
  }
}
