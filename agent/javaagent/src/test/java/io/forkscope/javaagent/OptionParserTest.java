package io.forkscope.javaagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.javaagent.AgentOptions.Command;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionParserTest {

  private static AgentOptions parse(String arguments) throws OptionException {
    return OptionParser.parse("", arguments);
  }

  private static void refuses(String arguments, String says) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining(says);
  }

  @Test
  void nothingAtAllMeansStart() throws OptionException {
    assertThat(parse("").command()).isEqualTo(Command.START);
    assertThat(parse("").file()).isEqualTo("forkscope-%p.jfr");
  }

  @Test
  void theOptionsOfTheExampleAreUnderstood() throws OptionException {
    AgentOptions options = parse("start,forkpoint=after:5s,file=%p.jfr,include=a.*:b.C,jdk");

    assertThat(options.forkAfter()).contains(Duration.ofSeconds(5));
    assertThat(options.file()).isEqualTo("%p.jfr");
    assertThat(options.include()).isEqualTo(List.of("a.*", "b.C"));
    assertThat(options.jdk()).isTrue();
  }

  @Test
  void whatComesLaterWins() throws OptionException {
    assertThat(OptionParser.parse("file=a,rotate=1s", "file=b").file()).isEqualTo("b");
    assertThat(OptionParser.parse("file=a,rotate=1s", "file=b").rotate())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aCommandToARecordedJvmDoesNotLookAtTheEnvironment() throws OptionException {
    String environment = "start,file=a,forkpoint=after:1s";

    assertThat(OptionParser.parse(environment, "stop").command()).isEqualTo(Command.STOP);
    assertThat(OptionParser.parse(environment, "dump").file()).isEmpty();
    assertThat(OptionParser.parse(environment, "forkpoint=ready").command())
        .isEqualTo(Command.FORK_POINT);
    assertThat(OptionParser.parse(environment, "forkpoint=ready").commandName()).isEqualTo("ready");
  }

  @Test
  void aMisspeltOptionIsAnsweredWithTheNearestOne() {
    refuses("forkpiont=api", "did you mean \"forkpoint\"?");
    refuses("Start", "did you mean \"start\"?");
    refuses("xyzzy", "unknown option \"xyzzy\"; known are start");
  }

  @Test
  void contradictionsAreRefused() {
    refuses("start,stop", "only one of start, stop and dump");
    refuses("stop,file=x", "option file does not go with stop");
    refuses("start,forkpoint=ready", "a NAME alone, without start");
    refuses("stop=now", "takes no value");
    refuses("file", "needs a value");
    refuses("rotate=0s", "must not be zero");
    refuses("include=a/b", "no class name pattern");
    refuses("forkpoint=a:b", "none of after:TIME");
  }
}
