package io.forkscope.core.recording.jfr;

import io.forkscope.core.recording.RecordingException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of a JFR file, by their headers. Everything that a header promises is checked against
 * the file before a parser sees it: a parser that trusts a damaged size may never come back.
 *
 * <p>Header (68 bytes, big-endian; JDK 17 {@code jdk.jfr.internal.consumer.ChunkHeader}): magic
 * "FLR\0", major and minor version (2 bytes each), chunk size, offset of the constant pool, offset
 * of the metadata, start in nanoseconds, duration, start in ticks, ticks a second (8 bytes each),
 * state and flags.
 */
final class JfrChunks {

  static final int HEADER_BYTES = 68;
  static final byte[] MAGIC = {'F', 'L', 'R', 0};

  /** One chunk. */
  record Chunk(long offset, long bytes) {}

  private final List<Chunk> finished;
  private final long fileBytes;

  private JfrChunks(List<Chunk> finished, long fileBytes) {
    this.finished = finished;
    this.fileBytes = fileBytes;
  }

  /** The whole chunks, in file order. */
  List<Chunk> finished() {
    return finished;
  }

  /** Bytes after the last whole chunk; 0 for a file that was ended properly. */
  long unfinishedBytes() {
    if (finished.isEmpty()) {
      return fileBytes;
    }
    Chunk last = finished.get(finished.size() - 1);
    return fileBytes - last.offset - last.bytes;
  }

  /**
   * Walks the headers.
   *
   * @throws RecordingException if a header contradicts itself or the file; a missing end is refused
   *     only where {@code finishedPartOnly} is false or no chunk is whole
   */
  static JfrChunks of(Path path, FileChannel channel, boolean finishedPartOnly)
      throws IOException, RecordingException {
    long fileBytes = channel.size();
    List<Chunk> chunks = new ArrayList<>();
    long offset = 0;
    while (offset < fileBytes) {
      String missing = null;
      long bytes = 0;
      if (fileBytes - offset < HEADER_BYTES) {
        missing = "the file ends inside a chunk header";
      } else {
        bytes = chunkBytes(path, channel, offset);
        if (bytes == 0) {
          missing = "this chunk was never finished (its JVM still writes it, or was killed)";
        } else if (bytes > fileBytes - offset) {
          missing =
              "this chunk should have " + bytes + " bytes, the file has " + (fileBytes - offset);
        }
      }
      if (missing != null) {
        if (finishedPartOnly && !chunks.isEmpty()) {
          break;
        }
        throw new RecordingException(path, offset, missing + "; " + remedy(chunks.size()));
      }
      chunks.add(new Chunk(offset, bytes));
      offset += bytes;
    }
    return new JfrChunks(List.copyOf(chunks), fileBytes);
  }

  private static String remedy(int whole) {
    return whole == 0
        ? "no chunk of it is whole: record again, and end the recording with `jcmd PID JFR.dump`"
        : "--finished-part uses the " + whole + (whole == 1 ? " chunk" : " chunks") + " before it";
  }

  private static long chunkBytes(Path path, FileChannel channel, long offset)
      throws IOException, RecordingException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    while (header.hasRemaining()) {
      if (channel.read(header, offset + header.position()) < 0) {
        throw new EOFException(path + ": shrank while it was read");
      }
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (header.get(i) != MAGIC[i]) {
        throw new RecordingException(
            path, offset, "no chunk begins here (FLR expected); the file is damaged");
      }
    }
    int major = header.getShort(4);
    int minor = header.getShort(6);
    if (major != 2) {
      throw new RecordingException(
          path,
          offset,
          "JFR format " + major + "." + minor + "; only 2.x is read (JDK 11 and later write it)");
    }
    long bytes = header.getLong(8);
    if (bytes == 0) {
      return 0;
    }
    long constants = header.getLong(16);
    long metadata = header.getLong(24);
    if (bytes < HEADER_BYTES
        || constants < HEADER_BYTES
        || constants >= bytes
        || metadata < HEADER_BYTES
        || metadata >= bytes
        || header.getLong(56) <= 0) {
      throw new RecordingException(
          path, offset, "the chunk header contradicts itself; the file is damaged");
    }
    return bytes;
  }
}
