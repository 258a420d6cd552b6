package io.forkscope.javaagent;

import io.forkscope.hook.AllocationRing;
import io.forkscope.hook.HookSink;
import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Turns what the hooks saw into events. Called by the host's threads; see {@link HookSink}. */
final class AllocationRecorder implements HookSink {
  /** How deep JFR's own frames are looked for; JFR's writer is at most about ten frames away. */
  private static final int FRAMES = 32;

  private final Instrumentation instrumentation;
  private final SiteTable sites;
  private final Addresses addresses;
  private final int alignment;
  private final boolean jdk;
  private final BiConsumer<String, String> forkPoints;
  private final LongAdder recordedObjects = new LongAdder();
  private final LongAdder recordedBytes = new LongAdder();
  private final LongAdder undecodable = new LongAdder();
  private final LongAdder failedHandOvers = new LongAdder();

  /**
   * Creates a recorder.
   *
   * @param forkPoints receives a fork point's name and how it was marked
   */
  AllocationRecorder(
      Instrumentation instrumentation,
      SiteTable sites,
      JvmFacts facts,
      boolean jdk,
      BiConsumer<String, String> forkPoints) {
    this.instrumentation = instrumentation;
    this.sites = sites;
    this.addresses = facts.addresses();
    this.alignment = facts.objectAlignment();
    this.jdk = jdk;
    this.forkPoints = forkPoints;
  }

  @Override
  public boolean handOver(AllocationRing ring, boolean last) {
    if (jdk && !last && isJfrAtWork()) {
      return false; // an event in the making must not meet another one in its thread's buffer
    }
    try {
      AllocationBatch batch = batch(ring);
      int count = ring.used();
      if (count > 0) {
        batch.under(ring.stamp());
      }
      for (int i = 0; i < count; i++) {
        add(batch, ring, i);
      }
      if (last) {
        batch.commit();
      }
      return true;
    } catch (Throwable thrown) { // the host must never see it: the batch is lost, and counted
      failedHandOvers.increment();
      return true;
    }
  }

  private void add(AllocationBatch batch, AllocationRing ring, int entry) {
    int siteNumber = ring.site(entry);
    long address = addresses.decode(ring.bits(entry));
    long bytes = sites.get(siteNumber).bytes(ring.extent(entry), alignment);
    if (address <= 0 || bytes <= 0) {
      undecodable.increment();
    } else {
      batch.add(siteNumber, address, bytes);
    }
  }

  private AllocationBatch batch(AllocationRing ring) {
    if (ring.batch() instanceof AllocationBatch batch && batch.recorder() == this) {
      return batch;
    }
    AllocationBatch batch = new AllocationBatch(this, ring.ownerId());
    ring.keepBatch(batch);
    return batch;
  }

  private static boolean isJfrAtWork() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .limit(FRAMES)
                    .anyMatch(frame -> frame.getClassName().startsWith("jdk.jfr.")));
  }

  @Override
  public int objectBytes(Object object) {
    return Math.toIntExact(instrumentation.getObjectSize(object));
  }

  @Override
  public void forkPoint(String name) {
    forkPoints.accept(name, "api");
  }

  @Override
  public void methodReturned(String name) {
    forkPoints.accept(name, "option:method");
  }

  SiteTable.Site site(int number) {
    return sites.get(number);
  }

  void recorded(long objects, long bytes) {
    recordedObjects.add(objects);
    recordedBytes.add(bytes);
  }

  long recordedObjects() {
    return recordedObjects.sum();
  }

  long recordedBytes() {
    return recordedBytes.sum();
  }

  long undecodable() {
    return undecodable.sum();
  }

  long failedHandOvers() {
    return failedHandOvers.sum();
  }
}
