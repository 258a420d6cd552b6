package io.forkscope.models.cpython;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The interpreter's own pages. In each region they are ranked by how commonly steps touch them:
 * what fork touches comes first, then a step that touches {@code k} pages touches the first {@code
 * k} of the rest. So two steps together touch as many as the larger of them; first uses that import
 * other modules some more.
 *
 * <p>The collector goes by tracked containers, steps by what they call: collections rank the pages
 * in an order of their own, spread evenly over the first. So the two share as many as if they were
 * independent, in a pool of pages whose size is measured; other pages neither touches.
 */
final class InterpreterPages {

  private static final int PAGE = PageSize.BASE_BYTES;

  /** What a child touches that is not the first one, where that was measured apart. */
  private static final String LATER = "fork-child.later";

  /**
   * Of the pages of a warm step beside those of none the share that no other warm step touches:
   * measured by 45 pairs of ten steps in each of nine versions (0.61 to 0.88).
   */
  private static final double OWN_AGAIN = 0.8;

  private final Baseline baseline;
  private final ProcessMemory memory;
  private final Baseline.Pages resident;

  /** What fork and its hooks touch in this process. */
  private final Baseline.Pages forked;

  /** Pages among which full collections choose. */
  private final Baseline.Pages pool;

  /** Pages of the two regions that collections have touched. */
  private final BitSet sweptHeap = new BitSet();

  private final BitSet sweptArenas = new BitSet();

  /** Warm steps that were taken, and how far they have come together. */
  private final Set<String> usedAgain = new TreeSet<>();

  private Baseline.Pages again = Baseline.Pages.NONE;

  /** How far first uses have come. */
  private Baseline.Pages used = Baseline.Pages.NONE;

  private int grown;
  private int gone;

  /** Maps and fills the pages of an interpreter that has just started. */
  InterpreterPages(Baseline baseline, ProcessMemory memory) {
    this(baseline, baseline.pages("fork-parent"), memory);
    map("interpreter data", RegionKind.DATA, AddressMap.INTERPRETER_DATA, resident.data());
    map("[heap]", RegionKind.BRK_HEAP, AddressMap.INTERPRETER_HEAP, resident.heap());
    map(
        "interpreter arenas",
        RegionKind.ANONYMOUS,
        AddressMap.INTERPRETER_ARENAS,
        resident.arenas());
    map("library data", RegionKind.DATA, AddressMap.LIBRARY_DATA, resident.libraries());
    map("[stack]", RegionKind.STACK, AddressMap.STACK, resident.stack());
  }

  private InterpreterPages(Baseline baseline, Baseline.Pages forked, ProcessMemory memory) {
    this.baseline = baseline;
    this.forked = forked;
    this.memory = memory;
    resident = baseline.pages("resident");
    pool = baseline.has(Baseline.POOL) ? baseline.pages(Baseline.POOL) : resident;
  }

  /** A page that the parent writes first is copied for it, and no more for its first child. */
  InterpreterPages fork(ProcessMemory childMemory, int childIndex) {
    String step = childIndex > 0 && baseline.has(LATER) ? LATER : "fork-child";
    InterpreterPages copy = new InterpreterPages(baseline, baseline.pages(step), childMemory);
    copy.grown = grown;
    copy.gone = gone;
    return copy;
  }

  private void map(String name, RegionKind kind, long address, int pages) {
    memory.map(Region.anonymous(name, kind, address, (long) pages * PAGE));
    memory.sink(CPythonCauses.INTERPRETER).writeRange(address, (long) pages * PAGE);
  }

  /** Touches what fork and its hooks touch before user code runs. */
  void afterFork() {
    WriteSink sink = memory.sink(CPythonCauses.FORK);
    touch(sink, AddressMap.INTERPRETER_DATA, 0, forked.data(), resident.data());
    touch(sink, AddressMap.INTERPRETER_HEAP, 0, forked.heap(), resident.heap());
    touch(sink, AddressMap.INTERPRETER_ARENAS, 0, forked.arenas(), resident.arenas());
    touch(sink, AddressMap.LIBRARY_DATA, 0, forked.libraries(), resident.libraries());
    touch(sink, AddressMap.STACK, 0, forked.stack(), resident.stack());
  }

  /** Touches the pages of a step, or of a collection that is not a full one. */
  void touch(Cause cause, Baseline.Pages pages) {
    touch(cause, pages, resident, cause.equals(CPythonCauses.GC_INTERPRETER));
  }

  /** Writes the counts of one-character strings, which lie where each was first asked for. */
  void touchLetters(WriteSink references) {
    if (baseline.has("letters")) {
      int pages = baseline.pages("letters").arenas();
      int first = resident.arenas() - baseline.mostGone() - pages;
      references.writeStrided(AddressMap.INTERPRETER_ARENAS + (long) first * PAGE, PAGE, pages, 8);
    }
  }

