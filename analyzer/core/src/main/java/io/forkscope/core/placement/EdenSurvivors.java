package io.forkscope.core.placement;

/** The forwarding pointers that a copying collection leaves behind in the space it empties. */
final class EdenSurvivors {

  private final PlacedActions.Builder actions;
  private final double meanObjectBytes;

  EdenSurvivors(PlacedActions.Builder actions, double meanObjectBytes) {
    this.actions = actions;
    this.meanObjectBytes = meanObjectBytes;
  }

  /**
   * Objects of {@code liveBytes} were copied out of a range.
   *
   * @param nanos when
   * @param address first byte of the range
   * @param bytes its length
   * @param liveBytes bytes of the objects that were copied
   */
  void forward(long nanos, long address, long bytes, long liveBytes) {
    long objects = Math.round(Math.min(liveBytes, bytes) / meanObjectBytes);
    if (objects > 0) {
      actions.add(nanos, HeapAction.FORWARDING, address, bytes, objects);
    }
  }
}
