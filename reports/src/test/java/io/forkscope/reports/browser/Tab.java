package io.forkscope.reports.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A tab of a browser that keeps what went wrong in it and what it asked the network for. */
final class Tab {

  private final Chromium browser;
  private final String session;
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /**
   * Opens a tab.
   *
   * @param dark whether the reader's system prefers dark
   */
  Tab(Chromium browser, int width, int height, boolean dark) {
    this.browser = browser;
    this.session = browser.open(this::event);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  private void event(String method, JsonNode parameters) {
    switch (method) {
      case "Network.requestWillBeSent" ->
          requests.add(parameters.path("request").path("url").asText());
      case "Runtime.exceptionThrown" ->
          complaints.add("exception: " + parameters.path("exceptionDetails"));
      case "Log.entryAdded" -> complaints.add("log: " + parameters.path("entry"));
      case "Runtime.consoleAPICalled" -> complaints.add("console: " + parameters.path("args"));
      default -> {}
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  /** Loads a file and waits until its page map is drawn. */
  void load(Path file) throws InterruptedException {
    call("Page.navigate", Map.of("url", file.toUri().toString()));
    await("document.readyState === 'complete' && location.protocol === 'file:'");
    await(
        "!document.getElementById('map') || !document.getElementById('map-tools').hidden"
            + " || !document.getElementById('map-message').hidden");
  }

  /** Waits until an expression is true. */
  void await(String expression) throws InterruptedException {
    for (int i = 0; i < 1500; i++) {
      if (eval(expression).asBoolean()) {
        return;
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("still not true after 30 s: " + expression);
  }

  /** The value of an expression in the page; promises are awaited. */
  JsonNode eval(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(result.get("exceptionDetails").toString());
    }
    return result.path("result").path("value");
  }

  /** Presses and releases a key, for example {@code Tab} or {@code +}. */
  void press(String key) {
    Map<String, Integer> codes =
        Map.of("Tab", 9, "Enter", 13, " ", 32, "ArrowRight", 39, "ArrowDown", 40, "End", 35);
    int code = codes.getOrDefault(key, (int) key.charAt(0));
    String text = key.length() == 1 ? key : key.equals("Enter") ? "\r" : "";
    Map<String, Object> down =
        Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", code, "text", text);
    call("Input.dispatchKeyEvent", down);
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
  }

  /** Moves the mouse to the middle of an element, off by some pixels, after scrolling it there. */
  double[] hover(String selector, double dx, double dy) {
    JsonNode box =
        eval(
            "(() => { const e = document.querySelector('"
                + selector
                + "'); e.scrollIntoView({block: 'center', behavior: 'instant'});"
                + " const b = e.getBoundingClientRect();"
                + " return [b.x + b.width / 2, b.y + b.height / 2]; })()");
    double x = box.get(0).asDouble() + dx;
    double y = box.get(1).asDouble() + dy;
    mouse("mouseMoved", x, y, 0);
    return new double[] {x, y};
  }

  /** Clicks the middle of an element. */
  void click(String selector) {
    double[] at = hover(selector, 0, 0);
    mouse("mousePressed", at[0], at[1], 0);
    mouse("mouseReleased", at[0], at[1], 0);
  }

  /** Turns the wheel over the middle of an element; up is negative. */
  void wheel(String selector, double delta) {
    double[] at = hover(selector, 0, 0);
    mouse("mouseWheel", at[0], at[1], delta);
  }

  private void mouse(String type, double x, double y, double delta) {
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            x,
            "y",
            y,
            "button",
            type.equals("mouseMoved") || type.equals("mouseWheel") ? "none" : "left",
            "clickCount",
            1,
            "deltaX",
            0,
            "deltaY",
            delta));
  }

  /** Writes a picture of the whole page. */
  void picture(Path file) throws java.io.IOException {
    JsonNode content = call("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
    Map<String, Object> clip =
        Map.of(
            "x",
            0,
            "y",
            0,
            "width",
            content.get("width"),
            "height",
            content.get("height"),
            "scale",
            1);
    JsonNode shot =
        call(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
  }

  /** Console lines, exceptions and log entries, the violations of the page's policy among them. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Addresses that were asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }
}
