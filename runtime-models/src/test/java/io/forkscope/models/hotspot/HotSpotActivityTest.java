package io.forkscope.models.hotspot;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.placement.ForkMoment;
import io.forkscope.core.placement.PlacedActivity;
import io.forkscope.core.placement.Placements;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingBuilder;
import io.forkscope.core.simulation.RecordedSimulation;
import io.forkscope.core.simulation.Trajectory;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.RecordedVerdict;
import io.forkscope.core.verdict.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HotSpotActivityTest {

  private static final long MIB = 1 << 20;
  private static final long SECOND = 1_000_000_000L;
  private static final long HEAP = 0x1_0000_0000L;
  private static final String HOSTILE = "<script>alert(1)</script>\u202e;[I";

  private final RecordingBuilder jvm = new RecordingBuilder(JdkEvents.ALL);
  private final HotSpotActivity model = new HotSpotActivity();

  /** Serial, 8 MiB of eden, two survivor spaces of 1 MiB; forked after its first collection. */
  private Recording recording() {
    jvm.add(JdkEvents.GC_CONFIGURATION, SECOND, new long[] {jvm.text("DefNew"), jvm.text(HOSTILE)});
    flag("SurvivorRatio", 8);
    flag("NewSize", 10 * MIB);
    flag("MaxNewSize", 10 * MIB);
    collection(0, 2 * SECOND, 8 * MIB, 0, 0);
    collection(1, 3 * SECOND, 8 * MIB, MIB / 4, MIB / 4);
    collection(2, 4 * SECOND, 8 * MIB + MIB / 4, MIB / 4, 0);
    return jvm.build(Path.of(HOSTILE.replace('/', '_') + ".jfr"), 1, "00", List.of());
  }

  private void flag(String name, long value) {
    jvm.add(JdkEvents.UNSIGNED_LONG_FLAG, SECOND, new long[] {jvm.text(name), value});
  }

  private void collection(int id, long nanos, long before, long after, long survivors) {
    heap(id, nanos, "Before GC", before);
    heap(id, nanos + 1000, "After GC", after);
    jvm.add(JdkEvents.TENURING_DISTRIBUTION, nanos + 900, new long[] {id, 1, survivors});
  }

  private void heap(int id, long nanos, String when, long used) {
    jvm.add(
        JdkEvents.GC_HEAP_SUMMARY,
        nanos,
        new long[] {id, jvm.text(when), HEAP, HEAP + 29 * MIB, HEAP + 30 * MIB, used});
  }

  private static PlacedActivity place(Recording recording) throws Exception {
    return Placements.place(recording, new ForkMoment(2 * SECOND + 2000, 0, "a test's fork"));
  }

  @Test
  void eachCloneLosesEdenOnceAndTheParentKeepsItsOwn() throws Exception {
    PlacedActivity activity = place(recording());

    Trajectory trajectory = RecordedSimulation.run(activity, model, 3, 1);

    // 8 MiB of eden are broken in each clone, 1/4 MiB of survivors and of old objects is new:
    // parent 2048 frames, three clones 2048 + 64 + 64 each.
    assertThat(trajectory.end().brokenPages()).isEqualTo(2048);
    assertThat(trajectory.end().grownPages()).isEqualTo(128);
    assertThat(trajectory.end().physicalPages()).isEqualTo(2048 + 3 * (2048 + 128));
  }

  @Test
  void verdictAttributesEdenToNewObjectsAndSaysWhatIsNotModelled() throws Exception {
    Recording recording = recording();
    PlacedActivity activity = place(recording);
    Trajectory trajectory = RecordedSimulation.run(activity, model, 1, 1);

    Verdict verdict = RecordedVerdict.of(recording, activity, model, trajectory, 1, Map.of());

    assertThat(verdict.causes().get(0).id()).isEqualTo("hotspot.new-objects");
    assertThat(verdict.causes().get(0).brokeFirst()).isEqualTo(2048);
    assertThat(verdict.totals().lostRatio()).isEqualTo(1.0);
    assertThat(verdict.findings())
        .filteredOn(f -> f.level() == Finding.Level.CAUTION)
        .anyMatch(f -> f.text().contains("Writes outside the Java heap are not modelled yet"));
    assertThat(verdict.regions())
        .extracting(r -> r.name() + " " + r.fidelity())
        .contains("Java heap: young generation reconstructed");
    assertThat(verdict.provenance().notes()).anyMatch(n -> n.contains("were ignored"));
    // Names from the recording pass through as they are: markup is the report's business.
    assertThat(verdict.title()).contains("<script>");
  }

  @Test
  void curveNeverFallsAndEndsAtTheTotal() throws Exception {
    Recording recording = recording();
    PlacedActivity activity = place(recording);
    Trajectory trajectory = RecordedSimulation.run(activity, model, 1, 1);

    Verdict verdict = RecordedVerdict.of(recording, activity, model, trajectory, 1, Map.of());

    long end = 0;
    for (var series : verdict.curve().series()) {
      assertThat(series.pages()).isSorted();
      end += series.pages().get(series.pages().size() - 1);
    }
    assertThat(end).isEqualTo(verdict.totals().brokenPages());
    assertThat(verdict.curve().epochs()).startsWith(0L).isSorted();
  }

  @Test
  void sameSeedGivesTheSamePages() throws Exception {
    Recording recording = recording();
    PlacedActivity activity = place(recording);

    Verdict a = verdict(recording, activity, 5);
    Verdict b = verdict(recording, activity, 5);

    assertThat(a).isEqualTo(b);
  }

  private Verdict verdict(Recording recording, PlacedActivity activity, long seed) {
    Trajectory trajectory = RecordedSimulation.run(activity, model, 2, seed);
    return RecordedVerdict.of(recording, activity, model, trajectory, seed, Map.of());
  }
}
