package io.forkscope.models.php;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.FreeSlots;
import io.forkscope.models.allocator.ZendMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cycle collector: its buffer of possible roots, its threshold, and what a run writes. Source:
 * PHP 8.2 Zend/zend_gc.c.
 *
 * <p>A run marks everything reachable from the buffered roots grey and back to black, which writes
 * the header of every refcounted value on the way, strings too. The array that a function built and
 * returned is such a root (ZEND_RETURN of a compiled variable), so that the first run of a process
 * usually visits everything.
 */
final class PhpCollector {

  /** GC_THRESHOLD_DEFAULT, GC_THRESHOLD_STEP: PHP 8.2 Zend/zend_gc.c. */
  private static final long FIRST_THRESHOLD = 10_001;

  private static final long THRESHOLD_STEP = 10_000;

  /** A run that frees fewer raises the threshold: GC_THRESHOLD_TRIGGER. */
  private static final long FEW_FREED = 100;

  /** GC_DEFAULT_BUF_SIZE and GC_BUF_GROW_STEP, in entries of 8 bytes. */
  private static final long FIRST_CAPACITY = 16 * 1024;

  private static final long GROW_STEP = 128 * 1024;

  /** Entries of a mark stack segment: GC_STACK_SEGMENT_SIZE; the first one is on the C stack. */
  private static final int STACK_ENTRIES = 510;

  private static final int SEGMENT_BYTES = 4096;
  private static final long BUFFERS = 0x7f20_0000_0000L;

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final PhpGarbage garbage;
  private boolean enabled;
  private long threshold;

  /** The array that a foreach goes through; each run makes it a possible root again. */
  private @Nullable PhpPopulation looped;

  /** Entries in use, and given back, below the first that was never used. */
  private long roots;

  private final FreeSlots unused;

  /** The most entries that were ever in use: so far the buffer has been written. */
  private long mostRoots;

  private long capacity;
  private long buffer;

  PhpCollector(ProcessMemory memory, ZendMemory heap, PhpObjectStore store) {
    this.memory = memory;
    this.heap = heap;
    this.garbage = new PhpGarbage(heap, store);
    this.enabled = true;
    this.threshold = FIRST_THRESHOLD;
    this.unused = new FreeSlots();
    this.capacity = FIRST_CAPACITY;
    this.buffer = BUFFERS;
    mapBuffer();
  }

  PhpCollector(PhpCollector other, ProcessMemory memory, ZendMemory heap, PhpObjectStore store) {
    this.memory = memory;
    this.heap = heap;
    this.garbage = new PhpGarbage(other.garbage, heap, store);
    this.enabled = other.enabled;
    this.threshold = other.threshold;
    this.roots = other.roots;
    this.mostRoots = other.mostRoots;
    this.unused = new FreeSlots(other.unused);
    this.capacity = other.capacity;
    this.buffer = other.buffer;
  }

  void disable() {
    enabled = false;
  }

  /** A foreach begins, or ends: it keeps the array in a temporary variable meanwhile. */
  void loop(@Nullable PhpPopulation over) {
    looped = over;
  }

  /** Buffers the array itself. */
  void bufferArray(PhpPopulation population, List<PhpPopulation> all) {
    if (!population.rooted) {
      if (unused.count() == 0 && roots + 1 >= (enabled ? threshold : capacity)) {
        makeRoom(all);
      }
      population.rooted = true;
      enter(1);
    }
  }

  /**
   * Buffers what the elements {@code [from, to)} hold as the counts fall, and collects when the
   * buffer is full.
   */
  void buffer(PhpPopulation d, PhpRoots kind, long from, long to, List<PhpPopulation> all) {
    buffer(d, List.of(kind), from, to, all);
  }

  /** The same for several kinds of roots, which each of the elements makes together. */
  void buffer(PhpPopulation d, List<PhpRoots> kinds, long from, long to, List<PhpPopulation> all) {
    int each = kinds.stream().mapToInt(PhpRoots::each).sum();
    IndexSet in = kinds.get(0).in();
    long at = in.firstAbsent(from);
    while (at < to && each > 0) {
      long limit = enabled ? threshold : capacity;
      long room = unused.count() > 0 ? unused.topCount() : limit - 1 - roots;
      if (room < each && unused.count() == 0) {
        makeRoom(all);
        continue;
      }
      long end = Math.min(in.absentUntil(at, to), at + Math.max(1, room / each));
      for (PhpRoots kind : kinds) {
        kind.in().add(at, end);
        // gc_possible_root keeps the entry's number in the header
        for (PhpNode node : kind.nodes()) {
          d.touch(node, memory.sink(PhpCauses.ROOT_BUFFER), at, end, 8);
        }
      }
      enter((end - at) * each);
      at = in.firstAbsent(end);
    }
  }

  /**
   * Entries of a value that is freed: gc_remove_from_roots; they are the next to be used, and hold
   * the number of the one before. Assumes that they lie as far apart as freed elements do.
   */
  void giveBack(long entries, int apart) {
    WriteSink sink = memory.sink(PhpCauses.ROOT_BUFFER);
    for (long i = 0; i < entries && unused.count() < roots; i++) {
      long entry = 1 + apart * unused.count() % roots;
      unused.pushOne(entry);
      sink.write(buffer + 8 * entry, 8);
    }
  }

