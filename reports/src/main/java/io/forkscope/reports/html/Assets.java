package io.forkscope.reports.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The style and the script that go into the page, and the policy that allows just these. */
final class Assets {

  private static final String CHART = "/META-INF/resources/webjars/uplot/1.6.30/";
  private static final List<String> SCRIPTS =
      List.of("report.js", "theme.js", "table.js", "curve.js", "page-map.js");

  private static final String STYLE = style(read(CHART + "dist/uPlot.min.css"));
  private static final String SCRIPT = script(read(CHART + "dist/uPlot.iife.min.js"));
  private static final String POLICY =
      "default-src 'none'; script-src '"
          + hash(SCRIPT)
          + "'; style-src '"
          + hash(STYLE)
          + "'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

  private Assets() {}

  /** Text of the page's one style element. */
  static String style() {
    return STYLE;
  }

  /** Text of the page's one script element. */
  static String script() {
    return SCRIPT;
  }

  /** Allows this style and this script and nothing else: no network, no eval, no inline handler. */
  static String contentSecurityPolicy() {
    return POLICY;
  }

  private static String style(String chartStyle) {
    return safe("\n" + chartStyle + "\n" + read("report.css"), "</style");
  }

  private static String script(String chart) {
    // The first comment holds an address; the licence itself is kept instead.
    String bare = chart.replaceFirst("(?s)^/\\*!.*?\\*/", "");
    StringBuilder all = new StringBuilder("\n/*!\nuPlot 1.6.30\n\n");
    all.append(read(CHART + "LICENSE").strip()).append("\n*/\n").append(bare.strip()).append('\n');
    for (String name : SCRIPTS) {
      all.append(read(name));
    }
    return safe(all.toString(), "</script");
  }

  private static String safe(String text, String end) {
    String unixText = text.replace("\r\n", "\n");
    if (unixText.contains(end) || unixText.contains("<!--")) {
      throw new IllegalStateException("an asset would end its element: " + end);
    }
    return unixText;
  }

  private static String read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
