package io.forkscope.reports.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.ReportFormat;
import io.forkscope.reports.ReportOptions;
import io.forkscope.reports.Reports;
import io.forkscope.reports.SampleVerdicts;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a reader meets it: drawn, silent, reachable by keyboard, and harmless. */
final class ReportInChromiumTest {

  /** Of the axe-core in the test's class path, see the pom. */
  private static final String AXE = "/axe.min.js";

  private static Optional<Chromium> browser = Optional.empty();

  @TempDir static Path folder = Path.of("set by JUnit");

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> executable = Chromium.executable();
    if (executable.isEmpty() && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      throw new AssertionError("this machine lacks Chromium");
    }
    Assumptions.assumeTrue(executable.isPresent(), "skipped: this machine lacks Chromium");
    browser = Optional.of(new Chromium(executable.get()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser.isPresent()) {
      browser.get().close();
    }
  }

  private static Tab open(String name, Verdict verdict, int width, boolean dark) throws Exception {
    Path file = folder.resolve(name + ".html");
    try (OutputStream out = Files.newOutputStream(file)) {
      Reports.write(verdict, ReportFormat.HTML, ReportOptions.plain(), out);
    }
    Tab tab = new Tab(browser.orElseThrow(), width, 900, dark);
    tab.load(file);
    return tab;
  }

