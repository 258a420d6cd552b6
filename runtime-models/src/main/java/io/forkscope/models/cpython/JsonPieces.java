package io.forkscope.models.cpython;

import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.cpython.CPythonHeap.Domain;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts that json.dumps makes of texts, numbers and keys. Up to 3.11 they wait in a list until they
 * are joined (3.6 to 3.11 Modules/_json.c and Objects/accu.c, 100,000 at a time; 2.7 all), and so
 * take free pools: those that a warm-up has left among them. Since 3.12 each is written and dropped
 * at once.
 *
 * <p>They are left as they are when the call ends, as what {@link MemoBlocks} holds.
 */
final class JsonPieces {

  /** Objects/accu.c, _PyAccu_Accumulate: then they are joined. */
  private static final long MOST_WAITING = 100_000;

  private final ProcessState state;

  JsonPieces(ProcessState state) {
    this.state = state;
  }

  /**
   * Takes them in a child that was warmed; a first use was measured with them. Large ones take the
   * holes that dropped texts of their size have left in malloc's heap, too.
   */
  void make(Node root, long elements) {
    for (BlockRun run : take(root, elements)) {
      state.heap.refill(run.blockBytes() - Long.BYTES, run.count());
    }
  }

  /** Takes and drops them before the fork. */
  void makeAndDrop(Node root, long elements) {
    for (BlockRun run : take(root, elements)) {
      state.heap.releaseAll(Domain.OBJECT, List.of(run));
    }
  }

  private List<BlockRun> take(Node root, long elements) {
    if (elements == 0 || state.version.atLeast(CPythonVersion.V3_12)) {
      return List.of();
    }
    List<Integer> characters = new ArrayList<>();
    addCharacters(root, elements - 1, characters);
    long waiting = Math.min(elements, MOST_WAITING / Math.max(1, characters.size()));
    List<BlockRun> runs = new ArrayList<>();
    for (int length : characters) {
      int bytes = state.layout.strBytes(length, ' ');
      runs.addAll(state.heap.allocate(Domain.OBJECT, bytes, waiting));
    }
    return runs;
  }

  private static void addCharacters(Node node, long element, List<Integer> into) {
    switch (node.value.kind()) {
      case "str", "int", "float" -> into.add(DeepActions.pieceCharacters(node, element));
      case "dict" -> {
        for (String key : node.value.attribute("keys", "").split(",", -1)) {
          into.add(key.length() + 2); // the quotes
        }
      }
      default -> {
        // brackets, commas, null and true are constants
      }
    }
    node.parts.forEach(part -> addCharacters(part, element, into));
  }
}
