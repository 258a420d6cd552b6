package io.forkscope.models.redis;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.HeapAllocator;
import io.forkscope.models.allocator.Jemalloc;
import java.util.ArrayList;
import java.util.List;

/** One simulated process of a Redis server: the one that serves, or the child that saves. */
final class RedisProcess implements RuntimeProcess {

  /** Bytes of the longest text that is never compressed. */
  private static final int SHORT_TEXT = 20;

  private final Scenario plan;
  private final ProcessMemory memory;
  private final ObservedAddresses told;
  private final List<RedisData> populations;
  private HeapAllocator heap;
  private final Keyspace keys;
  private final MainTable table;
  private final List<RedisLoad> loads = new ArrayList<>();
  private RedisServer server;
  private RedisSave save;
  private long newKeys;

  RedisProcess(Scenario plan, ProcessMemory memory, ObservedAddresses told) {
    this.plan = plan;
    this.memory = memory;
    this.told = told;
    this.populations = RedisModel.check(plan);
    RedisStart.lay(memory);
    this.heap = heap(plan, memory);
    this.keys = new Keyspace();
    this.table = new MainTable(memory, heap, plan.seed());
    this.server = new RedisServer(memory, heap, keys, table, true, 0);
    this.save = new RedisSave(memory, keys, heap, false, 0, 0);
    bindActions();
  }

  private RedisProcess(RedisProcess parent, ProcessMemory memory) {
    this.plan = parent.plan;
    this.memory = memory;
    this.told = parent.told;
    this.populations = parent.populations;
    // a child that only saves looks its keys through once, below
    boolean acts = plan.fork().acting() != ForkPlan.Acting.PARENT;
    this.heap = acts ? parent.heap.fork(memory) : parent.heap;
    this.keys = acts ? new Keyspace(parent.keys) : parent.keys;
    this.table = acts ? new MainTable(parent.table, memory, heap, plan.seed()) : parent.table;
    this.server = new RedisServer(memory, heap, keys, table, false, RedisModel.pipeline(plan));
    boolean dismisses = !RedisModel.libc(plan) && !RedisModel.hugePages(plan);
    this.save = new RedisSave(memory, keys, heap, dismisses, tablePages(), plan.seed());
    bindActions();
  }

  /**
   * Names and texts of up to 20 bytes are not compressed; a hash, and each node of a list, is one
   * text: Redis 7.0.15 src/rdb.c, rdbSaveRawString and rdbSaveObject.
   */
  private int tablePages() {
    if (!RedisModel.compresses(plan)) {
      return 0;
    }
    int most = 0;
    for (RedisData data : populations) {
      if (data.names().length(data.count() - 1) > SHORT_TEXT) {
        most = Math.max(most, Math.min(data.count(), RedisStart.DIGIT_PAGES));
      }
      if (data.dumpedBytes() > SHORT_TEXT && data.count() > 0) {
        double texts = data.isSame() ? 1 : data.count();
        double pages =
            RedisStart.TABLE_PAGES
                * -Math.expm1(-texts * (data.dumpedBytes() - 2) / RedisStart.TABLE_PAGES);
        most = Math.max(most, data.isPopulate() ? RedisStart.DIGIT_PAGES : (int) pages);
      }
    }
    return most;
  }

  private static HeapAllocator heap(Scenario plan, ProcessMemory memory) {
    if (RedisModel.libc(plan)) {
      return new LibcHeap(memory);
    }
    Jemalloc heap =
        new Jemalloc(
            memory,
            RedisCauses.ALLOCATOR,
            RedisStart.HEAP,
            RedisStart.heapBytes(plan, RedisData.of(plan)),
            RedisModel.hugePages(plan) ? PageSize.THP_2M : PageSize.BASE_4K,
            plan.seed());
    if (RedisModel.hugePages(plan)) {
      heap.reserve(RedisStart.HEAP_PAGES); // only there it matters where the heap ends
    }
    return heap;
  }

  private void bindActions() {
    for (Step step : plan.actions()) {
      loads.add(new RedisLoad(plan, populations, step, loads.size()));
    }
  }

  @Override
  public void build() {
    new RedisBuilder(populations, keys, table, server).build();
    int index = loads.size();
    for (Step step : plan.preparations()) {
      take(new RedisLoad(plan, populations, step, index++));
    }
    server.sendReplies();
    table.settle();
    heap.purge();
    if (!told.isEmpty()) {
      int longestName =
          populations.stream().mapToInt(d -> d.names().length(d.count() + newKeys)).max().orElse(0);
      heap = new RedisToldPlacement(told, memory, keys, heap).place(longestName);
    }
    server = new RedisServer(memory, heap, keys, table, false, RedisModel.pipeline(plan));
  }

  @Override
  public RuntimeProcess fork(ProcessMemory childMemory, int childIndex) {
    return new RedisProcess(this, childMemory);
  }

  @Override
  public void afterFork(boolean isChild) {
    RedisStart.fork(memory, isChild, arenas());
  }

  private int arenas() {
    return RedisModel.libc(plan) ? 0 : table.bytes() >= Jemalloc.OVERSIZE_BYTES ? 2 : 1;
  }

  @Override
  public void request(long request) {
    if (request == 0) {
      RedisStart.serve(memory);
    }
    loads.forEach(this::take);
  }

  @Override
  public void meanwhile(long request) {
    save.until((request + 1.0) / plan.requests().count());
  }

  private void take(RedisLoad load) {
    if (load.isNothing()) {
      return;
    }
    RedisNames names = load.data().names();
    if (load.makesKeys()) {
      int key = keys.count();
      keys.extend(1);
      server.set(key, names.length(load.data().count() + newKeys++), load.bytes());
      return;
    }
    if (load.data().count() == 0) {
      return;
    }
    long number = load.nextKey();
    int key = load.made(number);
    int length = names.length(number);
    switch (load.verb()) {
      case "get" -> server.read(3, length);
      case "set" -> set(load, key, length);
      case "delete" -> server.delete(key, length);
      case "set-range" -> server.setRange(key, length, load.offset(), load.bytes());
      case "append" -> server.append(key, length, load.bytes());
      case "increment" -> server.increment(key, length);
      case "set-field" ->
          server.setField(key, length, load.field(), load.data().fieldBytes(), load.data().bytes());
      case "push" -> server.push(key, length, load.data().bytes());
      default -> throw new IllegalArgumentException("unknown action " + load.verb());
    }
  }

  private void set(RedisLoad load, int key, int nameLength) {
    if (load.data().kind().equals("integer")) {
      server.setInteger(key, nameLength, RedisData.INTEGER_DIGITS);
    } else {
      server.set(key, nameLength, load.bytes());
    }
  }
}
