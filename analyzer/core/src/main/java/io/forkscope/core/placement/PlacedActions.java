package io.forkscope.core.placement;

import io.forkscope.core.memory.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was done to the heap, in order of time: a row an action, a column a property, no object an
 * action. Immutable.
 */
public final class PlacedActions {

  private final int rows;
  private final long[] nanos;
  private final HeapAction[] action;
  private final long[] address;
  private final long[] bytes;
  private final long[] objects;
  private final int[] kind;
  private final boolean[] exact;
  private final List<String> objectKinds;
  private final long outsideBytes;

  private PlacedActions(Builder b) {
    Integer[] order = new Integer[b.rows];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, java.util.Comparator.comparingLong(i -> b.nanos[i])); // stable
    rows = b.rows;
    nanos = new long[rows];
    action = new HeapAction[rows];
    address = new long[rows];
    bytes = new long[rows];
    objects = new long[rows];
    kind = new int[rows];
    exact = new boolean[rows];
    for (int to = 0; to < rows; to++) {
      int from = order[to];
      nanos[to] = b.nanos[from];
      action[to] = b.action[from];
      address[to] = b.address[from];
      bytes[to] = b.bytes[from];
      objects[to] = b.objects[from];
      kind[to] = b.kind[from];
      exact[to] = b.exact[from];
    }
    objectKinds = List.copyOf(b.kinds.keySet());
    outsideBytes = b.outsideBytes;
  }

  /** How many there are. */
  public int rows() {
    return rows;
  }

  /** When, nanoseconds since the epoch of 1970. */
  public long nanos(int row) {
    return nanos[row];
  }

  /** What. */
  public HeapAction action(int row) {
    return action[row];
  }

  /** First byte. */
  public long address(int row) {
    return address[row];
  }

  /** Length in bytes, at least 1. */
  public long bytes(int row) {
    return bytes[row];
  }

  /** How many objects are concerned; 0 where it is not known or does not matter. */
  public long objects(int row) {
    return objects[row];
  }

  /** Index into {@link #objectKinds()} of the class that most of the objects have. */
  public int kind(int row) {
    return kind[row];
  }

  /** Whether the address was recorded rather than placed by rule. */
  public boolean exact(int row) {
    return exact[row];
  }

  /** Names of classes; the first is the empty text for unknown. */
  public List<String> objectKinds() {
    return objectKinds;
  }

  /** Bytes of actions that lay in no region and were left out. */
  public long outsideBytes() {
    return outsideBytes;
  }

  /** Collects actions in any order. */
  static final class Builder {
    private int rows;
    private long[] nanos = new long[64];
    private HeapAction[] action = new HeapAction[64];
    private long[] address = new long[64];
    private long[] bytes = new long[64];
    private long[] objects = new long[64];
    private int[] kind = new int[64];
    private boolean[] exact = new boolean[64];
    private long outsideBytes;
    private final Map<String, Integer> kinds = new LinkedHashMap<>(Map.of("", 0));

    /** Adds an action placed by rule. */
    void add(long atNanos, HeapAction what, long first, long length, long objectCount) {
      add(atNanos, what, first, length, objectCount, "", false);
    }

    /** Adds any action; one of no bytes is left out. */
    void add(
        long atNanos,
        HeapAction what,
        long first,
        long length,
        long objectCount,
        String objectKind,
        boolean recorded) {
      if (length <= 0) {
        return;
      }
      if (rows == nanos.length) {
        grow(rows * 2);
      }
      nanos[rows] = atNanos;
      action[rows] = what;
      address[rows] = first;
      bytes[rows] = length;
      objects[rows] = objectCount;
      kind[rows] = kinds.computeIfAbsent(objectKind, k -> kinds.size());
      exact[rows] = recorded;
      rows++;
    }

    private void grow(int capacity) {
      nanos = Arrays.copyOf(nanos, capacity);
      action = Arrays.copyOf(action, capacity);
      address = Arrays.copyOf(address, capacity);
      bytes = Arrays.copyOf(bytes, capacity);
      objects = Arrays.copyOf(objects, capacity);
      kind = Arrays.copyOf(kind, capacity);
      exact = Arrays.copyOf(exact, capacity);
    }

    /** Forgets what was added. */
    void clear() {
      rows = 0;
    }

    /**
     * The actions, cut at the borders of regions.
     *
     * @param regions disjoint; what lies in none of them is left out and counted
     */
    PlacedActions build(List<Region> regions) {
      Builder cut = new Builder();
      kinds.keySet().forEach(kind -> cut.kinds.putIfAbsent(kind, cut.kinds.size()));
      List<String> names = List.copyOf(kinds.keySet());
      for (int row = 0; row < rows; row++) {
        long placed = 0;
        for (Region region : regions) {
          long from = Math.max(address[row], region.address());
          long to = Math.min(address[row] + bytes[row], region.end());
          if (from < to) {
            placed += to - from;
            long part = Math.round(objects[row] * ((double) (to - from) / bytes[row]));
            String kindName = names.get(kind[row]);
            cut.add(nanos[row], action[row], from, to - from, part, kindName, exact[row]);
          }
        }
        cut.outsideBytes += bytes[row] - placed;
      }
      return new PlacedActions(cut);
    }
  }

  /** For messages and tests: one line an action. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(rows, 1000); i++) {
      lines.add(
          nanos[i] + " " + action(i) + " 0x" + Long.toHexString(address[i]) + " +" + bytes[i]);
    }
    return String.join("\n", lines);
  }
}
