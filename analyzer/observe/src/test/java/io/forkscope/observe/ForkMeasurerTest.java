package io.forkscope.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("linux-fork")
final class ForkMeasurerTest {
  private static final int PAGES = 1000;
  private static final String BUFFER = "my $s = 'x' x (4096 * " + PAGES + ");\n";
  private static final String TOUCH_HALF =
      "for (my $i = 0; $i < " + PAGES + "; $i += 2) { substr($s, $i * 4096, 1, 'y') }\n";
  private static final String WAIT =
      "my $bad = 0; while (wait > 0) { $bad |= $? } POSIX::_exit($bad ? 1 : 0);\n";

  @ParameterizedTest
  @EnumSource(PageCount.Method.class)
  void everySecondPageWrittenByTheChildIsCountedAsBroken(PageCount.Method method) throws Exception {
    // 500 of 1,000 pages of one string: writing in place breaks exactly those, whichever way the
    // kernel is asked; the interpreter adds a handful of its own.
    Measurement measurement =
        measurer(method, 20)
            .measure(
                driver(
                    BUFFER
                        + "mark(); if (!fork) { mark(); "
                        + TOUCH_HALF
                        + "mark(); POSIX::_exit(0) } "
                        + WAIT),
                PerlDriver.perl(),
                PerlDriver.scenario(1));

    assertThat(measurement.actionPages()).isCloseTo(PAGES / 2, within(8L));
    assertThat(measurement.residentPages()).isGreaterThan(PAGES);
    assertThat(measurement.actionPagesByClass().get(MappingClass.ANONYMOUS))
        .isCloseTo(PAGES / 2, within(8L));
  }

  @Test
  void pagesThatTheChildOnlyReadsStayShared() throws Exception {
    // /dev/zero-like memory: reading maps the page of zeroes, which is nobody's private page.
    // 'x' x n is written; vec on an undefined buffer would write too, so sysread of nothing is
    // used.
    Measurement measurement =
        measurer(PageCount.Method.FRAMES, 20)
            .measure(
                driver(
                    BUFFER
                        + "mark(); if (!fork) { mark(); my $t = 0;"
                        + " $t += ord(substr($s, $_ * 4096, 1)) for 0 .. "
                        + (PAGES - 1)
                        + "; mark(); POSIX::_exit(0) } "
                        + WAIT),
                PerlDriver.perl(),
                PerlDriver.scenario(1));

    assertThat(measurement.actionPages()).isLessThan(20);
  }

  @Test
  void twoChildrenThatActAreCountedApartAndAveraged() throws Exception {
    // The second child touches nothing: the mean is a quarter of the pages, not a half.
    Measurement measurement =
        measurer(PageCount.Method.FRAMES, 20)
            .measure(
                driver(
                    BUFFER
                        + "mark(); for my $c (0, 1) { if (!fork) { mark(); if ($c == 0) { "
                        + TOUCH_HALF
                        + "} mark(); POSIX::_exit(0) } } "
                        + WAIT),
                PerlDriver.perl(),
                PerlDriver.scenario(2));

    assertThat(measurement.processes()).hasSize(2);
    assertThat(measurement.actionPages()).isCloseTo(PAGES / 4, within(8L));
  }

  @Test
  void freshWorkerThatTakesTheSlotIsCountedInPlaceOfTheOneThatLeft() throws Exception {
    // The first worker breaks half the pages and ends; the second shares them all again, so the
    // slot's second mark is near zero, not near 500. What the parent writes between the two, and
    // again after it has forked the second, is not the second's.
    Scenario one = PerlDriver.scenario(1);
    Scenario recycled =
        new Scenario(
            one.name(),
            one.runtime(),
            one.version(),
            one.options(),
            one.populations(),
            one.preparations(),
            one.fork(),
            one.actions(),
            new Requests(2, List.of(1L, 2L), 1),
            0);

    Measurement measurement =
        measurer(PageCount.Method.FRAMES, 20)
            .measure(
                driver(
                    BUFFER
                        + "for my $c (0, 1) { mark(); if (!fork) { mark(); if ($c == 0) { "
                        + TOUCH_HALF
                        + "} mark(); POSIX::_exit(0) } if ($c == 1) { "
                        + TOUCH_HALF
                        + "} wait; "
                        + TOUCH_HALF
                        + "} POSIX::_exit(0);\n"),
                PerlDriver.perl(),
                recycled);

    assertThat(measurement.actionPages(1)).isCloseTo(PAGES / 2, within(8L));
    assertThat(measurement.actionPages(2)).isLessThan(20);
  }

