package io.forkscope.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcFormatsTest {
  private static final String LIBRARY = "/no/such/libpython3.9.so.1.0";

  @Test
  void pathWithSpacesAndDeletedMarkIsKeptWhole() throws Exception {
    // Discriminates from splitting at every blank.
    List<Mapping> maps =
        MemoryMaps.parse(
            "7f00a000-7f00c000 rw-p 00002000 fe:00 4711                       /tmp/a b (deleted)\n");

    assertThat(maps)
        .containsExactly(
            new Mapping(0x7f00a000L, 0x7f00c000L, "rw-p", 0x2000, 4711, "/tmp/a b (deleted)"));
  }

  @Test
  void vsyscallPageAboveTheSignBitIsRead() throws Exception {
    // Its address does not fit a signed long in hexadecimal.
    List<Mapping> maps =
        MemoryMaps.parse(
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n");

    assertThat(maps.get(0).bytes()).isEqualTo(4096);
  }

  @Test
  void damagedLineOfMapsIsNamed() {
    assertThatThrownBy(() -> MemoryMaps.parse("7f00a000-7f00c000 rw-p\n"))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("7f00a000-7f00c000 rw-p");
  }

  @Test
  void processNamedLikeTheFormatIsNotMisread() throws Exception {
    // A program may call itself ") Z 1 (": only the last parenthesis ends the name.
    ProcessStatus status =
        ProcessStatus.parse("42 () Z 1 () T 7 42 42 0 -1 4194304 155 0 0 0 1 1 0 0 20 0 1 0\n");

    assertThat(status).isEqualTo(new ProcessStatus(42, 'T', 7, 42, 155));
    assertThat(status.stopped()).isTrue();
  }

  @Test
  void truncatedStatIsRefused() {
    assertThatThrownBy(() -> ProcessStatus.parse("42 (x")).isInstanceOf(ObserveException.class);
  }

  @Test
  void vanishedProcessIsNamedInOneLine() {
    Needs.linux();
    long beyondEveryPid = 1L << 40;

    assertThatThrownBy(() -> MemoryMaps.of(beyondEveryPid))
        .isInstanceOf(ObserveException.class)
        .hasMessage("process " + beyondEveryPid + " is gone");
  }

  @Test
  void kernelThreadIsRefusedBecauseItHasNoMemory() {
    Needs.frameNumbers();

    // pid 2 is kthreadd; inside a container it may be anything, so only a refusal is judged.
    try {
      assertThat(MemoryMaps.of(2)).isNotEmpty();
    } catch (ObserveException e) {
      assertThat(e).hasMessageMatching("process 2 (has no memory.*|is gone)");
    }
  }

  @Test
  void rollupNumbersBecomeBytes() throws Exception {
    MemoryRollup rollup =
        MemoryRollup.parse(
            """
            5581-7ffe ---p 0 00:00 0 [rollup]
            Rss: 12 kB
            Pss: 5 kB
            Pss_Dirty: 4 kB
            Shared_Clean: 3 kB
            Shared_Dirty: 2 kB
            Private_Clean: 1 kB
            Private_Dirty: 6 kB
            Anonymous: 7 kB
            AnonHugePages: 0 kB
            """);

    assertThat(rollup.rssBytes()).isEqualTo(12 * 1024);
    assertThat(rollup.pssBytes()).isEqualTo(5 * 1024); // not Pss_Dirty
    assertThat(rollup.ussBytes()).isEqualTo(7 * 1024);
  }

  @Test
  void anonymousMemoryBehindInterpreterDataOfUnknownExtentIsNotItsBss() throws Exception {
    // The file cannot be read, so where its image ends is unknown: nothing is claimed for it.
    List<MappingClassifier.Part> parts =
        MappingClassifier.classify(
            MemoryMaps.parse(
                "10000-12000 rw-p 00001000 fe:00 9 "
                    + LIBRARY
                    + "\n12000-20000 rw-p 0 00:00 0 \n"
                    + "30000-31000 ---p 0 00:00 0 \n40000-41000 rw-p 0 00:00 0 [heap]\n"));

    assertThat(parts)
        .extracting(MappingClassifier.Part::kind)
        .containsExactly(MappingClass.INTERPRETER_DATA, MappingClass.ANONYMOUS, MappingClass.HEAP);
  }
}
