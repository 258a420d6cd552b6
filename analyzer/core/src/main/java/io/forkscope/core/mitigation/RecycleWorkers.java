package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import java.util.TreeSet;

/** Workers replaced by fresh forks ten times as often as the scenario is long. */
final class RecycleWorkers implements Mitigation {

  private static final long LIVES = 10;

  @Override
  public String id() {
    return "recycle-workers";
  }

  @Override
  public String sentence() {
    return "Replace each worker by a fresh fork after a tenth of the scenario's requests.";
  }

  @Override
  public String cost() {
    return "A fork and cold caches per period; first uses are paid again by each new worker.";
  }

  @Override
  public String evidence() {
    return "gunicorn max_requests, uWSGI max-requests, PHP-FPM pm.max_requests: what a worker has"
        + " broken is freed when it ends. Loss that comes at once is not avoided.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return scenario.requests().count() >= LIVES
        && scenario.requests().recycleAfter() == 0
        && scenario.fork().acting() == ForkPlan.Acting.CHILDREN;
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    Requests requests = scenario.requests();
    long period = requests.count() / LIVES;
    TreeSet<Long> marks = new TreeSet<>(requests.marks());
    marks.add(period); // the end of a life, when it has lost most
    return scenario.withRequests(new Requests(requests.count(), marks.stream().toList(), period));
  }
}
