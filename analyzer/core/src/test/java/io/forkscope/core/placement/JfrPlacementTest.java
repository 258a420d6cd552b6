package io.forkscope.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingBuilder;
import io.forkscope.core.recording.RecordingException;
import io.forkscope.core.recording.TraceFormats;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JfrPlacementTest {

  private static final long MIB = 1 << 20;
  private static final long SECOND = 1_000_000_000L;
  private static final long HEAP = 0x1_0000_0000L;

  /** A Serial JVM: 10 MiB young (8 eden, 2 survivor spaces of 1), 20 MiB old, from the start. */
  private final RecordingBuilder serial = new RecordingBuilder(JdkEvents.ALL);

  private void serialJvm() {
    serial.add(
        JdkEvents.GC_CONFIGURATION,
        SECOND,
        new long[] {serial.text("DefNew"), serial.text("SerialOld")});
    flag("SurvivorRatio", 8);
    flag("NewSize", 10 * MIB);
    flag("MaxNewSize", 10 * MIB);
  }

  private void flag(String name, long value) {
    serial.add(JdkEvents.UNSIGNED_LONG_FLAG, SECOND, new long[] {serial.text(name), value});
  }

  private void collection(int id, long atNanos, long usedBefore, long usedAfter, long survivors) {
    serial.add(
        JdkEvents.GARBAGE_COLLECTION,
        atNanos,
        new long[] {id, serial.text("DefNew"), serial.text("Allocation Failure")});
    heap(id, atNanos, "Before GC", usedBefore);
    heap(id, atNanos + 1000, "After GC", usedAfter);
    serial.add(JdkEvents.TENURING_DISTRIBUTION, atNanos + 900, new long[] {id, 1, survivors});
  }

  private void heap(int id, long nanos, String when, long used) {
    serial.add(
        JdkEvents.GC_HEAP_SUMMARY,
        nanos,
        new long[] {id, serial.text(when), HEAP, HEAP + 29 * MIB, HEAP + 30 * MIB, used});
  }

  private void allocated(long nanos, long bytes) {
    serial.add(JdkEvents.ALLOCATION_SAMPLE, nanos, new long[] {0, bytes, serial.text("main#1")});
  }

  private static PlacedActivity place(Recording recording, long forkNanos)
      throws RecordingException {
    return Placements.place(recording, new ForkMoment(forkNanos, 0, "a test's fork"));
  }

  private Recording recording() {
    return serial.build(Path.of("made.jfr"), 1, "00", List.of());
  }

  @Test
  void edenIsLostOnceHoweverOftenItIsOverwritten() throws Exception {
    serialJvm();
    collection(0, 2 * SECOND, 8 * MIB, MIB / 2, MIB / 2);
    collection(1, 3 * SECOND, 8 * MIB + MIB / 2, MIB / 2, MIB / 2);
    collection(2, 4 * SECOND, 8 * MIB + MIB / 2, MIB / 2, MIB / 2);
    collection(3, 5 * SECOND, 8 * MIB + MIB / 2, MIB / 2, MIB / 2);

    // 24 MiB are allocated after the fork, into an eden of 8 MiB.
    PlacedActivity activity = place(recording(), 2 * SECOND + 2000);
    PlacedPages pages = new PlacedPages(activity, Long.MAX_VALUE);

    // Eden and half a MiB of the survivor space that was in use; the other one grows.
    assertThat(pages.resident.cardinality()).isEqualTo(2048 + 128);
    assertThat(pages.broken()).isEqualTo(2048 + 128);
    assertThat(pages.grown()).isEqualTo(128);
    assertThat(activity.collectionNanos()).hasSize(3);
  }

  @Test
  void lossIsWhatWasAllocatedWhileThatIsLessThanEden() throws Exception {
    serialJvm();
    collection(0, 2 * SECOND, 8 * MIB, 0, 0);
    allocated(2 * SECOND, 8 * MIB);
    allocated(3 * SECOND, 2 * MIB); // after the fork; the first 8 MiB show that weights are bytes

    PlacedActivity activity = place(recording(), 2 * SECOND + 2000);
    PlacedPages pages = new PlacedPages(activity, Long.MAX_VALUE);

    assertThat(pages.resident.cardinality()).isEqualTo(2048);
    assertThat(pages.broken()).isBetween(511, 513);
    assertThat(pages.grown()).isZero();
    assertThat(activity.notes()).anyMatch(n -> n.contains("No collection follows"));
  }

  @Test
  void promotedObjectsGrowTheOldGeneration() throws Exception {
    serialJvm();
    collection(0, 2 * SECOND, 8 * MIB, 0, 0);
    collection(1, 3 * SECOND, 8 * MIB, 3 * MIB, MIB);

    PlacedPages pages = new PlacedPages(place(recording(), 2 * SECOND + 2000), Long.MAX_VALUE);

    // 1 MiB into a survivor space that nobody had touched, 2 MiB into the old generation.
    assertThat(pages.grown()).isEqualTo(256 + 512);
    assertThat(pages.written.get((int) (10 * MIB / 4096))).isTrue();
    assertThat(pages.written.get((int) (12 * MIB / 4096))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serial", "parallel", "g1"})
  void recordedJvmLosesItsYoungGeneration(String collector) throws Exception {
    Path file = Path.of("src/test/resources/recordings/small-" + collector + ".jfr");
    Recording recording = TraceFormats.read(file, ReadOptions.defaults());

    PlacedActivity activity =
        Placements.place(recording, new ForkChoice.FirstCollection().in(recording));
    PlacedPages pages = new PlacedPages(activity, Long.MAX_VALUE);

    // -Xmn6m: 1,536 pages of young generation, most of it eden, in a heap of 4,096. The old
    // generation holds what the JVM and its recorder keep, and none of that is lost.
    assertThat(pages.resident.cardinality()).isBetween(1100, 3000);
    assertThat(pages.broken()).isBetween(1100, 1700);
    assertThat(activity.actions().outsideBytes()).isZero();
    assertThat(activity.kind()).isEqualTo(PlacementKind.RECONSTRUCTED);
  }

  @Test
  void recordingWithoutACollectionSaysHowToGetOne() {
    serialJvm();
    allocated(2 * SECOND, MIB);

    assertThatThrownBy(() -> place(recording(), SECOND))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("jcmd PID GC.run");
  }

  @Test
  void forkMomentsAreFoundOrRefusedWithWhatThereIs() throws Exception {
    serialJvm();
    collection(0, 2 * SECOND, 8 * MIB, 0, 0);
    Recording recording = recording();

    assertThat(ForkChoice.parse("start").in(recording).nanos()).isEqualTo(SECOND);
    assertThat(ForkChoice.parse("500ms").in(recording).nanos()).isEqualTo(SECOND * 3 / 2);
    assertThat(ForkChoice.parse("first-gc").in(recording).nanos()).isEqualTo(2 * SECOND + 1000);
    assertThat(ForkChoice.parse("1970-01-01T00:00:02Z").in(recording).nanos())
        .isEqualTo(2 * SECOND);
    assertThatThrownBy(() -> ForkChoice.parse("1h").in(recording))
        .hasMessageContaining("no fork point \"1h\"; it has none");
    assertThatThrownBy(() -> ForkChoice.parse("90s").in(recording))
        .hasMessageContaining("it holds nothing at 90.0 s after the start");
  }

  @Test
  void heapThatCannotBeIsRefused() {
    serialJvm();
    serial.add(
        JdkEvents.GC_HEAP_SUMMARY,
        2 * SECOND,
        new long[] {0, serial.text("After GC"), HEAP + 1, HEAP, HEAP - 5, MIB});

    assertThatThrownBy(() -> place(recording(), SECOND))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("which cannot be");
  }
}
