package io.forkscope.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.javaagent.ChildJvm.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shaded agent in JVMs of their own: what it records, and that it can be taken out. */
@Timeout(1200)
final class AgentIT {
  private static final String STEADY = "host.Steady";

  @TempDir Path folder = Path.of("set by JUnit");

  private Path recording() {
    return folder.resolve("app.jfr");
  }

  private List<RecordedEvent> events(String name) throws IOException {
    List<RecordedEvent> found = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(recording())) {
      if (event.getEventType().getName().equals("forkscope." + name)) {
        found.add(event);
      }
    }
    return found;
  }

  private long recordedObjects(String type) throws IOException {
    return events("Allocations").stream()
        .filter(event -> event.getString("objectClass").equals(type))
        .mapToLong(event -> event.getLong("objects"))
        .sum();
  }

  private List<String> forkPoints() throws IOException {
    return events("ForkPoint").stream()
        .map(event -> event.getString("name") + " by " + event.getString("how"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void everyForkPointIsMarkedHoweverItIsAskedFor(int jdk) throws Exception {
    String options =
        "start,forkpoint=after:1s,forkpoint=method:host.Steady.round,file=" + recording();
    try (ChildJvm jvm = ChildJvm.start(jdk, ChildJvm.with(options), STEADY, "ready")) {
      jvm.says("running");
      assertThat(jvm.attach("forkpoint=now")).startsWith("ok: fork point now");
      for (long until = System.nanoTime() + 60_000_000_000L; System.nanoTime() < until; ) {
        jvm.attach("dump,file=" + recording());
        if (forkPoints().contains("after by option:after")) {
          break;
        }
      }

      Outcome outcome = jvm.tell("").end();

      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.err()).noneMatch(line -> line.contains("forkscope:"));
      assertThat(forkPoints())
          .containsExactlyInAnyOrder(
              "host.Steady.round by option:method",
              "ready by api",
              "now by command",
              "after by option:after",
              "end by end");
      assertThat(events("AgentInfo").get(0).getString("addresses")).isEqualTo("exact");
      assertThat(recordedObjects("host.Steady$Held")).isGreaterThan(2_000);
      assertThat(recordedObjects("[J")).isGreaterThan(4_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void optionsComeFromAFileAndFromTheEnvironment(int jdk) throws Exception {
    Path file = folder.resolve("options");
    Files.writeString(file, "# recorded\nfile=" + recording() + "\nrotate=3s,exclude=a.b.*\n");
    Map<String, String> environment =
        Map.of("FORKSCOPE_AGENT_OPTIONS", "@" + file + ",rotate=4s,forkpoint=method:x.Y.z");
    try (ChildJvm jvm =
        ChildJvm.start(jdk, ChildJvm.with("start,rotate=5s"), environment, Path.of(""), STEADY)) {
      assertThat(jvm.says("running").tell("").end().exitCode()).isZero();

      assertThat(events("AgentInfo").get(0).getString("options"))
          .contains("file=" + recording(), "exclude=a.b.*", "rotate=5000ms", "method:x.Y.z");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void afterStopEveryClassHasItsOwnCodeBack(int jdk) throws Exception {
    Path before = folder.resolve("before");
    Path during = folder.resolve("during");
    Path after = folder.resolve("after");
    try (ChildJvm jvm =
        ChildJvm.start(jdk, List.of("-javaagent:" + otherAgent() + "=quiet"), STEADY)) {
      jvm.says("running").tell("write " + before).says("written");
      assertThat(jvm.attach("start,file=" + recording())).startsWith("ok: ");
      jvm.tell("write " + during).says("written");
      assertThat(jvm.attach("stop")).startsWith("ok: recorded to " + recording());
      jvm.tell("write " + after).says("written");
      jvm.tell("hooks").says("enters no hook"); // what a transformer is shown may be a cached copy
      assertThat(jvm.tell("").end().out()).contains("ended with 4000");

      for (String type : List.of("Steady", "Steady$Held", "Steady$Kind")) {
        String file = "host." + type + ".class";
        byte[] own = Files.readAllBytes(before.resolve(file));
        byte[] left = Files.readAllBytes(after.resolve(file));
        if (jdk == 17) {
          assertThat(left).as(type).isEqualTo(own);
        } else {
          assertThat(ClassFiles.withoutEntriesAfter(own, left)).as(type).isEqualTo(own);
        }
      }
      assertThat(recordedObjects("host.Steady$Held")).isGreaterThan(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"17 before", "25 after"})
  void anotherAgentWorksBesideIt(String which) throws Exception {
    int jdk = Integer.parseInt(which.substring(0, 2));
    List<String> flags = new ArrayList<>(List.of("-javaagent:" + otherAgent() + "=notice"));
    flags.addAll(which.endsWith("before") ? 0 : 1, ChildJvm.with("start,file=" + recording()));
    try (ChildJvm jvm = ChildJvm.start(jdk, flags, STEADY)) {
      Outcome outcome = jvm.says("running").tell("").end();

      assertThat(outcome.out()).containsExactly("ended with 4000", "another agent was there");
      assertThat(recordedObjects("host.Steady$Held")).isGreaterThan(1_999);
    }
  }

  /** A retransformation meets loads that are under way, in both orders of locks. */
  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void attachingWhileClassesAreLoadedBlocksNobody(int jdk) throws Exception {
    try (ChildJvm jvm = ChildJvm.start(jdk, List.of(), "host.Loading")) {
      jvm.says("running");
      for (int i = 0; i < 2; i++) {
        assertThat(jvm.attach("start,file=" + recording())).startsWith("ok: ");
        assertThat(jvm.attach("stop")).startsWith("ok: recorded to ");
      }

      assertThat(jvm.tell("").end().out()).containsExactly("ended");
    }
  }

  private Path otherAgent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", "host.Probe");
    manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
    Path jar = folder.resolve("other-agent.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry("empty")); // its classes are on the class path
    }
    return jar;
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "17 jdk", "25 jdk"})
  void aHostileProgramDoesTheSameWithTheAgentAndWithout(String which) throws Exception {
    int jdk = Integer.parseInt(which.substring(0, 2));
    Path exotic = Files.createDirectories(folder.resolve("exotic"));
    ExoticClass.writeTo(exotic);
    Outcome alone = hostile(jdk, List.of(), exotic);

    String options = "start,rotate=1s,file=" + recording() + (which.endsWith("jdk") ? ",jdk" : "");
    Outcome recorded = hostile(jdk, ChildJvm.with(options), exotic);

    assertThat(alone.exitCode()).as(alone.err().toString()).isZero();
    assertThat(recorded.exitCode()).as(recorded.err().toString()).isZero();
    assertThat(recorded.out()).isEqualTo(alone.out());
    assertThat(recorded.err()).noneMatch(line -> line.contains("forkscope"));
    assertThat(recordedObjects("host.Hostile$Pair")).isGreaterThan(100_000);
    assertThat(recordedObjects("[I")).isGreaterThan(2_000);
    RecordedEvent loss = events("Loss").get(events("Loss").size() - 1);
    assertThat(loss.getLong("failedClasses")).isZero();
    assertThat(loss.getLong("failedHandOvers")).isZero();
    assertThat(loss.getLong("skippedSites")).as("host.Exotic has some").isGreaterThan(0);
  }

  private static Outcome hostile(int jdk, List<String> flags, Path exotic) throws Exception {
    List<String> all = new ArrayList<>(flags);
    all.add("-Xss512k");
    try (ChildJvm jvm = ChildJvm.start(jdk, all, Map.of(), exotic, "host.Hostile")) {
      return jvm.end();
    }
  }
}
