package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Including a file that returns an array of constants, as configurations are kept. PHP reads the
 * file, makes a string of each key and value, a tree of the file, and the array of the tree; the
 * tree goes after the compilation, the array with the variable. With opcache a file is compiled
 * once, and its array lies in shared memory. Source: PHP 8.2 Zend/zend_stream.c, zend_ast.h,
 * zend_compile.c (zend_try_ct_eval_array).
 */
final class PhpIncludes {

  static final long ENTRIES = 1000;

  private static final String LINE = "'key-%09d' => 'value of %09d',\n";
  private static final int LINE_BYTES = String.format(Locale.ROOT, LINE, 0, 0).length();

  private static final int[] STRINGS = {
    PhpSizes.stringBytes("key-".length() + 9), PhpSizes.stringBytes("value of ".length() + 9)
  };

  /** ZEND_MMAP_AHEAD: PHP 8.2 Zend/zend_stream.h. */
  private static final int AHEAD_BYTES = 32;

  /** CG(ast_arena): PHP 8.2 Zend/zend_language_scanner.l, zend_arena_create(1024 * 32). */
  private static final int ARENA_BYTES = 32 * 1024;

  private static final int ARENA_HEADER_BYTES = 24;

  /** Two zend_ast_zval of 24 bytes and a ZEND_AST_ARRAY_ELEM of two children. */
  private static final int ELEMENT_BYTES = 3 * 24;

  /** The file's text around its lines. */
  private static final int FRAME_BYTES = 18;

  /**
   * Pages of data, C heap and stack that the first include of a process family writes, a later one
   * that compiles, and opcache's lock and tables. Measured: 13 to 15, 5 to 8, 4 to 5.
   */
  private static final int FIRST_PAGES = 14;

  private static final int NEXT_PAGES = 6;
  private static final int LOCK_PAGES = 4;

  private static final long PAGE = 4096;

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final boolean opcache;

  /** Sizes of the files that opcache has taken. */
  private final Set<Long> taken;

  private boolean first;

  PhpIncludes(ProcessMemory memory, ZendMemory heap, boolean opcache) {
    this.memory = memory;
    this.heap = heap;
    this.opcache = opcache;
    this.taken = new TreeSet<>();
    this.first = true;
  }

  PhpIncludes(PhpIncludes other, ProcessMemory memory, ZendMemory heap) {
    this.memory = memory;
    this.heap = heap;
    this.opcache = other.opcache;
    this.taken = new TreeSet<>(other.taken);
    this.first = other.first;
  }

  /** The file of so many entries. */
  static String file(long entries) {
    StringBuilder text = new StringBuilder("<?php\nreturn [\n");
    for (long i = 0; i < entries; i++) {
      text.append(String.format(Locale.ROOT, LINE, i, i));
    }
    return text.append("];\n").toString();
  }

  static String fileName(long entries) {
    return "entries-" + entries + ".php";
  }

  /** {@code $x = include} of a file of so many entries; the variable goes at once. */
  void include(long entries) {
    WriteSink sink = memory.sink(PhpCauses.INTERPRETER);
    boolean compiles = !opcache || taken.add(entries);
    int pages = compiles ? NEXT_PAGES : 1;
    if (first) {
      pages = FIRST_PAGES + (opcache ? LOCK_PAGES : 0);
    }
    sink.writeRange(PhpStartup.BRK + 8 * PAGE, pages * PAGE);
    first = false;
    if (compiles) {
      compile(entries);
    }
  }

  private void compile(long entries) {
    long fileBytes = FRAME_BYTES + LINE_BYTES * entries + AHEAD_BYTES;
    long file = block(fileBytes, fileBytes);
    BlockRuns[] strings = {new BlockRuns(), new BlockRuns()};
    List<long[]> arenas = parse(entries, strings);
    for (int i = 0; i < STRINGS.length; i++) {
      strings[i].write(memory.sink(PhpCauses.ALLOCATION), STRINGS[i]);
    }
    long slots = PhpSizes.capacity(entries);
    long table =
        block(
            PhpSizes.hashBytes(slots),
            PhpSizes.hashSlotsBytes(slots) + PhpSizes.BUCKET_BYTES * entries);
    for (int i = arenas.size() - 1; i >= 0; i--) {
      heap.free(arenas.get(i)[0], arenas.get(i)[1]); // zend_arena_destroy: the last one first
    }
    heap.free(file, fileBytes);
    for (int i = 0; i < STRINGS.length; i++) {
      heap.freeEach(strings[i], STRINGS[i]);
    }
    heap.free(table, PhpSizes.hashBytes(slots));
  }

  /** zend_ast_list_add doubles the list at a new place of the arena; zend_arena_alloc. */
  private List<long[]> parse(long entries, BlockRuns[] strings) {
    List<long[]> arenas = new ArrayList<>();
    WriteSink sink = memory.sink(PhpCauses.ALLOCATION);
    long bytes = ARENA_BYTES;
    long used = ARENA_HEADER_BYTES;
    arenas.add(new long[] {block(bytes, ARENA_HEADER_BYTES), bytes});
    for (long i = 0; i < entries; i++) {
      heap.allocateEach(STRINGS, 1, strings);
      boolean doubles = i == 0 || (i >= 4 && Long.bitCount(i) == 1);
      long list = doubles ? 16 + 8 * Math.max(4, 2 * i) : 0;
      for (long need : new long[] {list, ELEMENT_BYTES}) {
        if (used + need > bytes) {
          bytes = Math.max(bytes, need + ARENA_HEADER_BYTES);
          arenas.add(new long[] {block(bytes, ARENA_HEADER_BYTES), bytes});
          used = ARENA_HEADER_BYTES;
        }
        if (need > 0) {
          long at = arenas.get(arenas.size() - 1)[0] + used;
          sink.writeRange(at, Math.min(need, 16 + 8 * entries + ELEMENT_BYTES));
        }
        used += need;
      }
    }
    return arenas;
  }

  private long block(long bytes, long written) {
    long at = heap.allocate(bytes);
    memory.sink(PhpCauses.ALLOCATION).writeRange(at, written);
    return at;
  }
}
