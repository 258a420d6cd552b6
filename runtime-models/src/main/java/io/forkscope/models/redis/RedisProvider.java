package io.forkscope.models.redis;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.ServerDriver;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/** Offers the model of Redis 7.0's snapshots. */
public final class RedisProvider implements RuntimeModelProvider {

  private static final List<String> VERSIONS = List.of("7.0");

  /** For {@link java.util.ServiceLoader}. */
  public RedisProvider() {}

  @Override
  public String id() {
    return "redis";
  }

  @Override
  public List<String> versions() {
    return VERSIONS;
  }

  @Override
  public String description() {
    return "Redis 7.0 serving commands while a forked child saves: jemalloc, dict, strings, hashes,"
        + " lists";
  }

  @Override
  public List<Cause> causes() {
    return RedisCauses.all();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(
        new ModelOption(
            RedisModel.MALLOC, "jemalloc, or libc as a build with MALLOC=libc", "jemalloc"),
        new ModelOption(
            RedisModel.PIPELINE,
            "commands that the client sends together while the child lives: a number, or full for as"
                + " many as fill a read of the server's; with a rate, what is due each ms",
            "full"),
        new ModelOption(
            RedisModel.RATE,
            "requests a second while the child lives; its save takes their number divided by it",
            "not said"),
        new ModelOption(
            RedisModel.HUGE_PAGES,
            "on: transparent huge pages for the heap (always, and disable-thp no)",
            "off"),
        new ModelOption(
            RedisModel.COMPRESSION, "off: texts are saved as they are (rdbcompression no)", "on"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes the pages that an idle redis-server 7.0.15 of Debian 12 and its child write",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that the server has idled before the save: rehashing done, free pages given"
                + " back to the kernel",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes one client, whose commands come evenly over the life of the child",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes one thread and the arenas that jemalloc gives it, at addresses of the model's choice",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "Redis 7.0.15 src/db.c, t_string.c, t_hash.c, t_list.c, object.c, sds.c, dict.c,"
            + " listpack.c, quicklist.c, networking.c (what is taken, freed and written)",
        "Redis 7.0.15 src/rdb.c, server.c, childinfo.c, zmalloc.c (the child, its dismissed memory,"
            + " its count of copied pages)",
        "jemalloc 5.3.0 src/sc.c, tcache.c, arena.c, pac.c, eset.c, extent.c (placement)",
        "measured: redis-server 5:7.0.15-1~deb12u10 with libjemalloc2 5.3.0-1, pages by frame"
            + " number, Linux 6.18");
  }

  @Override
  public Vocabulary vocabulary() {
    return RedisVocabulary.words();
  }

  @Override
  public RuntimeModel create(String version) {
    checkVersion(version);
    return new RedisModel(ObservedAddresses.NONE);
  }

  @Override
  public Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    checkVersion(version);
    return Optional.of(new RedisModel(told));
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.empty();
  }

  @Override
  public Optional<ServerDriver> server() {
    return Optional.of(new RedisDriver());
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    checkVersion(version);
    return RedisCases.expand(caseName, version, count);
  }

  private static void checkVersion(String version) {
    Nearest.check("Redis version", version, VERSIONS);
  }
}
