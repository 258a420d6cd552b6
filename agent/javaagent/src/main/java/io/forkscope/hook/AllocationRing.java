package io.forkscope.hook;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The allocations of one thread that have not been handed over yet.
 *
 * <p>Only its thread adds. Whoever hands over holds the ring's lock: normally its thread, when it
 * is full or the clock moved on; the agent's thread, when its thread is dead or recording stops.
 */
public final class AllocationRing {
  /** Entries; two longs each, so 16 KiB a thread. */
  static final int CAPACITY = 1024;

  /** A stamp that the clock never shows: the next allocation looks closer. */
  private static final long NEVER = Long.MIN_VALUE;

  private final Object[] slot = new Object[1];

  /** The same array, typed so that the JIT forgets what it holds; see {@link ReferenceBits}. */
  private final Object untypedSlot = slot;

  private final long[] entries = new long[2 * CAPACITY];
  private final WeakReference<Thread> owner;
  private final long ownerId;

  /** Linked by the hook's list of rings, guarded by its lock. */
  @Nullable AllocationRing next;

  /** Written only by {@link ReferenceBits#publishUsed}. */
  private int used;

  private long stamp = NEVER;

  /** {@link #CAPACITY}, or 0 while this thread works for the recorder: nothing fits then. */
  private int limit = CAPACITY;

  private boolean drained;
  private long unrecorded;
  private @Nullable Object batch;

  AllocationRing(Thread owner) {
    this.owner = new WeakReference<>(owner);
    this.ownerId = AllocationHook.threadId(owner);
  }

  void add(Object allocated, int site, int extent) {
    int n = used;
    if (n >= limit || stamp != AllocationHook.stamp) {
      if (!makeRoom()) {
        return;
      }
      n = used;
    }
    slot[0] = allocated;
    entries[2 * n] = ReferenceBits.ofFirstSlot(untypedSlot);
    slot[0] = null; // no object lives longer because of us
    entries[2 * n + 1] = (long) site << 32 | extent;
    ReferenceBits.publishUsed(this, n + 1);
  }

  /** Hands over what is there; false if the allocation at hand cannot be recorded. */
  private boolean makeRoom() {
    HookSink sink = AllocationHook.sink;
    if (limit == 0 || sink == null) {
      unrecorded++;
      return false;
    }
    limit = 0;
    try {
      long now = AllocationHook.stamp;
      synchronized (this) {
        if (used > 0 && !drained && !sink.handOver(this, false)) {
          unrecorded++;
          return false;
        }
        drained = false;
        ReferenceBits.publishUsed(this, 0);
        stamp = now;
      }
      return true;
    } catch (Throwable thrown) { // the host must never see it; the sink has counted what is lost
      ReferenceBits.publishUsed(this, 0);
      return false;
    } finally {
      limit = CAPACITY;
    }
  }

  int measure(HookSink sink, Object allocated) {
    if (limit == 0) {
      return 0;
    }
    limit = 0;
    try {
      return sink.objectBytes(allocated);
    } finally {
      limit = CAPACITY;
    }
  }

  /** Keeps hooks of this thread out while {@code work} runs in it. */
  void shield(Runnable work) {
    int before = limit;
    limit = 0;
    try {
      work.run();
    } finally {
      limit = before;
    }
  }

  /** Hands over from another thread than the owner's; at most its entry in the making is lost. */
  void drain(HookSink sink) {
    synchronized (this) {
      if (!drained) {
        drained = sink.handOver(this, true);
      }
    }
  }

  boolean isOrphan() {
    Thread thread = owner.get();
    return thread == null || !thread.isAlive();
  }

  /** Entries to be handed over. */
  public int used() {
    return ReferenceBits.readUsed(this);
  }

  /** The raw bits of the reference of an entry. */
  public long bits(int entry) {
    return entries[2 * entry];
  }

  /** The site of an entry. */
  public int site(int entry) {
    return (int) (entries[2 * entry + 1] >>> 32);
  }

  /** The bytes of an object, or the length of an array. */
  public int extent(int entry) {
    return (int) entries[2 * entry + 1];
  }

  /** The clock's stamp under which all entries were added. */
  public long stamp() {
    return stamp;
  }

  /** The Java id of the thread. */
  public long ownerId() {
    return ownerId;
  }

  /** Allocations that could not be recorded, since the ring exists. */
  public long unrecorded() {
    return unrecorded;
  }

  /** What the sink keeps between two hand-overs. */
  public @Nullable Object batch() {
    return batch;
  }

  /** Keeps something between two hand-overs. */
  public void keepBatch(Object kept) {
    batch = kept;
  }
}
