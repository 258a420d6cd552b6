package io.forkscope.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine against the kernel of this machine: a C program forks and writes the same pages, and
 * its smaps must say what the engine says, to the page.
 */
@Tag("linux-fork")
final class KernelForkTest {
  private static final long BASE = 0x200000000L;
  private static final int PAGES = 4096;
  private static final Path KERNEL = Path.of("/sys/kernel/mm");

  @TempDir Path directory;

  @Test
  void basePagesOfParentAndChildAreCountedAsSmapsCountsThem() throws Exception {
    compare("4k", PageSize.BASE_4K);
  }

  @Test
  void writesToTransparentHugePagesCopyBasePages() throws Exception {
    Path enabled = KERNEL.resolve("transparent_hugepage/enabled");
    require(
        Files.isReadable(enabled) && !Files.readString(enabled).contains("[never]"),
        "transparent huge pages are off");
    compare("2m", PageSize.THP_2M);
  }

  @Test
  void writesToFoliosOf64KibCopyBasePages() throws Exception {
    compareUnder(
        Map.of(
            "transparent_hugepage/hugepages-64kB/enabled", "madvise",
            "transparent_hugepage/hugepages-2048kB/enabled", "never"),
        "64k",
        PageSize.FOLIO_64K);
  }

  @Test
  void writesToHugetlbPagesCopyThemWhole() throws Exception {
    // Once for the parent before the fork, once more for each side.
    int pool = 3 * PAGES / 512;
    compareUnder(
        Map.of("hugepages/hugepages-2048kB/nr_hugepages", String.valueOf(pool)),
        "hugetlb",
        PageSize.HUGETLB_2M);
  }

  /** Compares under settings of the kernel, by file under its directory, and takes them back. */
  private void compareUnder(Map<String, String> settings, String mode, PageSize pageSize)
      throws Exception {
    Map<Path, String> before = new HashMap<>();
    try {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        Path file = KERNEL.resolve(setting.getKey());
        require(Files.isWritable(file), file + " cannot be written");
        before.put(file, chosen(Files.readString(file).strip()));
        Files.writeString(file, setting.getValue());
      }
      compare(mode, pageSize);
    } finally {
      for (Map.Entry<Path, String> setting : before.entrySet()) {
        Files.writeString(setting.getKey(), setting.getValue());
      }
    }
  }

  /** Of "always [madvise] never", madvise. */
  private static String chosen(String text) {
    int bracket = text.indexOf('[');
    return bracket < 0 ? text : text.substring(bracket + 1, text.indexOf(']'));
  }

  private void compare(String mode, PageSize pageSize) throws Exception {
    require(System.getProperty("os.name").equals("Linux"), "not Linux");
    require(Files.isExecutable(Path.of("/usr/bin/gcc")), "gcc is missing");
    int[] child = pages(1);
    int[] parent = pages(2);

    List<String> kernel = kernel(mode, child, parent);

    CowSpace space = new CowSpace(KernelRules.SINCE_5_8);
    CowProcess first = space.create("parent");
    first.map(
        new Region("m", RegionKind.ANONYMOUS, BASE, PAGES * 4096L, pageSize, false, false, true));
    first.sink(CowDifference.CAUSES.get(0)).writeRange(BASE, PAGES * 4096L);
    CowProcess forked = first.fork("child");
    write(forked, child);
    write(first, parent);
    assertThat(kernel).containsExactly(line("child", forked), line("parent", first));
  }

  private static String line(String name, CowProcess process) {
    return String.format(
        "%s rss %d shared %d private %d faults %d",
        name,
        process.usage().rssBytes() >> 10,
        process.usage().sharedDirtyBytes() >> 10,
        process.usage().privateDirtyBytes() >> 10,
        process.faults().faults());
  }

  private static void write(CowProcess process, int[] pages) {
    for (int page : pages) {
      process.sink(CowDifference.CAUSES.get(1)).write(BASE + page * 4096L, 1);
    }
  }

  /** Random pages, some of them more than once. */
  private static int[] pages(long seed) {
    return new SplittableRandom(seed).ints(1500, 0, PAGES).toArray();
  }

  private List<String> kernel(String mode, int[] child, int[] parent)
      throws IOException, InterruptedException {
    Path source = directory.resolve("forkpages.c");
    try (InputStream in = KernelForkTest.class.getResourceAsStream("forkpages.c")) {
      if (in == null) {
        throw new IOException("forkpages.c is not on the class path");
      }
      Files.write(source, in.readAllBytes());
    }
    Path program = directory.resolve("forkpages");
    run(List.of("gcc", "-O1", "-o", program.toString(), source.toString()), "");
    StringBuilder input = new StringBuilder();
    for (int[] pages : new int[][] {child, parent}) {
      for (int page : pages) {
        input.append(page).append(' ');
      }
      input.append("-1\n");
    }
    String output = run(List.of(program.toString(), mode, String.valueOf(PAGES)), input.toString());
    require(!output.startsWith("skip"), output.strip());
    return output.lines().toList();
  }

  private static String run(List<String> command, String input)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command + ": " + output).isZero();
    return output;
  }

  private static void require(boolean there, String what) {
    if (!there && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      fail("required, but " + what);
    }
    assumeTrue(there, "skipped: " + what);
  }
}
