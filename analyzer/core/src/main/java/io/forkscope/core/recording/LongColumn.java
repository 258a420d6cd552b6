package io.forkscope.core.recording;

import java.util.ArrayList;
import java.util.List;

/**
 * A growing column of longs. Full blocks are packed: each keeps its least value once and the
 * differences from it in the narrowest of byte, short, int and long that holds them (frame of
 * reference). Times, sizes and dictionary indices of neighbouring events so take a half to an
 * eighth of their plain size. Reading any row is O(1).
 */
final class LongColumn {

  private static final int BLOCK_BITS = 13;
  private static final int BLOCK_ROWS = 1 << BLOCK_BITS;

  private final List<Block> blocks = new ArrayList<>();
  private long[] tail = new long[16];
  private int tailRows;

  private record Block(long least, Object packed) {}

  int rows() {
    return (blocks.size() << BLOCK_BITS) + tailRows;
  }

  void add(long value) {
    if (tailRows == tail.length) {
      tail = java.util.Arrays.copyOf(tail, Math.min(BLOCK_ROWS, tail.length * 2));
    }
    tail[tailRows++] = value;
    if (tailRows == BLOCK_ROWS) {
      blocks.add(pack(tail));
      tailRows = 0;
    }
  }

  long get(int row) {
    int block = row >>> BLOCK_BITS;
    int within = row & (BLOCK_ROWS - 1);
    if (block == blocks.size()) {
      if (within >= tailRows) {
        throw new IndexOutOfBoundsException("row " + row + " of " + rows());
      }
      return tail[within];
    }
    Block b = blocks.get(block);
    if (b.packed instanceof byte[] bytes) {
      return b.least + (bytes[within] & 0xff);
    }
    if (b.packed instanceof short[] shorts) {
      return b.least + (shorts[within] & 0xffff);
    }
    if (b.packed instanceof int[] ints) {
      return b.least + (ints[within] & 0xffff_ffffL);
    }
    return b.least + ((long[]) b.packed)[within];
  }

  private static Block pack(long[] values) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long v : values) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    long range = most - least; // wraps below 0 where it does not fit: kept as longs then
    if (range >= 0 && range < 1 << 8) {
      byte[] packed = new byte[BLOCK_ROWS];
      for (int i = 0; i < BLOCK_ROWS; i++) {
        packed[i] = (byte) (values[i] - least);
      }
      return new Block(least, packed);
    }
    if (range >= 0 && range < 1 << 16) {
      short[] packed = new short[BLOCK_ROWS];
      for (int i = 0; i < BLOCK_ROWS; i++) {
        packed[i] = (short) (values[i] - least);
      }
      return new Block(least, packed);
    }
    if (range >= 0 && range < 1L << 32) {
      int[] packed = new int[BLOCK_ROWS];
      for (int i = 0; i < BLOCK_ROWS; i++) {
        packed[i] = (int) (values[i] - least);
      }
      return new Block(least, packed);
    }
    return new Block(0, values.clone());
  }
}
