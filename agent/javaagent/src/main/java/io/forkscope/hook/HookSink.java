package io.forkscope.hook;

/** What the agent does with what the hooks saw; its methods are called by the host's threads. */
public interface HookSink {

  /**
   * Takes the entries of a ring. The caller holds the ring's lock.
   *
   * @param last whether nothing may be kept back, because the ring's thread will not come again
   * @return false if they cannot be taken just now and must be kept
   */
  boolean handOver(AllocationRing ring, boolean last);

  /** Returns the bytes of an object in the heap, header and padding included. */
  int objectBytes(Object object);

  /** The application called the fork point API. */
  void forkPoint(String name);

  /** A method that was named as fork point returned. */
  void methodReturned(String name);
}
