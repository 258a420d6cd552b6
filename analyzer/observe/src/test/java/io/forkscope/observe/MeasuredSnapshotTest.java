package io.forkscope.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuredSnapshotTest {

  @Test
  void thePeakIsOfBothProcessesAtOneMark() {
    MeasuredSnapshot snapshot =
        MeasuredSnapshot.of(List.of(1000L, 700L, 900L), List.of(10L, 300L, 320L), 5);

    assertThat(snapshot.peakPages()).isEqualTo(1220);
    assertThat(snapshot.childPages()).containsExactly(10L, 300L, 320L);
  }
}
