package io.forkscope.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.model.RuntimeExecutable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InterpreterFinderTest {
  private static final PerlDriver DRIVER = new PerlDriver("");

  @TempDir Path folder;

  @BeforeEach
  void onLinux() {
    Needs.linux();
  }

  @Test
  void missingInterpreterIsNamed() {
    assertRefused(folder.resolve("perl"), "interpreter .*/perl does not exist");
  }

  @Test
  void fileWithoutExecuteRightIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("perl"), "#!/bin/sh\n");

    assertRefused(file, "interpreter .*/perl is not an executable file");
  }

  @Test
  void fileThatTheKernelCannotRunIsRefusedWithItsReason() throws Exception {
    // Executable by its mode, but neither a script nor a binary.
    Path file = script("\u0000\u0001\u0002\u0003");

    assertRefused(file, ".*/perl cannot be run: .+|.*/perl is not the interpreter meant: .*");
  }

  @Test
  void anotherProgramOfThatNameIsRefusedWithWhatItSaid() throws Exception {
    Path file = script("#!/bin/sh\necho this is no perl\nexit 1\n");

    assertRefused(file, ".*/perl is not the interpreter meant: .* it said \"this is no perl\"");
  }

  @Test
  void otherVersionIsRefusedWithBothVersions() throws Exception {
    Path file = script("#!/bin/sh\necho 4.36\n");

    assertRefused(file, ".*/perl is version 4.36, the case needs perl 5");
  }

  @Test
  void versionThatOnlyBeginsWithTheSameDigitsIsAnother() {
    // 3.1 is not 3.11.
    assertThat(new Interpreter(folder, "3.11.7").isOf("3.1")).isFalse();
    assertThat(new Interpreter(folder, "3.11.7").isOf("3.11")).isTrue();
    assertThat(new Interpreter(folder, "3.11").isOf("3.11")).isTrue();
  }

  @Test
  void searchSkipsWrapperScripts() throws Exception {
    script("#!/bin/sh\necho 5.36.0\n");

    assertThatThrownBy(
            () ->
                new InterpreterFinder(List.of(folder)).find(DRIVER, "perl", "5", Optional.empty()))
        .isInstanceOf(UnsupportedHostException.class)
        .hasMessageStartingWith("perl 5 is not installed");
  }

  @Test
  void measuredReleaseIsTakenBeforeOthersOfItsVersion() throws Exception {
    Needs.executable("/usr/bin/perl");
    List<Path> directories = new ArrayList<>();
    for (String name : List.of("older", "measured")) {
      directories.add(Files.createDirectory(folder.resolve(name)));
      Files.copy(Path.of("/usr/bin/perl"), directories.get(directories.size() - 1).resolve("perl"));
    }
    InterpreterFinder finder = new InterpreterFinder(directories);

    assertThat(finder.find(new ByPath(), "perl", "5.36", Optional.of("5.36.1")).executable())
        .isEqualTo(folder.resolve("measured/perl"));
    assertThat(finder.find(new ByPath(), "perl", "5.36", Optional.of("5.36.2")).executable())
        .isEqualTo(folder.resolve("older/perl"));
    assertThat(finder.find(new ByPath(), "perl", "5.36", Optional.empty()).executable())
        .isEqualTo(folder.resolve("older/perl"));
  }

  /** Tells a version by the directory it lies in. */
  private record ByPath() implements RuntimeExecutable {
    @Override
    public List<String> executables(String version) {
      return List.of("perl");
    }

    @Override
    public List<String> versionArguments() {
      return List.of("-e", "print $^X =~ m{/measured/} ? '5.36.1' : '5.36.0'");
    }
  }

  private void assertRefused(Path executable, String message) {
    assertThatThrownBy(() -> InterpreterFinder.named(DRIVER, "perl", "5", executable))
        .isInstanceOf(UnsupportedHostException.class)
        .hasMessageMatching(message);
  }

  private Path script(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("perl"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
