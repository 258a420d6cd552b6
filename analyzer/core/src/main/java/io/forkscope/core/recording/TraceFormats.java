package io.forkscope.core.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Every trace format there is, and the choice among them by a file's first bytes. */
public final class TraceFormats {

  /** How many bytes of a file a format may look at to recognise it. */
  public static final int HEAD_BYTES = 64;

  private TraceFormats() {}

  /** The formats found by {@link ServiceLoader}, in order of their ids. */
  public static List<TraceFormat> all() {
    return ServiceLoader.load(TraceFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(java.util.Comparator.comparing(TraceFormat::id))
        .toList();
  }

  /**
   * Reads a file in the format that recognises it.
   *
   * @throws IOException if the file system fails
   * @throws RecordingException if the file is empty, of no known format, or cannot be used
   */
  public static Recording read(Path path, ReadOptions options)
      throws IOException, RecordingException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new RecordingException(
          path, RecordingException.NO_OFFSET, "not a regular file; give the recording itself");
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(path)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    if (head.length == 0) {
      throw new RecordingException(path, 0, "the file is empty; record again and end it properly");
    }
    List<TraceFormat> formats = all();
    for (TraceFormat format : formats) {
      if (format.recognises(head)) {
        return format.read(path, options);
      }
    }
    String known = formats.stream().map(TraceFormat::id).collect(Collectors.joining(", "));
    throw new RecordingException(
        path, 0, "not a recording in a known format (" + known + "); see `forkscope analyze -h`");
  }
}
