package io.forkscope.models.redis;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ServerReport;
import io.forkscope.core.model.ServerSession;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A client that fills a real server, lets it save, and goes on with its load meanwhile. */
final class RedisSession implements ServerSession {

  private static final long POLL_MILLIS = 50;
  private static final int PAGE = 4096;

  /** How long a save is stretched, so that the child is there when it is looked for. */
  private static final double SAVE_SECONDS = 1;

  /**
   * The same where the load keeps step with the save: long enough that a busy machine, which stops
   * the child tenths of a second too late, does not let it get far ahead, and short beside the ten
   * seconds after which jemalloc gives pages back (opt.dirty_decay_ms), which is not modelled.
   */
  private static final double STEPPED_SAVE_SECONDS = 3;

  /** What a usleep of one microsecond takes, with the kernel's timer slack of 50: measured. */
  private static final double SHORTEST_SLEEP_SECONDS = 60e-6;

  private final RespConnection server;
  private final Scenario scenario;
  private final long patienceMillis;
  private final List<RedisData> populations;
  private final List<RedisLoad> loads = new ArrayList<>();
  private final RedisCommands commands;

  RedisSession(RespConnection server, Scenario scenario, Duration patience) {
    this.server = server;
    this.scenario = scenario;
    this.patienceMillis = patience.toMillis();
    this.populations = RedisModel.check(scenario);
    this.commands = new RedisCommands(server, populations, RedisModel.pipeline(scenario));
    for (Step step : scenario.actions()) {
      loads.add(new RedisLoad(scenario, populations, step, loads.size()));
    }
  }

  @Override
  public void build() throws IOException {
    for (RedisData data : populations) {
      commands.make(data);
    }
    for (RedisData data : populations) {
      commands.deleteAllButEach(data);
    }
    int index = loads.size();
    for (Step step : scenario.preparations()) {
      commands.take(new RedisLoad(scenario, populations, step, index++));
    }
    server.exchange();
    awaitRehash();
    if (!RedisModel.libc(scenario)) {
      server.call("MEMORY", "PURGE");
    }
    server.call("CONFIG", "SET", "rdb-key-save-delay", Long.toString(delay()));
  }

  /** The cron moves the rest of the buckets, a millisecond in each of its ten turns a second. */
  private void awaitRehash() throws IOException {
    for (long waited = 0; isRehashing(); waited += POLL_MILLIS) {
      pause(waited, "to end its rehashing");
    }
  }

  private boolean isRehashing() throws IOException {
    return server.call("DEBUG", "HTSTATS", "0").contains("rehashing target");
  }

  private void pause(long waited, String what) throws IOException {
    if (waited > patienceMillis) {
      throw new IOException("the server needed more than " + patienceMillis / 1000 + " s " + what);
    }
    LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
  }

  /** A sleep of so many microseconds after each key; below zero, of one after each -n-th. */
  private long delay() {
    long keys = Math.max(1, populations.stream().mapToLong(RedisData::count).sum());
    double seconds = (childMatters() ? STEPPED_SAVE_SECONDS : SAVE_SECONDS) / keys;
    return seconds > SHORTEST_SLEEP_SECONDS
        ? Math.round(1e6 * (seconds - SHORTEST_SLEEP_SECONDS)) + 1
        : -Math.round(SHORTEST_SLEEP_SECONDS / seconds);
  }

  @Override
  public ObservedAddresses tell(long pid) throws IOException {
    long keys = Long.parseLong(server.call("DBSIZE"));
    return new RedisTeller(ServerMemory.read(pid), populations).tell(keys);
  }

  @Override
  public void fork() throws IOException {
    server.call("BGSAVE");
  }

  @Override
  public boolean childMatters() {
    return populations.stream().anyMatch(d -> d.dumpedBytes() >= PAGE / 2)
        && !RedisModel.libc(scenario)
        && !RedisModel.hugePages(scenario);
  }

  /** From the bytes that the child has written, of those that its texts will take. */
  @Override
  public double childProgress(long pid) throws IOException {
    double expected = 0;
    for (RedisData data : populations) {
      boolean small = data.isPopulate() && RedisModel.compresses(scenario);
      double text = small ? data.bytes() / 88.0 + 30 : data.dumpedBytes();
      expected += data.count() * (text + 24);
    }
    Path written = Path.of("/proc", Long.toString(pid), "io");
    try {
      for (String line : Files.readAllLines(written)) {
        if (line.startsWith("wchar: ")) {
          return Math.min(1, Long.parseLong(line, 7, line.length(), 10) / expected);
        }
      }
    } catch (NoSuchFileException e) {
      throw new IOException(
          "the save ended before the load, which was to keep step with it; this machine is too busy",
          e);
    }
    throw new IOException("the child's /proc/PID/io does not say what it wrote");
  }

  @Override
  public void request(long from, long to) throws IOException {
    for (long i = from; i < to; i++) {
      for (RedisLoad load : loads) {
        commands.take(load);
      }
    }
    server.exchange();
  }

  @Override
  public ServerReport finish() throws IOException {
    for (long waited = 0; ; waited += POLL_MILLIS) {
      Map<String, String> now = info();
      if ("0".equals(now.get("rdb_bgsave_in_progress"))) {
        return reported(now);
      }
      pause(waited, "to save");
    }
  }

  private static ServerReport reported(Map<String, String> now) throws IOException {
    if (!"ok".equals(now.get("rdb_last_bgsave_status"))) {
      throw new IOException("the child did not save: it failed or was killed");
    }
    return new ServerReport(
        number(now, "rdb_last_cow_size") / PAGE, 1000 * number(now, "latest_fork_usec"));
  }

  private static long number(Map<String, String> fields, String name) throws IOException {
    try {
      return Long.parseLong(fields.getOrDefault(name, ""));
    } catch (NumberFormatException e) {
      throw new IOException("the server's INFO does not say " + name, e);
    }
  }

  private Map<String, String> info() throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (String line : server.call("INFO").lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return fields;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
