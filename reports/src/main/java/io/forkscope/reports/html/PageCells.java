package io.forkscope.reports.html;

import io.forkscope.core.verdict.PageMap;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A page map as a picture: one cell for each 2^shift neighbouring pages, at most {@link #MAX_CELLS}
 * of them. A cell of several pages shows the state that most of them have.
 *
 * <p>Three planes of a byte a cell: state (0 shared, else 1 + index of the cause), epoch (0 none,
 * else 1 + index / divisor) and object kind. A fourth part lists the stretches of cells without a
 * hole, in address order, each as three variable-length numbers: cells skipped since the end of the
 * last stretch, cells in it, and its region. Cost: linear in runs and cells, whatever the length of
 * a run.
 */
final class PageCells {

  static final int MAX_CELLS = 1 << 20;

  /** Indices from here on share the last value of their plane. */
  static final int MAX_INDEX = 254;

  static final int MAX_REGIONS = 4096;

  private static final int PAGE_BYTES = 4096;

  final int shift;
  final int epochDivisor;
  final byte[] states;
  final byte[] epochs;
  final byte[] kinds;
  private final ByteArrayOutputStream stretches = new ByteArrayOutputStream();

  private final long[] pagesByState;
  private final int[] touched; // states with pages in the open cell
  private int touchedCount;
  private int cells;
  private long cell = -1; // index of the open cell, in units of 2^shift pages; -1 for none
  private int cellRegion;
  private int[] epochByState;
  private int[] kindByState;
  private long stretchStart = -1;
  private long stretchEnd;
  private long lastEnd;
  private int stretchRegion;

  private PageCells(PageMap map, int epochCount, int shift, int cellCount) {
    this.shift = shift;
    this.epochDivisor = Math.max(1, (epochCount + MAX_INDEX - 1) / MAX_INDEX);
    this.states = new byte[cellCount];
    this.epochs = new byte[cellCount];
    this.kinds = new byte[cellCount];
    int stateCount = map.causeIds().size() + 1;
    this.pagesByState = new long[stateCount];
    this.touched = new int[stateCount];
    this.epochByState = new int[stateCount];
    this.kindByState = new int[stateCount];
  }

  /**
   * The finest picture of at most {@link #MAX_CELLS} cells, of cells of at least 2^minShift pages.
   */
  static PageCells of(PageMap map, int epochCount, int minShift) {
    int shift = minShift;
    while (countCells(map.runs(), shift) > MAX_CELLS) {
      shift++;
    }
    PageCells cells =
        new PageCells(map, epochCount, shift, Math.toIntExact(countCells(map.runs(), shift)));
    for (PageMap.Run run : map.runs()) {
      cells.add(run);
    }
    cells.closeCell();
    cells.closeStretch();
    return cells;
  }

  private static long countCells(List<PageMap.Run> runs, int shift) {
    long count = 0;
    long last = -1;
    for (PageMap.Run run : runs) {
      long first = (run.address() / PAGE_BYTES) >> shift;
      long end = (run.address() / PAGE_BYTES + run.pages() - 1) >> shift;
      count += end - Math.max(first, last + 1) + 1;
      last = end;
    }
    return count;
  }

  int count() {
    return cells;
  }

  byte[] stretches() {
    return stretches.toByteArray();
  }

  private void add(PageMap.Run run) {
    long page = run.address() / PAGE_BYTES;
    long end = page + run.pages();
    while (page < end) {
      long index = page >> shift;
      if (index != cell) {
        closeCell();
        cell = index;
        cellRegion = Math.min(run.region(), MAX_REGIONS - 1);
      }
      long next = Math.min(end, (index + 1) << shift);
      int state = run.cause() + 1;
      if (pagesByState[state] == 0) {
        touched[touchedCount++] = state;
        epochByState[state] = run.epoch();
        kindByState[state] = run.objectKind();
      }
      pagesByState[state] += next - page;
      page = next;
    }
  }

  private void closeCell() {
    if (cell < 0) {
      return;
    }
    int most = touched[0];
    for (int i = 1; i < touchedCount; i++) {
      int state = touched[i];
      long more = pagesByState[state] - pagesByState[most];
      if (more > 0 || (more == 0 && state < most)) {
        most = state;
      }
    }
    states[cells] = (byte) Math.min(most, MAX_INDEX + 1);
    epochs[cells] = (byte) (epochByState[most] < 0 ? 0 : epochByState[most] / epochDivisor + 1);
    kinds[cells] = (byte) Math.min(kindByState[most], MAX_INDEX + 1);
    cells++;
    for (int i = 0; i < touchedCount; i++) {
      pagesByState[touched[i]] = 0;
    }
    touchedCount = 0;
    if (cell != stretchEnd || cellRegion != stretchRegion || stretchStart < 0) {
      closeStretch();
      stretchStart = cell;
      stretchRegion = cellRegion;
    }
    stretchEnd = cell + 1;
    cell = -1;
  }

  private void closeStretch() {
    if (stretchStart < 0) {
      return;
    }
    number(stretchStart - lastEnd);
    number(stretchEnd - stretchStart);
    number(stretchRegion);
    lastEnd = stretchEnd;
  }

  /** Seven bits a byte, least significant first, the top bit on all but the last. */
  private void number(long value) {
    long rest = value;
    while (rest >= 0x80) {
      stretches.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    stretches.write((int) rest);
  }
}
