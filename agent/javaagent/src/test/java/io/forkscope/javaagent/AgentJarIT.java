package io.forkscope.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is in the jar that users load into their JVMs. */
final class AgentJarIT {
  /** Measured: 5.2 MB, nearly all of it Byte Buddy. */
  private static final long BUDGET_BYTES = 5_500_000;

  private static List<JarEntry> entries() throws IOException {
    try (JarFile jar = new JarFile(ChildJvm.AGENT.toFile())) {
      return jar.stream().toList();
    }
  }

  @Test
  void everyClassIsInOurPackages() throws IOException {
    List<String> classes =
        entries().stream().map(JarEntry::getName).filter(n -> n.endsWith(".class")).toList();

    assertThat(classes).hasSizeGreaterThan(1_000);
    assertThat(classes)
        .allMatch(
            name ->
                name.startsWith("io/forkscope/javaagent/")
                    || name.startsWith("io/forkscope/hook/"));
  }

  @Test
  void theFewClassesOutsideTheAgentsPackageAreTheHooks() throws IOException {
    Set<String> hooks =
        entries().stream()
            .map(JarEntry::getName)
            .filter(name -> name.startsWith("io/forkscope/hook/") && name.endsWith(".class"))
            .collect(Collectors.toSet());

    assertThat(hooks)
        .containsExactlyInAnyOrder(
            "io/forkscope/hook/AllocationHook.class",
            "io/forkscope/hook/AllocationRing.class",
            "io/forkscope/hook/CarrierThreads.class",
            "io/forkscope/hook/HookSink.class",
            "io/forkscope/hook/ReferenceBits.class",
            "io/forkscope/hook/package-info.class");
  }

  @Test
  void itIsWithinItsBudgetOfBytes() throws IOException {
    assertThat(Files.size(ChildJvm.AGENT)).isLessThan(BUDGET_BYTES);
  }

  /** Entries keep the times of what they come from; ours have project.build.outputTimestamp. */
  @Test
  void noEntryTellsWhenItWasBuilt() throws IOException {
    assertThat(entries())
        .allMatch(e -> !e.getTimeLocal().isAfter(LocalDateTime.parse("2026-11-24T00:00:00")));
  }
}
