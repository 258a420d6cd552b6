package io.forkscope.core.recording.jfr;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forkscope.core.placement.ForkChoice;
import io.forkscope.core.placement.Placements;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import io.forkscope.core.recording.TraceFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Whatever is done to a recording's bytes, it is placed or refused in one line. */
class JfrReaderFuzzTest {

  @FuzzTest(maxDuration = "30s")
  void readsOrRefuses(FuzzedDataProvider data) throws IOException {
    byte[] bytes = Files.readAllBytes(JfrTraceFormatTest.SERIAL);
    int edits = data.consumeInt(0, 32);
    for (int i = 0; i < edits && data.remainingBytes() > 0; i++) {
      bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
    }
    Path file = Files.createTempFile("fuzz", ".jfr");
    try {
      Files.write(file, bytes);
      Recording recording =
          TraceFormats.read(file, ReadOptions.defaults().withLimit(Duration.ofSeconds(20)));
      Placements.place(recording, new ForkChoice.Automatic().in(recording));
    } catch (RecordingException e) {
      String line = String.valueOf(e.getMessage());
      if (line.contains("\n") || line.contains("not read within")) {
        throw new IllegalStateException("not one clear line, or a hang: " + line, e);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
