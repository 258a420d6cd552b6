package io.forkscope.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * The page table of one process: a tree over 47 bits of address with leaves of 2 MiB. Its levels
 * fall on the kernel's own (x86-64 with four levels), so that the kernel's tables can be counted.
 * Sharing it costs one reference; the first write below a shared node copies the path to it.
 */
final class PageTable {
  /** Bits of a user address: Linux Documentation/arch/x86/x86_64/mm.rst, 4-level page tables. */
  static final int ADDRESS_BITS = 47;

  static final int LEAF_SHIFT = 21;
  static final long LEAF_BYTES = 1L << LEAF_SHIFT;

  /** Where the index of each level begins, root first. */
  private static final int[] SHIFTS = {43, 39, 35, 30, 26, LEAF_SHIFT};

  private static final int[] WIDTHS = {16, 16, 16, 32, 16, 32};

  /** Level whose nodes stand for one kernel PUD table, 512 GiB. */
  static final int PUD_TABLES = 2;

  /** Level whose nodes stand for one kernel PMD table, 1 GiB. */
  static final int PMD_TABLES = 4;

  static final int LEVELS = SHIFTS.length;

  private Table root;

  /** The last bottom table that was made exclusive, and its address; forgotten when shared. */
  private @Nullable Table bottom;

  private long bottomAddress;

  private PageTable(Table root) {
    this.root = root;
  }

  static PageTable empty() {
    return new PageTable(new Table(WIDTHS[0]));
  }

  /** A table of another process with the same pages. */
  PageTable share() {
    bottom = null;
    root.references++;
    return new PageTable(root);
  }

  Table root() {
    return root;
  }

  /** The leaf of an address, or null where nothing is mapped; not to be changed. */
  @Nullable Leaf find(long address) {
    Node node = root;
    for (int level = 0; level < LEVELS && node instanceof Table table; level++) {
      node = table.children[index(address, level)];
    }
    return node instanceof Leaf leaf ? leaf : null;
  }

  /** The leaf of an address, reached by this process alone; made if it is not there. */
  Leaf exclusive(long address) {
    Table table = bottomOf(address);
    int index = index(address, LEVELS - 1);
    Node child = table.children[index];
    if (child == null) {
      Leaf leaf = Leaf.empty();
      table.children[index] = leaf;
      return leaf;
    }
    Leaf leaf = (Leaf) child;
    if (leaf.references > 1) {
      leaf.references--;
      leaf = leaf.copy();
      table.children[index] = leaf;
    }
    return leaf;
  }

  /** Puts a leaf in the place of one that {@link #exclusive} returned; null for none. */
  void replace(long address, @Nullable Leaf leaf) {
    bottomOf(address).children[index(address, LEVELS - 1)] = leaf;
  }

  private Table bottomOf(long address) {
    long region = address >>> SHIFTS[LEVELS - 2];
    Table cached = bottom;
    if (cached != null && bottomAddress == region) {
      return cached;
    }
    if (root.references > 1) {
      root.references--;
      root = root.copy();
    }
    Table table = root;
    for (int level = 0; level < LEVELS - 1; level++) {
      int index = index(address, level);
      Node child = table.children[index];
      Table next;
      if (child == null) {
        next = new Table(WIDTHS[level + 1]);
        table.children[index] = next;
      } else if (child.references > 1) {
        child.references--;
        next = ((Table) child).copy();
        table.children[index] = next;
      } else {
        next = (Table) child;
      }
      table = next;
    }
    bottom = table;
    bottomAddress = region;
    return table;
  }

  /** Visits the leaves that overlap a range, in address order. */
  void forEachLeaf(long from, long to, LeafVisitor visitor) {
    visit(root, 0, 0, from, to, visitor);
  }

  private static void visit(
      Table table, int level, long base, long from, long to, LeafVisitor visitor) {
    long span = 1L << SHIFTS[level];
    int first = from <= base ? 0 : (int) ((from - base) >>> SHIFTS[level]);
    for (int i = first; i < table.children.length; i++) {
      long address = base + i * span;
      if (address >= to) {
        return;
      }
      Node child = table.children[i];
      if (child instanceof Leaf leaf) {
        visitor.leaf(address, leaf);
      } else if (child instanceof Table below) {
        visit(below, level + 1, address, from, to, visitor);
      }
    }
  }

  /**
   * Lets go of everything.
   *
   * @return how many frames nobody sees any more
   */
  long release() {
    bottom = null;
    long freed = release(root);
    root = new Table(WIDTHS[0]);
    return freed;
  }

  private static long release(Node node) {
    if (--node.references > 0) {
      return 0;
    }
    long freed = 0;
    if (node instanceof Table table) {
      for (Node child : table.children) {
        freed += child == null ? 0 : release(child);
      }
    } else if (node instanceof Leaf leaf) {
      for (int word = 0; word < Leaf.WORDS; word++) {
        freed += leaf.drop(word, -1L);
      }
    }
    return freed;
  }

  private static int index(long address, int level) {
    return (int) (address >>> SHIFTS[level]) & (WIDTHS[level] - 1);
  }

  /** Takes leaves. */
  interface LeafVisitor {
    /** One leaf and the address of its first page. */
    void leaf(long address, Leaf leaf);
  }
}
