package io.forkscope.javaagent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * A running JFR recording whose finished chunks are written out as it goes.
 *
 * <p>At exit JFR's own shutdown hook stops all recordings and deletes their chunks, in no order
 * with other hooks. So the last chunks are fetched when JFR says that the recording stopped, which
 * it does in the stopping thread, before anything is deleted.
 *
 * <p>Threads: {@link #rotate} may run beside the end. Neither holds the file's lock while it calls
 * JFR, because JFR calls the listener with its own lock held.
 */
final class TraceRecording implements FlightRecorderListener {
  private final Recording recording;
  private final TraceFile file;
  private final ReentrantLock fileLock = new ReentrantLock();
  private volatile Instant copiedUntil = Instant.EPOCH;
  private boolean ended;
  private volatile boolean rotationFailed;
  private String outcome = "";

  private TraceRecording(Recording recording, TraceFile file) {
    this.recording = recording;
    this.file = file;
  }

  static TraceRecording start(Map<String, String> settings, TraceFile file) {
    Recording recording = new Recording(settings);
    recording.setName("forkscope");
    recording.setToDisk(true);
    TraceRecording trace = new TraceRecording(recording, file);
    FlightRecorder.addListener(trace);
    recording.start();
    trace.copiedUntil = recording.getStartTime();
    return trace;
  }

  Path target() {
    return file.target();
  }

  /** Says once that chunks cannot be written while recording; the end tries again. */
  void giveUpRotating(Exception failed) {
    if (!rotationFailed) {
      rotationFailed = true;
      Console.say("cannot write to " + file.part() + ": " + Console.oneLine(failed));
    }
  }

  /** Ends the current chunk and writes all finished ones. */
  void rotate() throws IOException {
    try (Recording snapshot = FlightRecorder.getFlightRecorder().takeSnapshot()) {
      Instant until = snapshot.getStopTime();
      if (until == null) {
        return;
      }
      Instant from = copiedUntil;
      try (InputStream chunks = snapshot.getStream(from, null)) {
        if (chunks != null) {
          append(chunks, from, until);
        }
      }
    }
  }

  /** Writes everything up to now, and a copy of all that is written to {@code copy}. */
  void dump(Path copy) throws IOException {
    rotate();
    fileLock.lock();
    try {
      file.copyTo(copy);
    } finally {
      fileLock.unlock();
    }
  }

  private void append(InputStream chunks, Instant from, Instant until) throws IOException {
    fileLock.lock();
    try {
      if (!ended && from.equals(copiedUntil)) {
        file.append(chunks);
        copiedUntil = until.plusNanos(1);
      }
    } finally {
      fileLock.unlock();
    }
  }

  @Override
  public void recordingStateChanged(Recording changed) {
    if (changed == recording && changed.getState() == RecordingState.STOPPED) {
      finish();
    }
  }

  private void finish() {
    fileLock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      try (InputStream chunks = recording.getStream(copiedUntil, null)) {
        if (chunks != null) {
          file.append(chunks);
        }
      }
      file.finish();
      outcome = "recorded to " + file.target();
    } catch (IOException | RuntimeException failed) {
      outcome = "the recording is incomplete: " + Console.oneLine(failed) + abandon();
      Console.say(outcome);
    } finally {
      fileLock.unlock();
    }
  }

  private String abandon() {
    try {
      return file.abandon()
          ? "; finished chunks are in " + file.part()
          : "; no chunk was finished before";
    } catch (IOException also) {
      return "; " + Console.oneLine(also);
    }
  }

  /** Stops and returns what became of the file, in one line. */
  String stop() {
    recording.stop();
    recording.close();
    FlightRecorder.removeListener(this);
    fileLock.lock();
    try {
      return outcome;
    } finally {
      fileLock.unlock();
    }
  }
}
