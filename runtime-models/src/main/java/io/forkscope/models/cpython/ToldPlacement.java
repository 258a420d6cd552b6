package io.forkscope.models.cpython;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Moves the objects of populations to where a real run had them. Memory of 2 MiB at a time is moved
 * out of the way of what the model places, neighbours together: only what lies on a page, and
 * beside it, means anything.
 */
final class ToldPlacement {
  private static final int CHUNK_SHIFT = 21;

  /** No header reaches as far before the address of its object. */
  private static final int HEADERS = 256;

  private final ObservedAddresses told;

  /** New chunk by real chunk. */
  private final TreeMap<Long, Long> chunks = new TreeMap<>();

  ToldPlacement(ObservedAddresses told) {
    this.told = told;
    for (String name : told.names()) {
      for (long address : column(name)) {
        chunks.put((address - HEADERS) >>> CHUNK_SHIFT, 0L);
        chunks.put((address + HEADERS) >>> CHUNK_SHIFT, 0L);
      }
    }
    long next = AddressMap.TOLD >>> CHUNK_SHIFT;
    long before = -1;
    for (Map.Entry<Long, Long> chunk : chunks.entrySet()) {
      next += chunk.getKey() == before + 1 ? 0 : 1;
      before = chunk.getKey();
      chunk.setValue(next++);
    }
  }

  /**
   * Refuses scenarios that free what was told: free lists would have to be told too.
   *
   * @throws IllegalArgumentException naming the step
   */
  static void check(Scenario plan) {
    for (Step step : plan.actions()) {
      if (step.verb().equals("delete")) {
        throw new IllegalArgumentException(
            "what " + step.verb() + " frees would have to be told too");
      }
    }
  }

  /** Maps the memory of all that was told, neighbours as one region. */
  void map(ProcessMemory memory) {
    long first = -1;
    long end = -1;
    for (long chunk : chunks.values()) {
      if (chunk != end) {
        map(memory, first, end);
        first = chunk;
      }
      end = chunk + 1;
    }
    map(memory, first, end);
  }

  private static void map(ProcessMemory memory, long first, long end) {
    if (first < end) {
      memory.map(
          Region.anonymous(
              "told objects",
              RegionKind.ANONYMOUS,
              first << CHUNK_SHIFT,
              (end - first) << CHUNK_SHIFT));
    }
  }

  /** Moves the objects of a population. */
  void place(HeldPopulation held, int index, ProcessState state) {
    place(held, held.root, String.valueOf(index), state);
  }

  private void place(HeldPopulation held, Node node, String name, ProcessState state) {
    long[] addresses = told.column(name);
    if (addresses != null) {
      if (addresses.length != held.length) {
        throw new IllegalArgumentException(
            held.population.name()
                + ": "
                + addresses.length
                + " addresses were told of "
                + held.length
                + " objects");
      }
      move(node, byElement(held, addresses), state);
    }
    if (!node.kind("choice")) {
      for (int i = 0; i < node.parts.size(); i++) {
        place(held, node.parts.get(i), PythonAddresses.part(name, i), state);
      }
    }
  }

  private long[] byElement(HeldPopulation held, long[] addresses) {
    long[] moved = new long[Math.toIntExact(held.population.count())];
    Arrays.fill(moved, -1);
    for (int i = 0; i < addresses.length; i++) {
      Long chunk = chunks.get(addresses[i] >>> CHUNK_SHIFT);
      if (chunk == null) {
        throw new IllegalStateException("an address that was not told");
      }
      moved[Math.toIntExact(held.element(i))] =
          (chunk << CHUNK_SHIFT) + (addresses[i] & ((1L << CHUNK_SHIFT) - 1));
    }
    return moved;
  }

  private void move(Node node, long[] byElement, ProcessState state) {
    if (node.kind("choice")) {
      node.parts.forEach(part -> move(part, byElement, state));
      return;
    }
    long[] blocks = new long[Math.toIntExact(node.count)];
    for (int i = 0; i < blocks.length; i++) {
      long address = byElement[Math.toIntExact(node.indices.element(i))];
      blocks[i] = address < 0 || node.object.address(i) < 0 ? -1 : address - node.headerOffset;
    }
    node.object.replace(blocks);
    node.object.write(state.sink(CPythonCauses.ALLOCATION), node.headerOffset, Long.BYTES);
  }

  private long[] column(String name) {
    long[] addresses = told.column(name);
    return addresses == null ? new long[0] : addresses;
  }
}
