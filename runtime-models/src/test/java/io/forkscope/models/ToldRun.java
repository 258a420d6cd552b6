package io.forkscope.models;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.util.Map;
import java.util.stream.LongStream;

/** Predicts cases whose objects lie where a run is said to have had them. */
public final class ToldRun {
  private ToldRun() {}

  /** Pages that the actions of a case in short form break. */
  public static long broken(
      RuntimeModelProvider provider,
      String version,
      String name,
      long count,
      Map<String, long[]> told) {
    RuntimeModel model = provider.create(version, new ObservedAddresses(told)).orElseThrow();
    Trajectory seen = Simulation.run(provider.expand(name, version, count), model);
    return seen.brokenByActions(seen.end());
  }

  /** Addresses that are so far apart. */
  public static long[] addresses(long first, int count, long step) {
    return LongStream.range(0, count).map(i -> first + step * i).toArray();
  }
}
