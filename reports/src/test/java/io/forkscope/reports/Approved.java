package io.forkscope.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a file that someone has read and found right. */
final class Approved {

  private static final Path FOLDER = Path.of("src/test/resources/approved");

  private Approved() {}

  /** Fails where {@code text} is not the approved one; with {@code -Dapprove} it becomes it. */
  static void holds(String name, String text) throws IOException {
    Path file = FOLDER.resolve(name);
    if (System.getProperty("approve") != null) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    }
    assertThat(text)
        .as("%s; if the new text is right, approve it with -Dapprove and read the diff", file)
        .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
  }
}
