package io.forkscope.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A program whose slow-down by the agent is measured: for each line of standard input it does one
 * round of fixed work and answers with the processor time of the whole process and the elapsed time
 * that it took, in nanoseconds. A round takes some tenths of a second, since the JVM reads its
 * processor time in steps of 10 ms.
 */
public final class AgentWorkload {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AgentWorkload() {}

  /**
   * Works.
   *
   * @param args {@code javac}, {@code json} or {@code http}
   */
  public static void main(String[] args) throws Exception {
    OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class); // of the whole process
    Callable<?> round = round(args[0]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready " + system.getProcessCpuTime());
    while (in.readLine() != null) {
      long cpu = system.getProcessCpuTime();
      long elapsed = System.nanoTime();
      round.call();
      elapsed = System.nanoTime() - elapsed;
      System.out.println(system.getProcessCpuTime() - cpu + " " + elapsed);
    }
    System.exit(0); // the HTTP server's threads
  }

  private static Callable<?> round(String name) throws IOException {
    return switch (name) {
      case "javac" -> javac();
      case "json" -> () -> json(20_000);
      case "http" -> http();
      default -> throw new IllegalArgumentException("no workload " + name);
    };
  }

  /** Compiles a code base of 30 classes, as {@code javac} would: from files, to files. */
  private static Callable<?> javac() throws IOException {
    Path folder = Files.createTempDirectory("forkscope-overhead");
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", folder.toString()));
    for (int i = 0; i < 30; i++) {
      Path source = folder.resolve("Part" + i + ".java");
      Files.writeString(source, source(i));
      arguments.add(source.toString());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    return () -> {
      for (int i = 0; i < 3; i++) {
        if (compiler.run(null, null, null, arguments.toArray(new String[0])) != 0) {
          throw new IllegalStateException("the code base does not compile");
        }
      }
      return folder;
    };
  }

  private static String source(int i) {
    StringBuilder text = new StringBuilder("import java.util.*;\nfinal class Part" + i + " {\n");
    for (int m = 0; m < 12; m++) {
      text.append(
          String.format(
              Locale.ROOT,
              "static Map<String, List<Integer>> m%d(int n) { var r = new TreeMap<String,"
                  + " List<Integer>>(); for (int i = 0; i < n; i++) {"
                  + " r.computeIfAbsent(\"k\" + i %% %d, k -> new ArrayList<>()).add(i * %d); }"
                  + " return r; }%n",
              m,
              m + 2,
              i + m));
    }
    return text.append("}\n").toString();
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException left) {
      System.err.println("left behind: " + left);
    }
  }

  /** Writes and reads documents with Jackson, and sorts what came back into collections. */
  private static int json(int documents) throws IOException {
    Map<String, List<Object>> sorted = new TreeMap<>();
    for (int i = 0; i < documents; i++) {
      Map<?, ?> back = JSON.readValue(JSON.writeValueAsBytes(document(i)), Map.class);
      sorted.computeIfAbsent("k" + i % 50, key -> new ArrayList<>()).add(back);
    }
    return sorted.size();
  }

  private static Map<String, Object> document(int i) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      lines.add(Map.of("article", "a" + n * i, "amount", n + 1, "price", i / 7.0));
    }
    return Map.of("id", i, "name", "customer " + i, "tags", List.of("x", "y"), "lines", lines);
  }

  /** The JDK's HTTP server and client in one process; each answer is a JSON document. */
  private static Callable<?> http() throws IOException {
    // Without it an answer waits 40 ms for an acknowledgement (RFC 896 against RFC 1122 4.2.3.2).
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = JSON.writeValueAsBytes(document(exchange.getRequestURI().hashCode()));
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.start();
    HttpClient client = HttpClient.newHttpClient();
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    return () -> {
      int total = 0;
      for (int i = 0; i < 1_000; i++) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + i)).build();
        byte[] body = client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        total += JSON.readTree(body).size();
      }
      return total;
    };
  }
}
