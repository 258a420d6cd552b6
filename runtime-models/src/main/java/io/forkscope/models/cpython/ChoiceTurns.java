package io.forkscope.models.cpython;

import io.forkscope.models.allocator.BlockRun;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of one size class that alternatives of choices take in turn: which of them an element
 * needs is the same again after so many elements.
 */
final class ChoiceTurns {

  /** Alternatives that alternate over more elements keep pools of their own. */
  private static final long LONGEST = 1000;

  /** Blocks of every so many-th object of a node, from one on. */
  private record Turn(Column column, long first, long step) {}

  /** In the order in which the elements of one period take blocks. */
  private final List<Turn> turns = new ArrayList<>();

  private ChoiceTurns() {}

  /** Elements after which what nodes need is the same again; 0 if that is too many to follow. */
  static long period(List<IndexMap> indices) {
    long period = 1;
    for (IndexMap map : indices) {
      long other = map.period();
      if (period % other != 0) {
        period = other % period == 0 ? other : period * other;
      }
      if (period > LONGEST) {
        return 0;
      }
    }
    return period;
  }

  /**
   * The turns of elements {@code from} to {@code from + period - 1}.
   *
   * @param columns of the nodes, one each, in the order in which an element takes blocks
   */
  static ChoiceTurns of(List<Node> nodes, List<Column> columns, long from, long period) {
    ChoiceTurns all = new ChoiceTurns();
    for (long element = from; element < from + period; element++) {
      for (int i = 0; i < nodes.size(); i++) {
        Node node = nodes.get(i);
        long first = node.indices.firstAtLeast(element, node.count);
        if (node.isOf(first, element)) {
          long next = node.indices.firstAtLeast(element + period, node.count + period);
          all.turns.add(new Turn(columns.get(i), first, next - first));
        }
      }
    }
    return all;
  }

  /** Gives the blocks of runs to the objects whose turn it is. */
  void take(List<BlockRun> runs) {
    long start = 0;
    long all = turns.size();
    for (BlockRun run : runs) {
      for (long i = 0; i < Math.min(all, run.count()); i++) {
        Turn turn = turns.get(Math.toIntExact((start + i) % all));
        long round = (start + i) / all;
        long first = turn.first + round * turn.step;
        turn.column.add(first, turn.step, run.part(i, run.count(), all));
      }
      start += run.count();
    }
  }
}
