package io.forkscope.core.memory;

/**
 * A node of a page table. Nodes are shared between processes, as on-demand fork shares them [1]: a
 * node that more than one table (or root) refers to is never changed, but copied by its next
 * writer.
 *
 * <p>[1] Zhao, Gong, Fonseca: On-demand-fork: a microsecond fork for memory-intensive and
 * latency-sensitive applications. EuroSys 2021.
 */
abstract sealed class Node permits Table, Leaf {
  /** Tables, or processes for a root, that refer to this node. */
  int references = 1;

  /** The census that {@link #row} belongs to. */
  int census;

  /** Row of this node in that census. */
  int row;
}
