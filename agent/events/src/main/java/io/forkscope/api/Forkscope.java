package io.forkscope.api;

/**
 * Marks moments of an application for Forkscope.
 *
 * <p>Without the agent every method here does nothing; the agent gives them their bodies, in
 * whichever class loader this class was loaded.
 */
public final class Forkscope {

  private Forkscope() {}

  /**
   * Says that the process would be forked, snapshotted or cloned here.
   *
   * <p>Under the agent the call returns after the map of regions is in the recording, typically
   * tens of milliseconds later; what is recorded from then on belongs to the clones. It never
   * throws.
   *
   * @param name a short name for reports, for example {@code "ready"}
   */
  public static void forkPoint(String name) {
    // The agent inserts its call here.
  }
}
