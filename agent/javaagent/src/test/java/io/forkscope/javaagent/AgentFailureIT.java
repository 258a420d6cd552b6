package io.forkscope.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.javaagent.ChildJvm.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong, the agent says one line and the application does what it does without. */
@Timeout(1200)
final class AgentFailureIT {

  @TempDir Path folder = Path.of("set by JUnit");

  static Stream<Arguments> whatIsRefused() {
    List<String[]> cases =
        List.of(
            new String[] {"start,fiel=x.jfr", "unknown option \"fiel\"; did you mean \"file\"?"},
            new String[] {"start,forkpoint=soon", "forkpoint=soon is none of after:TIME"},
            new String[] {"start,forkpoint=after:5", "5 is no time such as"},
            new String[] {"forkpoint=ready", "nothing is being recorded"},
            new String[] {"stop", "nothing is being recorded"},
            new String[] {
              "start,@/no/such/options", "cannot read the option file /no/such/options"
            },
            new String[] {"start,file=/no/such/folder/x.jfr", "/no/such/folder/x.jfr"},
            new String[] {"start,file=/tmp", "/tmp is a directory"},
            new String[] {"start,settings=no-such", "settings=no-such"});
    return IntStream.range(0, cases.size()) // one JDK after the other: a refusal asks little of it
        .mapToObj(i -> Arguments.of(i % 2 == 0 ? 17 : 25, cases.get(i)[0], cases.get(i)[1]));
  }

  @ParameterizedTest
  @MethodSource("whatIsRefused")
  void aRefusalIsOneLineAndTheProgramRunsUntouched(int jdk, String options, String says)
      throws Exception {
    try (ChildJvm jvm = ChildJvm.start(jdk, ChildJvm.with(options), "host.Bare")) {
      Outcome outcome = jvm.end();

      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.out()).containsExactly("bare 3");
      assertThat(outcome.err())
          .singleElement()
          .asString()
          .startsWith("forkscope: ")
          .contains(says)
          .endsWith("; the application runs without recording");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void aJvmWithoutFlightRecorderRunsUntouched(int jdk) throws Exception {
    List<String> flags = new ArrayList<>(ChildJvm.with("start,file=" + folder.resolve("x.jfr")));
    flags.addAll(List.of("--limit-modules", "java.base,java.instrument"));
    try (ChildJvm jvm = ChildJvm.start(jdk, flags, "host.Bare")) {
      Outcome outcome = jvm.end();

      assertThat(outcome.out()).containsExactly("bare 3");
      assertThat(outcome.err()).singleElement().asString().contains("--add-modules jdk.jfr");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void aFullDiskStopsNeitherTheProgramNorWhatWasWholeBefore(int jdk) throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    ChildJvm.needs(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small), "to mount a tmpfs");
    try {
      Path file = small.resolve("app.jfr");
      String options = "start,rotate=500ms,file=" + file;
      try (ChildJvm jvm = ChildJvm.start(jdk, ChildJvm.with(options), "host.Steady")) {
        jvm.says("running");
        Path filler = small.resolve("filler");
        Path part = small.resolve("app.jfr.part");
        awaitWholeChunks(part, 1);
        run("dd", "if=/dev/zero", "of=" + filler, "bs=64k", "status=none"); // until it is full
        Outcome outcome = jvm.tell("").end();

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("ended with 4000");
        assertThat(outcome.err())
            .filteredOn(line -> line.startsWith("forkscope: the recording is incomplete"))
            .singleElement()
            .asString()
            .contains("No space left on device", "finished chunks are in " + part);
        assertThat(file).doesNotExist();
        assertThat(RecordingFile.readAllEvents(part)).isNotEmpty();
      }
    } finally {
      run("umount", small);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void afterKillNineTheFinishedChunksAreARecording(int jdk) throws Exception {
    Path file = folder.resolve("app.jfr");
    Path part = folder.resolve("app.jfr.part");
    String options = "start,rotate=500ms,file=" + file;
    try (ChildJvm jvm = ChildJvm.start(jdk, ChildJvm.with(options), "host.Steady", "ready")) {
      jvm.says("running");
      awaitWholeChunks(
          part, 3); // the fork point and what was allocated before are in the first two

      jvm.kill();

      assertThat(file).doesNotExist();
      cutToWholeChunks(part); // as analyze --finished-part does
      assertThat(RecordingFile.readAllEvents(part))
          .anyMatch(event -> event.getEventType().getName().equals("forkscope.ForkPoint"))
          .anyMatch(event -> event.getEventType().getName().equals("forkscope.Allocations"));
    }
  }

  /** A kill may come while a chunk is being added. */
  private static void cutToWholeChunks(Path file) throws IOException {
    List<Long> ends = wholeChunks(file);
    assertThat(ends).isNotEmpty();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(ends.get(ends.size() - 1));
    }
  }

  /** Where each whole chunk of a file ends. */
  private static List<Long> wholeChunks(Path file) throws IOException {
    List<Long> ends = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(16);
      long whole = 0;
      while (channel.read(header.clear(), whole) == header.capacity()) {
        assertThat(header.getInt(0)).as("magic").isEqualTo('F' << 24 | 'L' << 16 | 'R' << 8);
        whole += header.getLong(8); // a chunk's bytes follow its magic and version
        if (whole > channel.size()) {
          break;
        }
        ends.add(whole);
      }
    }
    return ends;
  }

  private static void awaitWholeChunks(Path file, int count)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + 120_000_000_000L;
    while (!Files.exists(file) || wholeChunks(file).size() < count) {
      assertThat(System.nanoTime()).as(file + " grows").isLessThan(until);
      Thread.sleep(20);
    }
  }

  private static boolean run(Object... command) throws IOException, InterruptedException {
    List<String> words = Stream.of(command).map(String::valueOf).toList();
    return new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
