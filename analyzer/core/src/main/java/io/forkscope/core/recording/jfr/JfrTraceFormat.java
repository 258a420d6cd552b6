package io.forkscope.core.recording.jfr;

import io.forkscope.core.recording.AgentEvents;
import io.forkscope.core.recording.EventSchema;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import io.forkscope.core.recording.TraceFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** JDK Flight Recorder files of format 2, with or without the events of Forkscope's agent. */
public final class JfrTraceFormat implements TraceFormat {

  /** The event types it keeps; all others are counted. */
  static final List<EventSchema> KNOWN =
      Stream.concat(JdkEvents.ALL.stream(), AgentEvents.ALL.stream()).toList();

  /** Made by {@link java.util.ServiceLoader}. */
  public JfrTraceFormat() {}

  @Override
  public String id() {
    return "jfr";
  }

  @Override
  public String description() {
    return "JDK Flight Recorder, format 2 (JDK 11 and later), with or without Forkscope's agent";
  }

  @Override
  public boolean recognises(byte[] head) {
    byte[] magic = JfrChunks.MAGIC;
    return head.length >= magic.length
        && java.util.Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  @Override
  public Recording read(Path path, ReadOptions options) throws IOException, RecordingException {
    return new JfrFileReader(path, options).read();
  }
}
