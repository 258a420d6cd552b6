package io.forkscope.core.model;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.placement.PlacedActions;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How a runtime writes while it does what a recording shows. Found by {@link
 * java.util.ServiceLoader}; stateless.
 */
public interface ActivityModel {

  /** Lower-case id of the runtime, for example {@code hotspot}. */
  String id();

  /** Every cause that it writes with. */
  List<Cause> causes();

  /** What it takes for granted. */
  List<Assumption> assumptions();

  /** Where its facts come from: files with versions, measurements. */
  List<String> sources();

  /** What it does not model yet, each a whole sentence that a report shows as a caution. */
  List<String> limits();

  /**
   * Writes what one action writes. The same arguments and random state give the same writes.
   *
   * @param actions of the recording, cut at the borders of regions
   * @param row which of them
   * @param memory of the process that takes it
   * @param random places what is only known in number
   */
  void write(PlacedActions actions, int row, ProcessMemory memory, SplittableRandom random);
}