  /** An array is freed with all it holds: gc_remove_from_roots of each that is buffered. */
  void forget(PhpPopulation d) {
    forgetArray(d);
    for (PhpRoots kind : d.allRoots()) {
      giveBack(kind.in().size() * kind.each(), 1);
      kind.in().clear();
    }
  }

  /** The array itself is freed. */
  void forgetArray(PhpPopulation d) {
    giveBack(d.rooted ? 1 : 0, 1);
    d.rooted = false;
  }

  /**
   * The program lets go of an element that is a cycle: the count of its first object falls, but not
   * to nought, so that it is buffered and stays until a collection.
   */
  void leave(PhpPopulation d, long slot, List<PhpPopulation> all) {
    d.touch(d.value, memory.sink(PhpCauses.REFCOUNT), slot, slot + 1, 4);
    buffer(d, d.elementRoots, slot, slot + 1, all);
    garbage.add(d, slot);
  }

  /** gc_possible_root_when_full: collects, or grows where the collector is off. */
  private void makeRoom(List<PhpPopulation> all) {
    if (enabled) {
      long freed = collect(all);
      if (looped != null) {
        looped.rooted = true; // zend_gc_root_tmpvars, ZEND_LIVE_LOOP
        enter(1);
      }
      // gc_adjust_threshold
      if (freed < FEW_FREED) {
        threshold += THRESHOLD_STEP;
        growTo(threshold);
      } else if (threshold > FIRST_THRESHOLD) {
        threshold -= THRESHOLD_STEP;
      }
    } else {
      growTo(capacity + 1);
    }
  }

  /**
   * Collects as gc_collect_cycles() does.
   *
   * @return how many objects were freed
   */
  long collect(List<PhpPopulation> all) {
    WriteSink sink = memory.sink(PhpCauses.COLLECTOR);
    for (PhpPopulation population : all) {
      if (population.alive) {
        mark(population, sink);
      }
    }
    if (roots > 0) {
      memory.sink(PhpCauses.ROOT_BUFFER).writeRange(buffer, 8 * (roots + 1));
    }
    roots = 0;
    while (unused.popRun((first, stride, count) -> {})) {
      // gc_compact begins anew
    }
    for (PhpPopulation population : all) {
      population.rooted = false;
      population.allRoots().forEach(kind -> kind.in().clear());
    }
    return garbage.free();
  }

  private void mark(PhpPopulation population, WriteSink sink) {
    if (!population.rooted) {
      for (PhpRoots kind : population.allRoots()) {
        for (PhpNode node : kind.nodes()) {
          kind.in().forEach((from, to) -> population.touchAll(node, sink, from, to));
        }
      }
      return;
    }
    if (population.capacity > 0) {
      sink.write(population.header, 8);
    }
    population.touchAll(sink, 0, population.count);
    boolean pushes = population.value.refcounted() || population.references.count() > 0;
    if (pushes && population.count > 1) {
      useStack((population.count - 2) / STACK_ENTRIES);
    }
  }

  private void useStack(long segments) {
    long[] addresses = new long[Math.toIntExact(segments)];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = heap.allocate(SEGMENT_BYTES);
      memory.sink(PhpCauses.COLLECTOR).write(addresses[i], SEGMENT_BYTES);
    }
    for (long address : addresses) {
      heap.free(address, SEGMENT_BYTES);
    }
  }

  private void enter(long added) {
    WriteSink sink = memory.sink(PhpCauses.ROOT_BUFFER);
    long left = added;
    while (left > 0 && unused.count() > 0) {
      long taken = Math.min(left, unused.topCount());
      long stride = unused.topStride();
      long first = unused.take(taken);
      for (long i = 0; i < taken; i++) {
        sink.write(buffer + 8 * (first + i * stride), 8);
      }
      left -= taken;
    }
    if (left > 0) {
      growTo(roots + left + 1);
      sink.writeRange(buffer + 8 * (roots + 1), 8 * left);
      roots += left;
      mostRoots = Math.max(mostRoots, roots);
    }
  }

  /** gc_grow_root_buffer: realloc moves the pages by mremap, so the old ones are gone. */
  private void growTo(long entries) {
    if (entries <= capacity) {
      return;
    }
    long old = buffer;
    long oldBytes = bufferBytes();
    while (capacity < entries) {
      capacity = capacity < GROW_STEP ? capacity * 2 : capacity + GROW_STEP;
    }
    buffer += 4 * oldBytes;
    mapBuffer();
    if (mostRoots > 0) {
      memory.sink(PhpCauses.ROOT_BUFFER).writeRange(buffer, 8 * (mostRoots + 1));
    }
    memory.unmap(old, oldBytes);
  }

  private void mapBuffer() {
    memory.map(Region.anonymous("[gc roots]", RegionKind.ANONYMOUS, buffer, bufferBytes()));
  }

  private long bufferBytes() {
    return (8 * capacity + 4095) / 4096 * 4096;
  }
}