  @ParameterizedTest
  @CsvSource({"1280,false", "1280,true", "390,false", "390,true"})
  void pageIsDrawnWithoutAComplaintOrARequest(int width, boolean dark) throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), width, dark);
    tab.picture(Path.of("target/pictures/server-" + width + (dark ? "-dark" : "-light") + ".png"));

    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.requests()).singleElement().asString().startsWith("file:").endsWith(".html");
    assertThat(tab.eval("document.documentElement.scrollWidth <= innerWidth").asBoolean())
        .as("no sideways scrolling of the page")
        .isTrue();
    assertThat(tab.eval("document.querySelector('#curve canvas').width").asInt()).isPositive();
    assertThat(colours(tab)).as("colours on the page map").isGreaterThan(4);
  }

  /** Different colours among the pixels of the map: one would mean that nothing was drawn. */
  private static int colours(Tab tab) {
    return tab.eval(
            "(() => { const c = document.getElementById('map'), d = c.getContext('2d')"
                + ".getImageData(0, 0, c.width, c.height).data, s = new Set();"
                + " for (let i = 0; i < d.length; i += 4) if (d[i + 3])"
                + " s.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); return s.size; })()")
        .asInt();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void accessibilityRulesFindNothing(boolean dark) throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, dark);
    tab.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    try (InputStream in = ReportInChromiumTest.class.getResourceAsStream(AXE)) {
      assertThat(in).as(AXE).isNotNull();
      tab.eval(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; true");
    }

    JsonNode violations =
        tab.eval(
            "axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map((v) =>"
                + " v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map((n) => n.target + ' ' +"
                + " n.failureSummary).join('; ')))");

    assertThat(violations).isEmpty();
    assertThat(tab.eval("axe.version").asText()).startsWith("4.");
  }

  @Test
  void tabKeyReachesEveryControlAndShowsWhereItIs() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);
    // A radio group is one stop; controls inside a closed part are none.
    tab.eval(
        "window.wanted = [...document.querySelectorAll('a[href], button, input, select, summary,"
            + " [tabindex]')].filter((e) => e.checkVisibility() && !e.disabled && (e.type !=="
            + " 'radio' || e.checked)); window.met = new Set(); true");
    int wanted = tab.eval("wanted.length").asInt();
    List<String> invisible = new ArrayList<>();
    for (int i = 0; i <= wanted; i++) {
      tab.press("Tab");
      tab.eval("met.add(document.activeElement); true");
      boolean shown =
          tab.eval(
                  "document.activeElement === document.body ||"
                      + " getComputedStyle(document.activeElement).outlineStyle !== 'none'")
              .asBoolean();
      if (!shown) {
        invisible.add(tab.eval("document.activeElement.outerHTML.slice(0, 80)").asText());
      }
    }

    assertThat(wanted).isGreaterThan(20);
    assertThat(invisible).isEmpty();
    assertThat(tab.eval("wanted.filter((e) => !met.has(e)).map((e) => e.outerHTML.slice(0, 80))"))
        .isEmpty();
  }

  @Test
  void pageUnderTheMouseIsNamedWithItsCauseAndKind() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);

    tab.hover("#map", 7, 11);

    String read = tab.eval("document.getElementById('map-read').textContent").asText();
    assertThat(read)
        .matches(
            "0x[0-9a-f]+ · .+ · (broken first by \\S+ at [\\d,]+ requests|still shared) · .+ · page"
                + " [\\d,]+ of 299,894");
  }

  @Test
  void arrowKeysWalkFromPageToPageAndNGoesToABrokenOne() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);
    tab.eval("document.getElementById('map').focus()");
    String read = "document.getElementById('map-read').textContent";

    assertThat(tab.eval(read).asText()).contains("page 1 of");
    tab.press("ArrowRight");
    assertThat(tab.eval(read).asText()).contains("page 2 of");
    tab.press("n");
    assertThat(tab.eval(read).asText()).contains("broken first by");
  }

  @Test
  void wheelAndPlusZoomTheMapAndFitBringsItBack() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);
    String pixels = "document.getElementById('map').toDataURL()";
    tab.hover("#map", 0, 0);
    String whole = tab.eval(pixels).asText();

    tab.wheel("#map", -300);
    tab.await(pixels + ".length > 0");
    String near = tab.eval(pixels).asText();
    assertThat(near).isNotEqualTo(whole);
    tab.eval("document.getElementById('map-in').click()");
    assertThat(tab.eval(pixels).asText()).isNotEqualTo(near);
    tab.click("#map-fit");

    assertThat(tab.eval(pixels).asText()).isEqualTo(whole);
  }

  @Test
  void themeButtonRedrawsChartAndMap() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);
    String both =
        "document.getElementById('map').toDataURL() + document.querySelector('#curve"
            + " canvas').toDataURL()";
    String light = tab.eval(both).asText();

    tab.click("#theme");
    assertThat(tab.eval(both).asText()).as("system is light, and so is light").isEqualTo(light);
    tab.click("#theme");

    assertThat(tab.eval("document.documentElement.dataset.theme").asText()).isEqualTo("dark");
    assertThat(tab.eval(both).asText()).isNotEqualTo(light);
  }

  @Test
  void tableIsSortedByItsHeadingsAndSaysSo() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);
    String column =
        "[...document.querySelectorAll('#regions tbody tr')].map((r) =>"
            + " +r.cells[3].dataset.value)";

    tab.click("#regions thead th:nth-child(4) button");
    List<Long> once = numbers(tab.eval(column));
    String said =
        tab.eval("document.querySelector('#regions thead th:nth-child(4)').ariaSort").asText();
    tab.click("#regions thead th:nth-child(4) button");
    List<Long> twice = numbers(tab.eval(column));

    assertThat(once).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    assertThat(said).isEqualTo("descending");
    assertThat(twice).isSorted().hasSameSizeAs(once);
  }

  private static List<Long> numbers(JsonNode array) {
    List<Long> numbers = new ArrayList<>();
    array.forEach(n -> numbers.add(n.asLong()));
    return numbers;
  }

  @Test
  void hostileNamesAreShownAndDoNothing() throws Exception {
    String hostile = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>";
    Tab tab =
        open("hostile", SampleVerdicts.named(hostile, hostile, hostile, hostile), 1280, false);

    tab.eval("document.getElementById('map').focus()");

    assertThat(tab.eval("typeof owned").asText()).isEqualTo("undefined");
    assertThat(tab.eval("document.body.innerText").asText()).contains(hostile);
    assertThat(tab.eval("document.getElementById('map-read').textContent").asText())
        .contains(hostile);
    assertThat(tab.eval("document.images.length").asInt()).isZero();
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.requests()).hasSize(1);
  }

  @Test
  void policyStopsWhatAnInjectionWouldTry() throws Exception {
    Tab tab = open("server", SampleVerdicts.server(), 1280, false);

    // the same page could do all of this if its policy were not strict
    tab.eval(
        "document.addEventListener('securitypolicyviolation', (e) => (window.stopped ??= [])"
            + ".push(e.effectiveDirective)); const s = document.createElement('script');"
            + " try { s.text = 'window.owned = 1'; } catch (e) { (window.stopped ??= [])"
            + ".push('trusted-types'); } document.body.append(s);"
            + " const i = new Image(); i.src = 'http://127.0.0.1:9/x.png';"
            + " fetch('http://127.0.0.1:9/').catch(() => (window.refused = true)); true");
    tab.await("window.refused && stopped.length >= 3");

    assertThat(tab.eval("typeof owned").asText()).isEqualTo("undefined");
    assertThat(tab.eval("stopped.join()").asText()).contains("img-src", "connect-src");
  }

  @Test
  void millionPagesAreBelowOneMegabyteAndDrawn() throws Exception {
    // random state in every page and random holes: the worst a map can be
    Verdict noise = SampleVerdicts.withMap(SampleVerdicts.noise(1_000_000, 12, 20, 12, true));

    long start = System.nanoTime();
    Tab tab = open("million", noise, 1280, false);
    long millis = (System.nanoTime() - start) / 1_000_000;

    System.out.println("a million pages written, loaded and drawn in " + millis + " ms");
    assertThat(Files.size(folder.resolve("million.html"))).isLessThan(1_000_000);
    // five causes with colours of their own, the grey of the others, and shared pages
    assertThat(colours(tab)).isGreaterThanOrEqualTo(7);
    assertThat(tab.complaints()).isEmpty();
  }

  @Test
  void emptyVerdictSaysSoInEveryPanel() throws Exception {
    Tab tab = open("empty", SampleVerdicts.empty(), 1280, false);

    assertThat(tab.complaints()).isEmpty();
    assertThat(
            tab.eval(
                    "[...document.querySelectorAll('main > section')].filter((s) =>"
                        + " s.innerText.trim().split('\\n').length < 2).length")
                .asInt())
        .isZero();
  }
}
