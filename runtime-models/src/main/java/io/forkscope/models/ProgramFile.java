package io.forkscope.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a driver's program reads beside its own. */
public final class ProgramFile {
  private ProgramFile() {}

  /** Writes a resource beside a class to a directory. */
  public static Path install(Class<?> beside, String name, Path directory) throws IOException {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return Files.write(directory.resolve(name), in.readAllBytes());
    }
  }
}
