package io.forkscope.javaagent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The recording's file: whole chunks are added to {@code NAME.part}, and when the last one is in,
 * the file takes its name. So a file under its name is whole, and one under {@code .part}, left by
 * a process that was killed, holds whole chunks, which is a readable recording.
 */
final class TraceFile {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private long wholeBytes;

  private TraceFile(Path target, Path part, FileChannel channel) {
    this.target = target;
    this.part = part;
    this.channel = channel;
  }

  /**
   * Creates the part file.
   *
   * @throws IOException if it cannot be written, or another recording writes it
   */
  static TraceFile create(Path target) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    if (Files.isDirectory(target)) {
      throw new IOException(target + " is a directory");
    }
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    return new TraceFile(target, part, channel);
  }

  Path target() {
    return target;
  }

  /** Adds whole chunks; if that fails the file is as it was before. */
  void append(InputStream chunks) throws IOException {
    long at = wholeBytes;
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int read; (read = chunks.read(buffer)) >= 0; ) {
        ByteBuffer piece = ByteBuffer.wrap(buffer, 0, read);
        while (piece.hasRemaining()) {
          at += channel.write(piece, at);
        }
      }
      wholeBytes = at;
    } finally {
      if (at != wholeBytes) {
        channel.truncate(wholeBytes);
      }
    }
  }

  /** Copies the whole chunks; the copy appears under its name when it is whole. */
  void copyTo(Path copy) throws IOException {
    Path unfinished = copy.resolveSibling(copy.getFileName() + ".dump");
    try {
      Files.copy(part, unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          unfinished, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Gives the file its name. */
  void finish() throws IOException {
    channel.close();
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Leaves the whole chunks under the part's name; deletes it when there are none.
   *
   * @return whether there are any
   */
  boolean abandon() throws IOException {
    channel.close();
    if (wholeBytes == 0) {
      Files.deleteIfExists(part);
    }
    return wholeBytes > 0;
  }

  Path part() {
    return part;
  }
}