  /**
   * Touches the pages of a first use.
   *
   * @param others first uses before it in this process, and what it shares with each
   */
  void use(Baseline.Pages pages, List<FirstUsePairs.Pair> others) {
    int heap = others.stream().mapToInt(FirstUsePairs.Pair::heap).min().orElse(0);
    int arenas = others.stream().mapToInt(FirstUsePairs.Pair::arenas).min().orElse(0);
    int data = others.stream().mapToInt(FirstUsePairs.Pair::data).min().orElse(0);
    used =
        pages.reaching(
            Math.max(used.heap(), pages.heap()) + heap,
            Math.max(used.arenas(), pages.arenas()) + arenas,
            Math.max(used.data(), pages.data()) + data,
            Math.max(used.containers(), pages.containers()));
    touch(CPythonCauses.FIRST_USE, used);
  }

  /** Touches the pages of a step that is warm: of a second one its own beside the first. */
  void useAgain(String subsystem, Baseline.Pages pages) {
    if (usedAgain.add(subsystem)) {
      Baseline.Pages none = baseline.pages("nothing");
      again =
          usedAgain.size() == 1
              ? pages
              : new Baseline.Pages(
                  withOwn(again.heap(), pages.heap(), none.heap()),
                  withOwn(again.arenas(), pages.arenas(), none.arenas()),
                  withOwn(again.data(), pages.data(), none.data()),
                  withOwn(again.libraries(), pages.libraries(), none.libraries()),
                  withOwn(again.stack(), pages.stack(), none.stack()),
                  Math.max(again.grown(), pages.grown()),
                  0,
                  0,
                  0);
    }
    touch(CPythonCauses.INTERPRETER, again);
  }

  private static int withOwn(int others, int pages, int none) {
    return others + (int) Math.round(OWN_AGAIN * Math.max(0, pages - none));
  }

  /** Touches the pages of what the collector tracks, as a full collection does. */
  void touchTracked(Cause cause, Baseline.Pages pages) {
    touch(cause, pages, pool, true);
  }

  private void touch(Cause cause, Baseline.Pages pages, Baseline.Pages among, boolean tracked) {
    WriteSink sink = memory.sink(cause);
    int arenas = resident.arenas() - baseline.mostGone();
    touch(sink, AddressMap.INTERPRETER_DATA, forked.data(), pages.data(), resident.data());
    if (tracked) {
      int heap = Math.min(among.heap(), resident.heap() - forked.heap());
      spread(sink, AddressMap.INTERPRETER_HEAP, forked.heap(), pages.heap(), heap, heap, sweptHeap);
      int there = arenas - forked.arenas();
      int some = among.equals(resident) ? there : among.arenas();
      spread(
          sink,
          AddressMap.INTERPRETER_ARENAS,
          forked.arenas(),
          pages.arenas(),
          some,
          there,
          sweptArenas);
    } else {
      touch(sink, AddressMap.INTERPRETER_HEAP, forked.heap(), pages.heap(), resident.heap());
      touch(sink, AddressMap.INTERPRETER_ARENAS, forked.arenas(), pages.arenas(), arenas);
    }
    touch(
        sink, AddressMap.LIBRARY_DATA, forked.libraries(), pages.libraries(), resident.libraries());
    touch(sink, AddressMap.STACK, forked.stack(), pages.stack(), resident.stack());
    if (pages.grown() > grown) {
      long start = AddressMap.INTERPRETER_GROWTH + (long) grown * PAGE;
      long bytes = (long) (pages.grown() - grown) * PAGE;
      memory.map(Region.anonymous("interpreter growth", RegionKind.ANONYMOUS, start, bytes));
      sink.writeRange(start, bytes);
      grown = pages.grown();
    }
    if (pages.gone() > gone) {
      long end = AddressMap.INTERPRETER_ARENAS + (long) (resident.arenas() - gone) * PAGE;
      long bytes = (long) (pages.gone() - gone) * PAGE;
      memory.unmap(end - bytes, bytes);
      gone = pages.gone();
    }
  }

  private static void touch(WriteSink sink, long region, int from, int pages, int resident) {
    int count = Math.min(pages, resident - from);
    if (count > 0) {
      sink.writeRange(region + (long) from * PAGE, (long) count * PAGE);
    }
  }

  /**
   * Touches pages {@code 0, step, 2 * step, …} of {@code length}, modulo that, until so many are.
   * If no more than {@code there} are there, the last of those, which first uses touch least, stand
   * for the others: together they touch nearly all, as a collection and pickle of 2.7 do.
   *
   * @param swept pages that were touched so before; takes those that are now
   */
  private static void spread(
      WriteSink sink, long region, int from, int pages, int length, int there, BitSet swept) {
    int step = Math.max(1, (int) (length * 0.6180339887)); // the golden ratio spreads evenly
    while (gcd(step, length) > 1) {
      step++;
    }
    int left = pages - swept.cardinality();
    for (int i = 0; i < length && left > 0; i++) {
      int page = (int) (from + (long) i * step % length);
      if (page >= from + there) {
        page = swept.previousClearBit(from + there - 1);
      }
      if (page >= from && !swept.get(page)) {
        swept.set(page);
        sink.writeRange(region + (long) page * PAGE, PAGE);
        left--;
      }
    }
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
