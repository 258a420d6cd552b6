package io.forkscope.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that its name only ever stands for the old or the whole new content: new copy,
 * fsync, rename, fsync of the folder. A crash leaves at most a hidden {@code .NAME.*.tmp} beside
 * it, Ctrl-C not even that.
 */
final class ResultFile {

  private ResultFile() {}

  /** Produces the content of a file. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces {@code target} by the content.
   *
   * @throws IOException if anything fails; the old file is then still there, the new one is not
   */
  static void write(Path target, Content content) throws IOException {
    Path folder = check(target);
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A device or pipe, /dev/stdout for one, has no content to protect.
      try (OutputStream out = Files.newOutputStream(target)) {
        content.writeTo(out);
      } catch (IOException e) {
        throw notWritten(target, e);
      }
      return;
    }
    Path temporary = Files.createTempFile(folder, "." + target.getFileName() + ".", ".tmp");
    temporary.toFile().deleteOnExit(); // Ctrl-C
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        content.writeTo(out);
      }
      Files.setPosixFilePermissions(
          temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
      sync(temporary, StandardOpenOption.WRITE);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(folder, StandardOpenOption.READ);
    } catch (IOException e) {
      throw notWritten(target, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static IOException notWritten(Path target, IOException cause) {
    return new IOException(target + ": not written: " + cause.getMessage(), cause);
  }

  /**
   * Tells before long work whether a file can be written at all.
   *
   * @return its folder
   */
  static Path check(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(target + ": its folder does not exist");
    }
    if (Files.isDirectory(target)) {
      throw new IOException(target + ": is a directory");
    }
    return folder;
  }

  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}
