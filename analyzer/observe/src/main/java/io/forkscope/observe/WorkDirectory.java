package io.forkscope.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A private temporary directory that is removed when it is closed, or when this JVM ends. */
final class WorkDirectory implements AutoCloseable {
  private final Path path;
  private final Thread atExit = new Thread(this::remove, "forkscope-remove");

  private WorkDirectory(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  static WorkDirectory create() throws ObserveException {
    try {
      return new WorkDirectory(Files.createTempDirectory("forkscope-"));
    } catch (IOException e) {
      throw new ObserveException("no temporary directory can be made: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  private void remove() {
    List<Path> found;
    try (Stream<Path> all = Files.walk(path)) {
      found = all.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return; // gone already
    }
    for (Path p : found) {
      try {
        Files.deleteIfExists(p);
      } catch (IOException e) {
        // A file that cannot be removed stays in the temporary directory.
      }
    }
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // the JVM is already going down and the hook runs
    }
  }
}
