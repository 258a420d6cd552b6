package io.forkscope.core.model;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects of a real run lay, as its program told after its last mark. Names of columns
 * are a matter between the driver that asks and the model that is told.
 */
public final class ObservedAddresses {

  /** Nothing was told. */
  public static final ObservedAddresses NONE = new ObservedAddresses(Map.of());

  private final Map<String, long[]> columns;

  /**
   * Addresses by column, in the order in which the program held the objects. The arrays are not
   * copied and must not be changed any more.
   */
  public ObservedAddresses(Map<String, long[]> columns) {
    this.columns = new TreeMap<>(columns);
  }

  /** Whether nothing was told. */
  public boolean isEmpty() {
    return columns.isEmpty();
  }

  /** The names of the columns. */
  public Set<String> names() {
    return Set.copyOf(columns.keySet());
  }

  /** The addresses of a column, not to be changed; null if it was not told. */
  public long @Nullable [] column(String name) {
    return columns.get(name);
  }
}
