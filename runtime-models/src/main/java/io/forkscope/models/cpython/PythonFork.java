package io.forkscope.models.cpython;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.Recycling;
import java.util.ArrayList;
import java.util.List;

/** Spells the fork of a scenario and what each side does after it. */
final class PythonFork {
  private final Scenario scenario;
  private final List<String> request;

  /** With the calls of one request. */
  PythonFork(Scenario scenario, List<String> request) {
    this.scenario = scenario;
    this.request = request;
  }

  List<String> lines() {
    if (scenario.requests().recycleAfter() > 0) {
      return recycled();
    }
    boolean parentActs = scenario.fork().acting() != ForkPlan.Acting.CHILDREN;
    if (!parentActs
        && scenario.fork().children() == 1
        && ProgramKind.of(scenario) == ProgramKind.PLAIN) {
      return alone();
    }
    List<String> lines = new ArrayList<>();
    lines.add("pids = []; step = 'act'");
    if (parentActs) {
      lines.add("r1, w1 = os.pipe()");
    }
    lines.add("for _ in range(" + scenario.fork().children() + "):");
    lines.add("    pid = os.fork()");
    lines.add("    if pid == 0:");
    lines.addAll(indented(child(), 2));
    lines.add("    pids.append(pid)");
    if (parentActs) {
      lines.addAll(serve());
      lines.add("os.close(w1)");
    }
    lines.addAll(
        List.of(
            "status = 0",
            "for pid in pids:",
            "    status |= os.waitpid(pid, 0)[1]",
            "os._exit(1 if status else 0)"));
    return lines;
  }

  /**
   * One child, as the harness forks it: a list or an iterator that is made after the populations
   * lies among their last objects, and keeps an arena when these are deleted.
   */
  private List<String> alone() {
    List<String> lines = new ArrayList<>(List.of("step = 'act'; pid = os.fork()", "if pid == 0:"));
    lines.addAll(indented(child(), 1));
    lines.add("status = os.waitpid(pid, 0)[1]");
    lines.add("os._exit(1 if status else 0)");
    return lines;
  }

  private List<String> child() {
    return switch (scenario.fork().acting()) {
      case CHILDREN -> with(found(serve()), "os._exit(0)");
      case PARENT -> List.of("os.close(w1)", "os.read(r1, 1); os._exit(0)");
      case BOTH -> {
        List<String> lines = new ArrayList<>(List.of("os.close(w1)"));
        lines.addAll(serve());
        // It stays until the parent has finished: pages count as shared while both live.
        lines.add("os.read(r1, 1); os._exit(0)");
        yield lines;
      }
    };
  }

  /** After its first mark a child looks at which step it takes, as the harness's does. */
  private List<String> found(List<String> served) {
    if (ServeActions.serves(scenario)) {
      return served;
    }
    List<String> lines = new ArrayList<>(served);
    lines.add(1, "if step.startswith('order'): pass");
    return lines;
  }

  /** Marks and requests of one acting process. */
  private List<String> serve() {
    List<String> lines = new ArrayList<>(List.of("mark()"));
    long done = 0;
    for (long mark : scenario.requests().marks()) {
      lines.addAll(requests(mark - done));
      lines.add("mark()");
      done = mark;
    }
    return lines;
  }

  private List<String> requests(long count) {
    if (count == 1) {
      return request;
    }
    List<String> lines = new ArrayList<>();
    if (count > 1) {
      lines.add("for _ in range(" + count + "):");
      lines.addAll(indented(request, 1));
    }
    return lines;
  }

  /**
   * Worker slots: workers serve their shares of requests and end, and the parent marks itself and
   * forks the next ones. Each worker marks itself first; then a slot's marks go on from worker to
   * worker.
   */
  private List<String> recycled() {
    Recycling.check(scenario, true);
    List<String> lines = new ArrayList<>();
    lines.add("marks = " + scenario.requests().marks());
    lines.add("done = 0");
    lines.add("status = 0");
    lines.add("while done < " + scenario.requests().count() + ":");
    lines.add(
        "    share = min("
            + scenario.requests().recycleAfter()
            + ", "
            + scenario.requests().count()
            + " - done)");
    lines.add("    if done: mark()");
    lines.add("    pids = []");
    lines.add("    for _ in range(" + scenario.fork().children() + "):");
    lines.add("        pid = os.fork()");
    lines.add("        if pid == 0:");
    lines.add("            mark()");
    lines.add("            if done == 0 and 0 in marks: mark()");
    lines.add("            for k in range(done + 1, done + share + 1):");
    lines.addAll(indented(request, 4));
    lines.add("                if k in marks: mark()");
    lines.add("            os._exit(0)");
    lines.add("        pids.append(pid)");
    lines.add("    for pid in pids:");
    lines.add("        status |= os.waitpid(pid, 0)[1]");
    lines.add("    done += share");
    lines.add("os._exit(1 if status else 0)");
    return lines;
  }

  private static List<String> with(List<String> lines, String last) {
    List<String> all = new ArrayList<>(lines);
    all.add(last);
    return all;
  }

  private static List<String> indented(List<String> lines, int levels) {
    return lines.stream().map(line -> "    ".repeat(levels) + line).toList();
  }
}
