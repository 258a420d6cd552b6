package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ActivityModel;
import io.forkscope.core.placement.ForkChoice;
import io.forkscope.core.placement.PlacedActivity;
import io.forkscope.core.placement.Placements;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.TraceFormats;
import io.forkscope.core.simulation.RecordedSimulation;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.TrajectoryParts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Predicts the Java heap's loss from a recording, a plain one or the agent's, and compares it with
 * a real fork of the recorded JVM whose child only sleeps: the pages of the parent whose frame left
 * the child's.
 */
@Tag("linux-fork")
final class FrozenForkIT {

  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
  private static final Path AGENT = Path.of("../../agent/javaagent/target/forkscope-agent.jar");
  private static final long PRESENT = 1L << 63;
  private static final long FILE_PAGE = 1L << 61;
  private static final long FRAME = (1L << 55) - 1;

  @TempDir static Path folder = Path.of("set by JUnit");

  /** Pages of the heap: resident in the child, of those rewritten since, and new since. */
  private record Pages(long resident, long rewritten, long grown) {}

  @BeforeAll
  static void buildTheShim() throws Exception {
    needs(Files.isReadable(Path.of("/proc/self/pagemap")), "Linux with /proc/self/pagemap");
    needs("root".equals(System.getProperty("user.name")), "root, to see frame numbers");
    needs(Files.exists(JAVA_HOME.resolve("include/jni.h")), "a JDK with include/jni.h");
    needs(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc");
    Path source = Path.of("src/test/resources/frozenfork/frozenfork.c");
    Process gcc =
        new ProcessBuilder(
                "/usr/bin/gcc",
                "-O2",
                "-shared",
                "-fPIC",
                "-I" + JAVA_HOME.resolve("include"),
                "-I" + JAVA_HOME.resolve("include/linux"),
                "-o",
                shim().toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(gcc.waitFor()).isZero();
  }

  private static Path shim() {
    return folder.resolve("libfrozenfork.so");
  }

  private static void needs(boolean there, String what) {
    if ("true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      assertThat(there).as("required: " + what).isTrue();
    }
    Assumptions.assumeTrue(there, "skipped: this needs " + what);
  }

  @ParameterizedTest
  @CsvSource({
    "Serial,   plain, 300, 400, 10",
    "Parallel, plain, 300, 400, 10",
    "G1,       plain, 300, 400, 10",
    "Serial,   plain,  60,  40, 10",
    "Parallel, plain,  60,  40, 10",
    "Serial,   agent, 300, 400, 5",
    "Parallel, agent, 300, 400, 5",
    "G1,       agent, 300, 400, 5",
    "Serial,   agent,  60,  40, 10",
    "Parallel, agent,  60,  40, 10",
    // The first collection forwards what lives of an eden that is older than the fork: where it
    // lies is assumed.
    "G1,       agent,  60,  40, 20",
  })
  @Timeout(120)
  void heapLossIsThatOfTheFrozenFork(
      String collector, String recorder, int mibBefore, int mibAfter, int percent)
      throws Exception {
    Path file = folder.resolve(collector + recorder + mibBefore + ".jfr");
    Process jvm = start(collector, recorder.equals("agent") ? agent(file) : plain(file));
    try (BufferedReader out = jvm.inputReader();
        PrintWriter in = new PrintWriter(jvm.outputWriter(), true)) {
      in.println("run " + mibBefore);
      answer(out, "ran");
      in.println("fork");
      String[] forked = answer(out, "forked").split(" ", -1);
      long child = Long.parseLong(forked[1]);
      Instant fork = Instant.ofEpochMilli(Long.parseLong(forked[2]));
      in.println("run " + mibAfter);
      answer(out, "ran");
      Path soFar = dump(jvm.pid(), recorder, file);

      long[] heap = heapOf(jvm.pid());
      Pages measured = compare(jvm.pid(), child, heap[0], heap[1]);
      in.println("quit");
      assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
      Pages predicted =
          predict(
              soFar,
              recorder.equals("agent") ? new ForkChoice.Automatic() : new ForkChoice.At(fork),
              heap);

      System.out.printf(
          "%s, %s, %d + %d MiB: resident %d of %d, rewritten %d of %d, grown %d of %d"
              + " (predicted of measured)%n",
          collector,
          recorder,
          mibBefore,
          mibAfter,
          predicted.resident,
          measured.resident,
          predicted.rewritten,
          measured.rewritten,
          predicted.grown,
          measured.grown);
      assertThat(predicted.resident).isCloseTo(measured.resident, withinPercentage(5));
      long lost = measured.rewritten + measured.grown;
      assertThat(predicted.rewritten + predicted.grown).isCloseTo(lost, withinPercentage(percent));
    } finally {
      jvm.destroyForcibly();
    }
  }

  /** What is recorded by now: what the JVM still does until its end is not measured. */
  private static Path dump(long pid, String recorder, Path file) throws Exception {
    Path soFar = Path.of(file.toString().replace(".jfr", "-so-far.jfr"));
    if (recorder.equals("agent")) {
      int code =
          Main.commandLine(new Main())
              .execute(
                  "attach", "--agent", AGENT.toString(), Long.toString(pid), "dump,file=" + soFar);
      assertThat(code).isZero();
    } else {
      Process jcmd =
          new ProcessBuilder(
                  JAVA_HOME.resolve("bin/jcmd").toString(),
                  Long.toString(pid),
                  "JFR.dump",
                  "filename=" + soFar)
              .redirectErrorStream(true)
              .start();
      String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(jcmd.waitFor()).as(said).isZero();
    }
    return soFar;
  }

  /** The next line that begins so; the JVM writes about its recording in between. */
  private static String answer(BufferedReader out, String beginning) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new IOException("the JVM ended before it answered: " + beginning);
  }

  private static String plain(Path file) {
    return "-XX:StartFlightRecording=settings=default,filename=" + file;
  }

  private static String agent(Path file) {
    String fork = FrozenForkProgram.class.getName() + ".readyToFork";
    return "-javaagent:" + AGENT + "=start,jdk,forkpoint=method:" + fork + ",file=" + file;
  }

  private static Process start(String collector, String recorder) throws IOException {
    return new ProcessBuilder(
            JAVA_HOME.resolve("bin/java").toString(),
            "-XX:+Use" + collector + "GC",
            "-Xms128m",
            "-Xmx128m",
            "-Xlog:disable", // alone it makes JDK 17 format every event of JFR
            "-Xlog:all=warning:stderr",
            recorder,
            "-cp",
            "target/test-classes",
            FrozenForkProgram.class.getName(),
            shim().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The heap of 128 MiB lies at the end of the lowest 4 GiB: compressed references, base 0. */
  private static long[] heapOf(long pid) throws IOException {
    long end = 1L << 32;
    long start = end - (128L << 20);
    assertThat(Files.readString(Path.of("/proc/" + pid + "/maps")))
        .contains(String.format("%08x-", start));
    return new long[] {start, end};
  }

  private static Pages predict(Path file, ForkChoice fork, long[] heap) throws Exception {
    Recording recording = TraceFormats.read(file, ReadOptions.defaults());
    assertThat(recording.table(JdkEvents.GC_HEAP_SUMMARY).number("heapSpace.start", 0))
        .isEqualTo(heap[0]);
    PlacedActivity activity = Placements.place(recording, fork.in(recording));
    ActivityModel model = ServiceLoader.load(ActivityModel.class).findFirst().orElseThrow();
    List<RegionLoss> regions =
        new TrajectoryParts(RecordedSimulation.run(activity, model, 1, 1))
            .regions("").stream()
                .filter(region -> region.kind().equals(RegionKind.JAVA_HEAP.label()))
                .toList();
    return new Pages(
        regions.stream().mapToLong(RegionLoss::residentPages).sum(),
        regions.stream().mapToLong(RegionLoss::brokenPages).sum(),
        regions.stream().mapToLong(RegionLoss::grownPages).sum());
  }

  private static Pages compare(long parent, long child, long from, long to) throws IOException {
    long[] now = pagemap(parent, from, to);
    long[] then = pagemap(child, from, to);
    long resident = 0;
    long rewritten = 0;
    long grown = 0;
    for (int page = 0; page < now.length; page++) {
      boolean was = isAnonymous(then[page]);
      boolean is = isAnonymous(now[page]);
      resident += was ? 1 : 0;
      rewritten += was && is && (now[page] & FRAME) != (then[page] & FRAME) ? 1 : 0;
      grown += is && !was ? 1 : 0;
    }
    assertThat(resident).as("frame numbers are visible").isPositive();
    return new Pages(resident, rewritten, grown);
  }

  private static boolean isAnonymous(long entry) {
    return (entry & PRESENT) != 0 && (entry & FILE_PAGE) == 0 && (entry & FRAME) != 0;
  }

  private static long[] pagemap(long pid, long from, long to) throws IOException {
    byte[] bytes = new byte[Math.toIntExact((to - from) / 4096 * Long.BYTES)];
    try (RandomAccessFile file = new RandomAccessFile("/proc/" + pid + "/pagemap", "r")) {
      file.seek(from / 4096 * Long.BYTES);
      file.readFully(bytes);
    }
    long[] entries = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asLongBuffer().get(entries);
    return entries;
  }
}
