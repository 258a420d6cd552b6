package io.forkscope.models.redis;

import io.forkscope.core.model.ServerDriver;
import io.forkscope.core.model.ServerSession;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs scenarios on a real redis-server, reachable through a Unix socket only. */
final class RedisDriver implements ServerDriver {

  private static final String SOCKET = "redis.sock";

  @Override
  public List<String> executables(String version) {
    return List.of("redis-server");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("--version");
  }

  @Override
  public List<String> command(Path executable, Path workDirectory, Scenario scenario) {
    List<String> command = new ArrayList<>();
    if (RedisModel.libc(scenario)) {
      // the first malloc that the loader finds is glibc's, not that of the jemalloc linked with
      command.addAll(List.of("/usr/bin/env", "LD_PRELOAD=libc.so.6"));
    }
    if (RedisModel.hugePages(scenario) && !RedisModel.libc(scenario)) {
      // where the system's setting is madvise, jemalloc has to ask for huge pages
      command.addAll(List.of("/usr/bin/env", "MALLOC_CONF=thp:always"));
    }
    command.addAll(
        List.of(
            executable.toString(),
            "--port",
            "0",
            "--unixsocket",
            workDirectory.resolve(SOCKET).toString(),
            "--dir",
            workDirectory.toString(),
            "--save",
            "",
            "--appendonly",
            "no",
            "--daemonize",
            "no",
            "--disable-thp",
            RedisModel.hugePages(scenario) ? "no" : "yes",
            "--rdbcompression",
            RedisModel.compresses(scenario) ? "yes" : "no",
            "--enable-debug-command",
            "local"));
    return command;
  }

  @Override
  public long requestsPerSecond(Scenario scenario) {
    return RedisModel.rate(scenario);
  }

  @Override
  public ServerSession connect(Path workDirectory, Scenario scenario, Duration patience)
      throws IOException {
    return new RedisSession(
        RespConnection.open(workDirectory.resolve(SOCKET), patience), scenario, patience);
  }
}
