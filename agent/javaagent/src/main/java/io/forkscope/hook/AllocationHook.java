package io.forkscope.hook;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What instrumented code calls. Nothing here throws, waits for another thread, or calls itself
 * again through code that it instruments.
 */
public final class AllocationHook {
  /** Where hand-overs go; absent while nothing is recorded. */
  static volatile @Nullable HookSink sink;

  /** Phase in the upper, epoch in the lower half; a ring never mixes two stamps. */
  static volatile long stamp;

  private static final ThreadLocal<AllocationRing> RINGS = CarrierThreads.threadLocal();

  /** Bytes of the objects of each site; 0 as long as none was seen. */
  private static volatile int[] siteBytes = new int[1024];

  /** A stamp that no clock shows. */
  private static final long CLOSED = -1;

  private static final Object LOCK = new Object();
  private static @Nullable AllocationRing rings;
  private static long unrecordedByTheDead;

  private AllocationHook() {}

  /** An object was allocated and its constructor has returned. */
  public static void object(Object allocated, int site) {
    AllocationRing ring = RINGS.get();
    if (ring == null) {
      ring = newRing();
    }
    if (ring != null) {
      int[] known = siteBytes;
      int bytes = site < known.length ? known[site] : 0;
      if (bytes == 0) {
        bytes = measure(ring, allocated, site);
      }
      ring.add(allocated, site, bytes);
    }
  }

  /** An array was allocated. */
  public static void array(Object allocated, int length, int site) {
    AllocationRing ring = RINGS.get();
    if (ring == null) {
      ring = newRing();
    }
    if (ring != null) {
      ring.add(allocated, site, length);
    }
  }

  /** An array came out of {@code clone()}. */
  public static void cloned(Object allocated, int site) {
    array(allocated, Array.getLength(allocated), site);
  }

  /**
   * An array of arrays was allocated together with its elements.
   *
   * @param site the site of the outer array; those of the inner ones follow it
   * @param levels how many levels were allocated
   */
  public static void nested(Object allocated, int levels, int site) {
    array(allocated, Array.getLength(allocated), site);
    if (levels > 1 && allocated instanceof Object[] elements) {
      for (Object element : elements) {
        nested(element, levels - 1, site + 1);
      }
    }
  }

  /** The application called {@code Forkscope.forkPoint}. */
  public static void forkPoint(String name) {
    notifySink(sink -> sink.forkPoint(name));
  }

  /** A method that was named as fork point returned. */
  public static void methodReturned(String name) {
    notifySink(sink -> sink.methodReturned(name));
  }

  private static void notifySink(Consumer<HookSink> notice) {
    try {
      HookSink current = sink;
      if (current != null) {
        shielded(() -> notice.accept(current));
      }
    } catch (Throwable thrown) { // the host must never see it
      unrecordedByTheDead++;
    }
  }

  /** Runs {@code work} with the hooks of this thread switched off. */
  public static void shielded(Runnable work) {
    AllocationRing ring = RINGS.get();
    if (ring == null) {
      ring = newRing();
    }
    if (ring == null) {
      work.run();
    } else {
      ring.shield(work);
    }
  }

  private static int measure(AllocationRing ring, Object allocated, int site) {
    try {
      HookSink current = sink;
      int bytes = current == null ? 0 : ring.measure(current, allocated);
      if (bytes > 0 && site < siteBytes.length) {
        siteBytes[site] = bytes;
      }
      return bytes;
    } catch (Throwable thrown) { // the host must never see it
      return 0;
    }
  }

  private static @Nullable AllocationRing newRing() {
    if (sink == null) {
      return null;
    }
    try {
      AllocationRing ring = new AllocationRing(CarrierThreads.current());
      RINGS.set(ring);
      synchronized (LOCK) {
        ring.next = rings;
        rings = ring;
      }
      return ring;
    } catch (Throwable thrown) { // the host must never see it; nothing is recorded for this thread
      return null;
    }
  }

  /** Begins handing over to {@code receiver}. */
  public static void open(HookSink receiver, long firstStamp) {
    stamp = firstStamp;
    sink = receiver;
  }

  /** Moves the clock on: every thread hands over before its next allocation is added. */
  public static void advance(long newStamp) {
    stamp = newStamp;
  }

  /** Stops recording and hands over what threads have left. */
  public static void close() {
    HookSink last = sink;
    sink = null;
    stamp = CLOSED;
    if (last != null) {
      forEachRing(ring -> ring.drain(last));
    }
  }

  /** Hands over what every thread has gathered so far; recording goes on. */
  public static void drainAll() {
    HookSink current = sink;
    if (current != null) {
      forEachRing(ring -> ring.drain(current));
    }
  }

  /** Hands over the rings of threads that have ended and forgets them. */
  public static void drainOrphans() {
    HookSink current = sink;
    if (current == null) {
      return;
    }
    synchronized (LOCK) {
      AllocationRing previous = null;
      for (AllocationRing ring = rings; ring != null; ring = ring.next) {
        if (!ring.isOrphan()) {
          previous = ring;
          continue;
        }
        ring.drain(current);
        unrecordedByTheDead += ring.unrecorded();
        if (previous == null) {
          rings = ring.next;
        } else {
          previous.next = ring.next;
        }
      }
    }
  }

  /** Calls {@code visitor} for each ring of a living thread. */
  public static void forEachRing(Consumer<AllocationRing> visitor) {
    for (AllocationRing ring = firstRing(); ring != null; ring = ring.next) {
      visitor.accept(ring);
    }
  }

  /** Allocations seen by the hooks and not recorded, because they were the recorder's own. */
  public static long unrecorded() {
    long sum = unrecordedByTheDead;
    for (AllocationRing ring = firstRing(); ring != null; ring = ring.next) {
      sum += ring.unrecorded();
    }
    return sum;
  }

  private static @Nullable AllocationRing firstRing() {
    synchronized (LOCK) {
      return rings;
    }
  }

  /** Makes room for the sizes of {@code count} sites. */
  public static void reserveSites(int count) {
    synchronized (LOCK) {
      if (count > siteBytes.length) {
        siteBytes = Arrays.copyOf(siteBytes, Math.max(count, 2 * siteBytes.length));
      }
    }
  }

  /** Whether references in the heap have 4 bytes. */
  public static boolean compressedReferences() {
    return ReferenceBits.COMPRESSED;
  }

  /** Bytes before the first element of arrays of this class. */
  public static int arrayBaseBytes(Class<?> array) {
    return ReferenceBits.arrayBaseBytes(array);
  }

  /** Bytes of an element of arrays of this class. */
  public static int arrayScaleBytes(Class<?> array) {
    return ReferenceBits.arrayScaleBytes(array);
  }

  /** Size of the kernel's base page. */
  public static int pageBytes() {
    return ReferenceBits.pageBytes();
  }

  /** The bits of the reference in the first slot of an {@code Object[]}. */
  public static long bitsOfFirstSlot(Object array) {
    return ReferenceBits.ofFirstSlot(array);
  }

  @SuppressWarnings("deprecation") // Thread.threadId() came with 19; getId() is final there
  static long threadId(Thread thread) {
    return thread.getId();
  }
}
