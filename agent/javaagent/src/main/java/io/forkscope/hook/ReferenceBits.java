package io.forkscope.hook;

import jdk.internal.misc.Unsafe;

/**
 * Reads the bits of a reference out of a slot; the one place that depends on the JDK's internals.
 *
 * <p>It uses {@code jdk.internal.misc.Unsafe}, which the agent exports to this package, and not
 * {@code sun.misc.Unsafe}, whose memory methods are deprecated for removal (JEP 471) and warn from
 * JDK 24 on (JEP 498). Their public successor, {@code java.lang.foreign}, cannot read heap
 * references; what would replace this class is a JVMTI agent or the WhiteBox API.
 *
 * <p>The slot is read through a base whose static type is {@code Object} and an offset that is not
 * a constant: where C2 knows that the slot holds a reference, it turns the read into a call of the
 * native method, ten times as slow (measured: 13 to 33 ns against 1.3 ns, JDK 17).
 */
final class ReferenceBits {
  private static final Unsafe UNSAFE = Unsafe.getUnsafe();

  /** Whether a reference in the heap has 4 bytes. */
  static final boolean COMPRESSED = UNSAFE.arrayIndexScale(Object[].class) == 4;

  /** Not final, so that C2 does not know where the read goes; see above. */
  private static long offset = arrayBaseBytes(Object[].class);

  private static final long USED = UNSAFE.objectFieldOffset(AllocationRing.class, "used");

  private ReferenceBits() {}

  /** Reads the first slot of an {@code Object[]}, which must come as a plain {@code Object}. */
  static long ofFirstSlot(Object array) {
    return COMPRESSED ? UNSAFE.getInt(array, offset) & 0xFFFF_FFFFL : UNSAFE.getLong(array, offset);
  }

  /** Stores the ring's number of entries after the entries themselves. */
  static void publishUsed(AllocationRing ring, int used) {
    UNSAFE.putIntRelease(ring, USED, used);
  }

  /** Reads the ring's number of entries before the entries themselves. */
  static int readUsed(AllocationRing ring) {
    return UNSAFE.getIntAcquire(ring, USED);
  }

  static int pageBytes() {
    return UNSAFE.pageSize();
  }

  static int arrayBaseBytes(Class<?> array) {
    try { // an int up to JDK 24, a long from 25 on, so that no one call links on both
      Object bytes = Unsafe.class.getMethod("arrayBaseOffset", Class.class).invoke(UNSAFE, array);
      return ((Number) bytes).intValue();
    } catch (ReflectiveOperationException absent) {
      throw new IllegalStateException("this JDK has no Unsafe.arrayBaseOffset", absent);
    }
  }

  static int arrayScaleBytes(Class<?> array) {
    return UNSAFE.arrayIndexScale(array);
  }
}
