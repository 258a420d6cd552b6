package io.forkscope.core.recording.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.placement.ForkChoice;
import io.forkscope.core.placement.Placements;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import io.forkscope.core.recording.TraceFormats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JfrTraceFormatTest {

  @TempDir Path folder = Path.of("set by JUnit");

  static final Path SERIAL = Path.of("src/test/resources/recordings/small-serial.jfr");
  static final Path G1 = Path.of("src/test/resources/recordings/small-g1.jfr");

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(byte[]... parts) throws IOException {
    Path file = Files.createTempFile(folder, "case", ".jfr");
    try (var out = Files.newOutputStream(file)) {
      for (byte[] part : parts) {
        out.write(part);
      }
    }
    return file;
  }

  private static Recording read(Path path) throws Exception {
    return TraceFormats.read(path, ReadOptions.defaults());
  }

  @Test
  void keepsTheFieldsOfKnownEventsAndCountsTheOthers() throws Exception {
    Recording recording = read(SERIAL);

    // Numbers as `jfr print` shows them for this file.
    EventTable heap = recording.table(JdkEvents.GC_HEAP_SUMMARY);
    assertThat(heap.rows()).isPositive().isEven();
    assertThat(heap.text("when", 0)).isEqualTo("Before GC");
    assertThat(heap.text("when", 1)).isEqualTo("After GC");
    assertThat(heap.number("heapSpace.start", 0)).isEqualTo(0xff000000L);
    assertThat(heap.number("heapSpace.reservedEnd", 0)).isEqualTo(0x1_0000_0000L);
    assertThat(recording.table(JdkEvents.GC_CONFIGURATION).text("youngCollector", 0))
        .isEqualTo("DefNew");
    assertThat(recording.ignored()).containsOnlyKeys("jdk.GCPhasePause");
    assertThat(recording.sha256()).hasSize(64);
  }

  @Test
  void rowsStandInOrderOfTime() throws Exception {
    Recording recording = read(SERIAL);

    // Thread buffers are flushed in any order, so the file itself is not in order of time.
    EventTable samples = recording.table(JdkEvents.ALLOCATION_SAMPLE);
    assertThat(samples.rows()).isGreaterThan(10);
    for (int row = 1; row < samples.rows(); row++) {
      assertThat(samples.nanos(row)).isGreaterThanOrEqualTo(samples.nanos(row - 1));
    }
    assertThat(samples.firstAtOrAfter(samples.nanos(5))).isLessThanOrEqualTo(5);
    assertThat(samples.firstAtOrAfter(Long.MAX_VALUE)).isEqualTo(samples.rows());
  }

  @Test
  void joinedChunksReadTheSameWithOneThreadAndWithFour() throws Exception {
    // 160 chunks of two JVMs: more than one part of 16 MiB, so the file is really cut.
    byte[][] chunks = new byte[160][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = bytes(i % 2 == 0 ? SERIAL : G1);
    }
    Path joined = file(chunks);

    Recording one = read(joined);
    Recording four = TraceFormats.read(joined, ReadOptions.defaults().withThreads(4));

    EventTable a = one.table(JdkEvents.ALLOCATION_SAMPLE);
    EventTable b = four.table(JdkEvents.ALLOCATION_SAMPLE);
    int expected =
        80 * read(SERIAL).table(JdkEvents.ALLOCATION_SAMPLE).rows()
            + 80 * read(G1).table(JdkEvents.ALLOCATION_SAMPLE).rows();
    assertThat(a.rows()).isEqualTo(expected).isEqualTo(b.rows());
    for (int row = 0; row < a.rows(); row++) {
      assertThat(b.nanos(row)).isEqualTo(a.nanos(row));
      assertThat(b.number("weight", row)).isEqualTo(a.number("weight", row));
      assertThat(b.text("objectClass", row)).isEqualTo(a.text("objectClass", row));
    }
    assertThat(four.ignored()).isEqualTo(one.ignored());
    assertThat(four.sha256()).isEqualTo(one.sha256());
  }

  @Test
  void fileThatEndsInsideItsOnlyChunkIsRefusedWithThePlaceAndTheRemedy() throws Exception {
    byte[] whole = bytes(SERIAL);
    Path cut = file(Arrays.copyOf(whole, whole.length - 1));

    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining(cut + " at byte 0")
        .hasMessageContaining("this chunk should have " + whole.length + " bytes")
        .hasMessageContaining("record again");
  }

  @Test
  void finishedPartOfACutFileIsUsedOnlyWhenAskedForAndSaysSo() throws Exception {
    byte[] whole = bytes(SERIAL);
    Path cut = file(whole, Arrays.copyOf(whole, 5000));

    assertThatThrownBy(() -> read(cut)).hasMessageContaining("--finished-part uses the 1 chunk");
    Recording part = TraceFormats.read(cut, ReadOptions.defaults().withFinishedPartOnly(true));

    assertThat(part.table(JdkEvents.GC_HEAP_SUMMARY).rows())
        .isEqualTo(read(SERIAL).table(JdkEvents.GC_HEAP_SUMMARY).rows());
    assertThat(part.notes()).singleElement().asString().contains("last 5000 bytes");
  }

  @Test
  void unfinishedChunkOfAKilledJvmIsRefused() throws Exception {
    byte[] running = bytes(SERIAL);
    Arrays.fill(running, 8, 16, (byte) 0); // the JVM writes the chunk's size when it ends it

    assertThatThrownBy(() -> read(file(running))).hasMessageContaining("never finished");
  }

  @Test
  void filesThatAreNoRecordingsAreNamedAsSuch() throws Exception {
    assertThatThrownBy(() -> read(file())).hasMessageContaining("the file is empty");
    assertThatThrownBy(() -> read(file("not a recording".getBytes(StandardCharsets.US_ASCII))))
        .hasMessageContaining("not a recording in a known format (jfr)");
    assertThatThrownBy(() -> read(folder)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> read(folder.resolve("gone.jfr")))
        .isInstanceOf(NoSuchFileException.class);
    byte[] old = bytes(SERIAL);
    old[5] = 0; // major version 0: the recordings of Oracle's JDK 7 and 8
    old[7] = 9;
    assertThatThrownBy(() -> read(file(old)))
        .hasMessageContaining("JFR format 0.9; only 2.x is read");
  }

  @Test
  void missingRequiredEventIsNamedWithTheSettingThatRecordsIt() throws Exception {
    Recording recording = read(SERIAL);

    assertThatThrownBy(() -> recording.require(JdkEvents.PS_HEAP_SUMMARY))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("no jdk.PSHeapSummary event; to record it: -XX:StartFlightRecording");
  }

  /** Found by the fuzzer: the name of a collector with a line break in it. */
  @Test
  void refusalThatQuotesADamagedTextIsOneLine() throws Exception {
    byte[] damaged = bytes(SERIAL);
    byte[] name = "DefNew".getBytes(StandardCharsets.US_ASCII);
    int at = indexOf(damaged, name);
    damaged[at + name.length - 1] = '\n';
    Recording recording = read(file(damaged));

    assertThatThrownBy(() -> Placements.place(recording, new ForkChoice.Automatic().in(recording)))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("its collector (young DefNe , old")
        .hasMessageNotContaining("\n");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i <= bytes.length - part.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("the recording lacks the text");
  }

  @Test
  void parserThatDoesNotFinishIsGivenUp() throws Exception {
    Semaphore finished = new Semaphore(0); // a reader that is done says so, and is held up here
    ReadOptions held =
        ReadOptions.defaults()
            .withLimit(Duration.ofMillis(50))
            .withProgress(bytes -> finished.acquireUninterruptibly());
    try {
      assertThatThrownBy(() -> TraceFormats.read(SERIAL, held))
          .isInstanceOf(RecordingException.class)
          .hasMessageContaining("not read within 0 s");
    } finally {
      finished.release();
    }
  }
}
