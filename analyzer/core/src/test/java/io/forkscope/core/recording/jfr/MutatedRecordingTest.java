package io.forkscope.core.recording.jfr;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damages a recording in 600 seeded ways; each must end in a placement or one clear line. */
final class MutatedRecordingTest {

  private static final long SEED = 20261124;

  @TempDir Path folder = Path.of("set by JUnit");

  @Test
  @Timeout(240)
  void everyDamageEndsInAPlacementOrOneClearLine() throws Exception {
    byte[] whole = Files.readAllBytes(JfrTraceFormatTest.SERIAL);
    SplittableRandom random = new SplittableRandom(SEED);
    Path file = folder.resolve("mutated.jfr");
    int refused = 0;
    int read = 0;
    for (int round = 0; round < 600; round++) {
      Files.write(file, mutated(whole, random, round));
      if (survives(file, round)) {
        read++;
      } else {
        refused++;
      }
    }
    System.out.println("seed " + SEED + ": " + refused + " refused, " + read + " read");
    // Both must occur, or the mutations would not reach beyond the header, or not reach it.
    assertThat(refused).isGreaterThan(100);
    assertThat(read).isGreaterThan(50);
  }

  private static byte[] mutated(byte[] whole, SplittableRandom random, int round) {
    byte[] bytes = whole.clone();
    switch (round % 4) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> { // a burst, most often in events and constant pools
        int at = random.nextInt(bytes.length - 64);
        for (int i = 0; i < 64; i++) {
          bytes[at + i] = (byte) random.nextInt();
        }
      }
      case 2 -> bytes[random.nextInt(JfrChunks.HEADER_BYTES)] = (byte) random.nextInt();
      default -> { // the sizes in the header agree with the cut, so the parser must find it out
        int length = JfrChunks.HEADER_BYTES + random.nextInt(bytes.length - 100);
        bytes = java.util.Arrays.copyOf(bytes, length);
        java.nio.ByteBuffer.wrap(bytes).putLong(8, length);
      }
    }
    return bytes;
  }

  private static boolean survives(Path file, int round) throws IOException {
    try {
      Recording recording =
          TraceFormats.read(file, ReadOptions.defaults().withLimit(Duration.ofSeconds(20)));
      Placements.place(recording, new ForkChoice.Automatic().in(recording));
      return true;
    } catch (RecordingException e) {
      assertThat(e.getMessage())
          .as("seed %d round %d", SEED, round)
          .startsWith(file.toString())
          .doesNotContain("\n")
          .doesNotContain("not read within");
      return false;
    }
  }
}
