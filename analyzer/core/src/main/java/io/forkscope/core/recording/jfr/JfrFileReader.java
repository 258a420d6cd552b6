package io.forkscope.core.recording.jfr;

import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingBuilder;
import io.forkscope.core.recording.RecordingException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads one file: checks its chunk headers, cuts it at chunk boundaries into parts, reads the parts
 * in daemon threads and joins them in file order, so that the result does not depend on the number
 * of threads. The parser of the JDK takes files only, so a part is a temporary copy that is removed
 * as soon as it is read; a file of one part is read in place.
 */
final class JfrFileReader {

  /** Chunks are gathered into parts of about this size; the JDK's own chunks have 12 MB. */
  private static final long PART_BYTES = 16L << 20;

  private final Path path;
  private final ReadOptions options;
  private final AtomicBoolean givenUp = new AtomicBoolean();
  private final AtomicLong bytesRead = new AtomicLong();

  /** Neighbouring chunks. */
  private record Part(long offset, long bytes, boolean wholeFile) {}

  JfrFileReader(Path path, ReadOptions options) {
    this.path = path;
    this.options = options;
  }

  Recording read() throws IOException, RecordingException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      JfrChunks chunks = JfrChunks.of(path, channel, options.finishedPartOnly());
      List<Part> parts = parts(chunks, channel.size());
      RecordingBuilder whole = new RecordingBuilder(JfrTraceFormat.KNOWN);
      ExecutorService readers = Executors.newFixedThreadPool(options.threads(), this::daemon);
      try {
        joinInOrder(parts, channel, readers, whole);
      } finally {
        givenUp.set(true);
        readers.shutdownNow();
      }
      List<String> notes = new ArrayList<>();
      if (chunks.unfinishedBytes() > 0) {
        notes.add(
            "The last " + chunks.unfinishedBytes() + " bytes belong to no whole chunk: left out.");
      }
      return whole.build(path, channel.size(), Sha256.of(channel), notes);
    }
  }

  private Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "jfr-reader");
    thread.setDaemon(true); // a parser that never returns must not keep the program alive
    return thread;
  }

  private void joinInOrder(
      List<Part> parts, FileChannel channel, ExecutorService readers, RecordingBuilder whole)
      throws IOException, RecordingException {
    long deadline = System.nanoTime() + options.limit().toNanos();
    List<Future<RecordingBuilder>> results = new ArrayList<>();
    for (Part part : parts) {
      results.add(readers.submit(() -> read(part, channel)));
    }
    for (int i = 0; i < results.size(); i++) {
      whole.append(await(results.get(i), parts.get(i), deadline));
      results.set(i, java.util.concurrent.CompletableFuture.completedFuture(whole));
    }
  }

  private RecordingBuilder await(Future<RecordingBuilder> result, Part part, long deadline)
      throws IOException, RecordingException {
    try {
      return result.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RecordingException(
          path,
          part.offset,
          "not read within "
              + options.limit().toSeconds()
              + " s; the file is damaged, or raise --time-limit",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException(path + ": reading was interrupted");
    } catch (ExecutionException e) {
      throw explained(e.getCause(), part);
    }
  }

  /**
   * The parser of the JDK meets damage with IOException, EOFException, unchecked exceptions of many
   * kinds and even errors, depending on which byte it stumbles over.
   */
  private RecordingException explained(
      @org.jspecify.annotations.Nullable Throwable failure, Part part) throws IOException {
    if (failure instanceof java.nio.file.FileSystemException system) {
      throw system; // of the disk or its rights, not of the recording
    }
    if (failure instanceof TemporaryCopyFailure copy) {
      throw new IOException(copy.getMessage(), copy.getCause());
    }
    String why =
        failure instanceof OutOfMemoryError
            ? "a length in it asks for more memory than there is"
            : failure instanceof EOFException
                ? "an event reaches beyond its end"
                : failure instanceof IllegalArgumentException known
                        && String.valueOf(known.getMessage()).startsWith("more than ")
                    ? known.getMessage()
                    : "its events cannot be decoded";
    return new RecordingException(
        path,
        part.offset,
        "the chunk is damaged: " + why + "; record again",
        failure == null ? new IllegalStateException(why) : failure);
  }

  private static List<Part> parts(JfrChunks chunks, long fileBytes) {
    List<Part> parts = new ArrayList<>();
    long offset = 0;
    long bytes = 0;
    for (JfrChunks.Chunk chunk : chunks.finished()) {
      if (bytes > 0 && bytes + chunk.bytes() > PART_BYTES) {
        parts.add(new Part(offset, bytes, false));
        offset += bytes;
        bytes = 0;
      }
      bytes += chunk.bytes();
    }
    parts.add(new Part(offset, bytes, offset == 0 && bytes == fileBytes));
    return parts;
  }

  private RecordingBuilder read(Part part, FileChannel channel) throws IOException {
    JfrPartReader reader = new JfrPartReader(JfrTraceFormat.KNOWN);
    RecordingBuilder result;
    if (part.wholeFile) {
      result = reader.read(path, givenUp::get);
    } else {
      Path copy = copy(part, channel);
      try {
        result = reader.read(copy, givenUp::get);
      } finally {
        Files.deleteIfExists(copy);
      }
    }
    options.progress().accept(bytesRead.addAndGet(part.bytes));
    return result;
  }

  private static Path copy(Part part, FileChannel channel) throws TemporaryCopyFailure {
    try {
      Path copy = Files.createTempFile("forkscope-", ".jfr");
      try (FileChannel out = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        long done = 0;
        while (done < part.bytes) {
          long moved = channel.transferTo(part.offset + done, part.bytes - done, out);
          if (moved <= 0) {
            throw new EOFException("the recording shrank while it was read");
          }
          done += moved;
        }
        return copy;
      } catch (IOException e) {
        Files.deleteIfExists(copy);
        throw e;
      }
    } catch (IOException e) {
      throw new TemporaryCopyFailure(
          "a part of the recording cannot be copied to the temporary folder: " + e.getMessage(), e);
    }
  }

  /** The machine failed, not the recording. */
  private static final class TemporaryCopyFailure extends IOException {
    private static final long serialVersionUID = 1L;

    TemporaryCopyFailure(String message, IOException cause) {
      super(message, cause);
    }
  }
}