  @Test
  void programThatNeverReachesItsMarkIsKilledWithItsWholeFamily() throws Exception {
    PerlDriver driver = driver("if (!fork) { sleep 1000 } sleep 1000;\n");
    List<Long> before = perlProcesses();

    assertThatThrownBy(
            () ->
                measurer(PageCount.Method.FRAMES, 1)
                    .measure(driver, PerlDriver.perl(), PerlDriver.scenario(1)))
        .isInstanceOf(ObserveException.class)
        .hasMessage(
            "the program did not reach perl: its mark before the fork within 1 s; it was killed");
    assertNothingLeft(before);
  }

  @Test
  void childKilledInTheMiddleIsReportedWithTheMarkItReached() throws Exception {
    List<Long> before = perlProcesses();

    assertThatThrownBy(
            () ->
                measurer(PageCount.Method.FRAMES, 20)
                    .measure(
                        driver(
                            "mark(); if (!fork) { mark(); kill 'KILL', $$ } 1 while wait > 0;"
                                + " POSIX::_exit(0);\n"),
                        PerlDriver.perl(),
                        PerlDriver.scenario(1)))
        .isInstanceOf(ObserveException.class)
        .hasMessage("perl: the child 1 ended after 1 of 2 marks");
    assertNothingLeft(before);
  }

  @Test
  void programThatFailsIsReportedWithItsOwnLastLine() throws Exception {
    assertThatThrownBy(
            () ->
                measurer(PageCount.Method.FRAMES, 20)
                    .measure(
                        driver("die \"no such builder\\n\";\n"),
                        PerlDriver.perl(),
                        PerlDriver.scenario(1)))
        .isInstanceOf(ObserveException.class)
        .hasMessageMatching(
            "perl: the program ended with exit value \\d+ before its mark before the fork: no such"
                + " builder");
  }

  @Test
  void orphanThatItsParentLeftStoppedIsKilledToo() throws Exception {
    // The grandchild is stopped when its parent has gone: only the process group still reaches it.
    List<Long> before = perlProcesses();

    assertThatThrownBy(
            () ->
                measurer(PageCount.Method.FRAMES, 20)
                    .measure(
                        driver(
                            "mark(); if (!fork) { if (!fork) { sleep 1000 } POSIX::_exit(0) }"
                                + " 1 while wait > 0; POSIX::_exit(0);\n"),
                        PerlDriver.perl(),
                        PerlDriver.scenario(1)))
        .isInstanceOf(ObserveException.class)
        .hasMessageContaining("0 of 1 processes reached their marks");
    assertNothingLeft(before);
  }

  private static ForkMeasurer measurer(PageCount.Method method, int seconds)
      throws ObserveException {
    Needs.frameNumbers();
    return ForkMeasurer.forThisMachine(method, Duration.ofSeconds(seconds));
  }

  private static PerlDriver driver(String program) {
    return new PerlDriver(PerlDriver.MARK + program);
  }

  private static List<Long> perlProcesses() {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().command().orElse("").endsWith("/perl"))
        .filter(ProcessHandle::isAlive)
        .map(ProcessHandle::pid)
        .sorted()
        .toList();
  }

  private static void assertNothingLeft(List<Long> before) throws InterruptedException {
    // A killed process stays visible until it is reaped: wait for that, for at most ten seconds.
    for (int i = 0; i < 1000 && !before.containsAll(perlProcesses()); i++) {
      Thread.sleep(10);
    }
    assertThat(perlProcesses()).allMatch(before::contains);
  }
}
