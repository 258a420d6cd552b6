package io.forkscope.core.recording;

import java.nio.file.Path;

/** A recording that cannot be used: damaged, cut off, of a foreign version, or lacking events. */
public final class RecordingException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The offset of a failure that belongs to no byte of the file. */
  public static final long NO_OFFSET = -1;

  private final String file;
  private final long offset;
  private final String reason;

  /**
   * A failure at a place.
   *
   * @param path the recording
   * @param offset byte in the file, or {@link #NO_OFFSET}
   * @param reason what is wrong and what to do; control characters, which a text of a damaged
   *     recording may bring, become spaces
   */
  public RecordingException(Path path, long offset, String reason) {
    super(oneLine(path + (offset < 0 ? "" : " at byte " + offset) + ": " + reason));
    this.file = path.toString();
    this.offset = offset;
    this.reason = oneLine(reason);
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /** Like the other, with the failure that showed it. */
  public RecordingException(Path path, long offset, String reason, Throwable cause) {
    this(path, offset, reason);
    initCause(cause);
  }

  /** The recording, as it was named. */
  public String file() {
    return file;
  }

  /** Byte in the file, or {@link #NO_OFFSET}. */
  public long offset() {
    return offset;
  }

  /** What is wrong and what to do, one line. */
  public String reason() {
    return reason;
  }
}
