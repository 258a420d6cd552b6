package io.forkscope.core.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The VMAs of a process, sorted by address; shared with a child until one of them changes. */
final class MappingTable {
  private Mapping[] mappings;
  private int count;
  private boolean shared;

  MappingTable() {
    this(new Mapping[8], 0, false);
  }

  private MappingTable(Mapping[] mappings, int count, boolean shared) {
    this.mappings = mappings;
    this.count = count;
    this.shared = shared;
  }

  /** The same mappings for a child. */
  MappingTable share() {
    shared = true;
    return new MappingTable(mappings, count, true);
  }

  /** The mapping of an address, or null. */
  @Nullable Mapping find(long address) {
    int at = indexAfter(address) - 1;
    return at >= 0 && mappings[at].region().contains(address) ? mappings[at] : null;
  }

  /**
   * Adds a mapping.
   *
   * @throws IllegalArgumentException if it overlaps one that is there
   */
  void add(Mapping mapping) {
    Region region = mapping.region();
    int at = indexAfter(region.address());
    if (at > 0 && mappings[at - 1].region().end() > region.address()) {
      throw overlap(region, mappings[at - 1].region());
    }
    if (at < count && mappings[at].region().address() < region.end()) {
      throw overlap(region, mappings[at].region());
    }
    own(count + 1);
    System.arraycopy(mappings, at, mappings, at + 1, count - at);
    mappings[at] = mapping;
    count++;
  }

  /** Puts a mapping in the place of the one at its address. */
  void replace(Mapping mapping) {
    own(count);
    mappings[indexAfter(mapping.region().address()) - 1] = mapping;
  }

  /** The parts of mappings in {@code [from, to)}, in address order. */
  List<Mapping> within(long from, long to) {
    List<Mapping> found = new ArrayList<>();
    for (int i = Math.max(0, indexAfter(from) - 1); i < count; i++) {
      Region region = mappings[i].region();
      if (region.address() >= to) {
        break;
      }
      if (region.end() > from) {
        found.add(mappings[i].part(Math.max(from, region.address()), Math.min(to, region.end())));
      }
    }
    return found;
  }

  /** Takes {@code [from, to)} out of the mappings. */
  void cut(long from, long to) {
    List<Mapping> kept = new ArrayList<>();
    for (Mapping mapping : all()) {
      Region region = mapping.region();
      if (region.end() <= from || region.address() >= to) {
        kept.add(mapping);
        continue;
      }
      if (region.address() < from) {
        kept.add(mapping.part(region.address(), from));
      }
      if (region.end() > to) {
        kept.add(mapping.part(to, region.end()));
      }
    }
    mappings = kept.toArray(new Mapping[kept.size() + 8]);
    count = kept.size();
    shared = false;
  }

  /** All mappings, in address order. */
  List<Mapping> all() {
    return Arrays.asList(mappings).subList(0, count);
  }

  private void own(int atLeast) {
    if (shared || atLeast > mappings.length) {
      mappings = Arrays.copyOf(mappings, Math.max(8, atLeast + (atLeast >> 1)));
      shared = false;
    }
  }

  /** Index of the first mapping that begins after an address. */
  private int indexAfter(long address) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (mappings[middle].region().address() <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static IllegalArgumentException overlap(Region a, Region b) {
    return new IllegalArgumentException("regions overlap: " + a + " and " + b);
  }
}
