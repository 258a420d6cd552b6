package io.forkscope.core.recording;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A kind of trace file. Found by {@link java.util.ServiceLoader}; stateless. Whatever bytes a file
 * holds, {@link #read} ends in bounded time with a recording or one of its two exceptions.
 */
public interface TraceFormat {

  /** Short lower-case name, for example {@code jfr}. */
  String id();

  /** One sentence for people. */
  String description();

  /**
   * Whether a file is of this kind, by its first bytes.
   *
   * @param head up to {@link TraceFormats#HEAD_BYTES} bytes from the start of the file
   */
  boolean recognises(byte[] head);

  /**
   * Reads a whole file.
   *
   * @throws IOException if the file system fails
   * @throws RecordingException if the file cannot be used
   */
  Recording read(Path path, ReadOptions options) throws IOException, RecordingException;
}
