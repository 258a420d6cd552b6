package io.forkscope.models.cpython;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;

/**
 * Spells a scenario of served requests as an application of {@code gunicorn --preload}: one file
 * that gunicorn reads as its configuration and imports as the application, and that, run by itself,
 * is the client.
 *
 * <p>The master stops itself before its first fork, a worker when it is ready and after the
 * requests at which pages are counted. A page that the master writes first is never copied for the
 * worker, so a worker is counted as ready only when the master has gone through what it does
 * meanwhile: a round of its loop, once a second, and a SIGCHLD, which each stop of a worker sends.
 * The client sends one request at a time to 127.0.0.1, a bounded number in a bounded time, and then
 * stops the master.
 */
final class GunicornProgram {

  /** The CPython it was measured on, Debian 12's, as were loops of 3.11 that serve requests. */
  static final String PYTHON = "3.11.2";

  /**
   * Containers that the master makes after it has loaded the application, and each worker before
   * its first request and in it, beyond those of the requests that follow: gc.get_count() there in
   * nine workers of five applications, gunicorn 20.1.0 on 3.11.2 (33 to 34, 2 to 3, 21 to 25).
   */
  static final int MASTER_CONTAINERS = 34;

  static final int WORKER_CONTAINERS = 2;
  static final int FIRST_REQUEST_CONTAINERS = 23;

  /** Requests that the client sends at most, for each that is wanted of each worker. */
  private static final int MOST_PER_WANTED = 50;

  private static final int MOST_SECONDS = 600;

  /** In which the master, told of a child's change of state, takes a round of its loop. */
  private static final double SETTLE_SECONDS = 1.5;

  private final Scenario scenario;

  private GunicornProgram(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Whether a scenario is to be served by gunicorn. */
  static boolean serves(Scenario scenario) {
    return scenario.options().getOrDefault("server", "none").equals("gunicorn");
  }

  /**
   * The source text.
   *
   * @param application lines that build the data and prepare the process
   * @param request an expression that serves one request and gives the reply's text
   */
  static String of(Scenario scenario, List<String> application, String request) {
    return new GunicornProgram(scenario).text(application, request);
  }

  /** Refuses what gunicorn cannot be asked to do. */
  static void check(Scenario scenario) {
    boolean oneServe =
        scenario.actions().size() == 1 && scenario.actions().get(0).verb().equals("serve");
    boolean recyclesMany =
        scenario.requests().recycleAfter() > 0 && scenario.fork().children() != 1;
    if (!oneServe || scenario.fork().acting() != ForkPlan.Acting.CHILDREN || recyclesMany) {
      throw new IllegalArgumentException(
          "server: gunicorn takes one action, serve, by the children; one child if they are"
              + " recycled");
    }
  }

  private String text(List<String> application, String request) {
    check(scenario);
    List<String> lines = new ArrayList<>(List.of("import os, sys", "if __name__ == '__config__':"));
    configuration().forEach(line -> lines.add("    " + line));
    lines.add("elif __name__ == '__main__':");
    client().forEach(line -> lines.add("    " + line));
    lines.add("else:");
    application.forEach(line -> lines.add("    " + line));
    lines.addAll(
        List.of(
            "    def application(environ, start_response):",
            "        body = " + request + ".encode()",
            "        start_response('200 OK', [('Content-Type', 'application/json'),",
            "            ('Content-Length', str(len(body))), ('X-Worker', str(os.getpid()))])",
            "        return [body]"));
    return String.join("\n", lines) + "\n";
  }

  private List<String> configuration() {
    Requests requests = scenario.requests();
    long recycle = requests.recycleAfter();
    return List.of(
        "import signal, time",
        "bind = '127.0.0.1:0'; timeout = 0; loglevel = 'error'",
        "workers = " + scenario.fork().children() + "; max_requests = " + recycle,
        "MARKS = frozenset(" + requests.marks() + ")",
        "served = [0, True]",
        "def stop(): os.kill(os.getpid(), signal.SIGSTOP)",
        "def settle(): os.kill(os.getppid(), signal.SIGCHLD); time.sleep(" + SETTLE_SECONDS + ")",
        "def when_ready(server):",
        "    port = server.LISTENERS[0].getsockname()[1]",
        "    client = [sys.executable, '-I', '-S', __file__, str(port), str(os.getpid())]",
        "    os.posix_spawn(sys.executable, client, os.environ)",
        "def pre_fork(server, worker):",
        recycle > 0 ? "    stop()" : "    if worker.age == 1: stop()",
        "def post_worker_init(worker):",
        "    served[0] = " + (recycle > 0 ? "(worker.age - 1) * " + recycle : "0"),
        "    settle(); stop()",
        "    if served[0] == 0 and 0 in MARKS: stop()",
        "def post_request(worker, req, environ, resp):",
        "    served[0] += 1",
        "    if served[0] in MARKS: stop()");
  }

  private List<String> client() {
    long wanted = scenario.requests().count();
    int workers = scenario.requests().recycleAfter() > 0 ? 1 : scenario.fork().children();
    String worker =
        scenario.requests().recycleAfter() > 0 ? "0" : "reply.split(b'X-Worker: ')[1].split()[0]";
    return List.of(
        "import signal, socket, time",
        "port, master = int(sys.argv[1]), int(sys.argv[2])",
        "done, end, sent = {}, time.time() + " + MOST_SECONDS + ", 0",
        "most = " + Math.multiplyExact(wanted * workers, (long) MOST_PER_WANTED),
        "while (len(done) < " + workers + " or min(done.values()) < " + wanted + "):",
        "    if time.time() > end or sent == most:",
        "        sys.stderr.write('the client gave up after %d requests\\n' % sent); break",
        "    with socket.create_connection(('127.0.0.1', port), 60) as s:",
        "        s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')",
        "        reply = b''.join(iter(lambda: s.recv(65536), b''))",
        "    sent += 1",
        "    worker = " + worker,
        "    done[worker] = done.get(worker, 0) + 1",
        "os.kill(master, signal.SIGTERM)");
  }
}
