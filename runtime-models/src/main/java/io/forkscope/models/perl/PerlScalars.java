package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What copying scalars, and using them as text or number, does to their heads and bodies. */
final class PerlScalars {

  /** What a sort keeps on the C stack: SMALLSORT, perl 5.36 pp_sort.c. */
  private static final long SMALL_SORT = 200;

  /** Elements whose slots are freed together: a page or less of each kind. */
  private static final long TOGETHER = 32;

  private final ProcessMemory memory;
  private final PerlHeap heap;
  private final PerlStacks stacks;

  /**
   * By function, the block of the array that it copied into last, which it keeps, and its slots.
   */
  private final Map<String, long[]> kept = new HashMap<>();

  private String function = "";

  PerlScalars(ProcessMemory memory, PerlHeap heap, PerlStacks stacks) {
    this.memory = memory;
    this.heap = heap;
    this.stacks = stacks;
  }

  PerlScalars(PerlScalars parent, ProcessMemory memory, PerlHeap heap, PerlStacks stacks) {
    this(memory, heap, stacks);
    parent.kept.forEach((name, block) -> kept.put(name, block.clone()));
  }

  /** Tells which function of the program runs from now on. */
  void enter(String name) {
    function = name;
  }

  /** {@code my $x = $d[$i]}, each: a buffer's count goes up and down, or that of a referent. */
  void copyEach(PerlPopulation d) {
    long from = d.sharedFrom();
    if (from < d.count) {
      share(d, from);
    }
    d.touchReferents(memory.sink(PerlCauses.REFCOUNT));
  }

  private void share(PerlPopulation d, long from) {
    if (from < d.flaggedFrom) {
      long to = Math.min(d.count, d.flaggedFrom);
      WriteSink sink = memory.sink(PerlCauses.COW_COUNT);
      d.heads().write(sink, from, to, PerlSizes.HEAD_BYTES); // SvIsCOW_on
      d.flaggedFrom = from;
    }
    d.touchBuffers(memory.sink(PerlCauses.COW_COUNT), from);
  }

  /** {@code $d[$i] =~ /(.)/}, each: the match keeps the text it captured from, until the next. */
  void capture(PerlPopulation d) {
    stringify(d);
    if (d.value.kind == PerlNode.Kind.STRING) {
      share(d, 0); // S_reg_set_capture_string asks for SvCANCOW alone, not for a length
    }
  }

  /** {@code $d[$i] .= text}, each: the buffer grows by a quarter if it has no room, sv_grow. */
  void append(PerlPopulation d, int bytes) {
    WriteSink sink = memory.sink(PerlCauses.MUTATION);
    d.touchHeads(sink);
    d.bodies().write(sink, PerlSizes.POINTER_BYTES);
    BlockRuns old = d.blockRuns[d.value.block];
    BlockRuns grown = new BlockRuns();
    forEachLength(
        d,
        (from, to, digits) -> {
          int text = d.textBytes(digits);
          int held = d.bufferBytes(digits);
          long needed = PerlSizes.appendedBufferBytes(text, bytes, held);
          for (long i = from; i < to; i++) {
            long block = old.address(i);
            if (needed > held) {
              block = heap.malloc().reallocate(block, held, needed, text + 1L);
            }
            grown.addOne(block);
            sink.write(block + text, bytes + 1);
          }
        });
    PerlNode.Size before = d.blockSizes.get(d.value.block);
    int textBefore = d.appended;
    PerlNode node = d.value;
    d.blockRuns[node.block] = grown;
    d.blockSizes.set(
        node.block,
        digits ->
            Math.toIntExact(
                PerlSizes.appendedBufferBytes(
                    node.textBytes(digits) + textBefore, bytes, before.bytes(digits))));
    d.appended += bytes;
    d.flaggedFrom = Long.MAX_VALUE;
  }

  /** A number used as text gets a body and a buffer; sv_2pv_flags. */
  void stringify(PerlPopulation d) {
    boolean isFloat = d.value.kind == PerlNode.Kind.FLOAT && !d.numbered;
    if (d.hasText && isFloat) {
      // a float's text is made again each time, into the buffer it has
      d.laterBodies.write(memory.sink(PerlCauses.STRING_FORM), PerlSizes.POINTER_BYTES);
      d.laterTexts.write(memory.sink(PerlCauses.STRING_FORM), 10);
    }
    if (d.value.isObject()) {
      d.touchHeads(memory.sink(PerlCauses.HEAD_FLAGS)); // SvUTF8_off, for its class may be UTF-8
    }
    if (d.hasText || d.isReference()) {
      return;
    }
    d.hasText = true;
    d.touchHeads(memory.sink(PerlCauses.STRING_FORM));
    boolean isOverText = d.value.kind == PerlNode.Kind.STRING;
    boolean needsBody = d.body == null;
    if (!needsBody) {
      d.bodies().write(memory.sink(PerlCauses.STRING_FORM), PerlSizes.POINTER_BYTES); // SvCUR
    }
    if (isOverText || d.laterTexts.count() > 0) {
      BlockRuns buffers = isOverText ? d.blockRuns[d.value.block] : d.laterTexts;
      buffers.write(memory.sink(PerlCauses.STRING_FORM), 10);
      return;
    }
    if (needsBody) {
      d.body = isFloat ? PerlHeap.Slot.PVNV : PerlHeap.Slot.PVIV;
    }
    forEachLength(
        d,
        (from, to, digits) ->
            heap.make(
                to - from,
                needsBody && d.body != null ? List.of(d.body) : List.of(),
                needsBody ? new BlockRuns[] {d.laterBodies} : new BlockRuns[0],
                new long[] {d.value.bufferBytes(digits)},
                new BlockRuns[] {d.laterTexts}));
    d.laterTexts.write(memory.sink(PerlCauses.STRING_FORM), 10);
  }

  /**
   * The text of a reference is made anew each time it is asked for, in a block that is freed when
   * the scope ends. Source: perl 5.36 sv.c, sv_2pv_flags (SAVEFREEPV).
   *
   * @param times how often each is asked for
   */
  void referenceTexts(PerlPopulation d, int times) {
    if (!d.isReference()) {
      return;
    }
    long bytes = d.value.referenceTextBytes();
    BlockRuns texts = new BlockRuns();
    for (long left = times * d.count; left > 0; ) {
      long some = Math.min(left, stacks.roomToSave(texts.count()));
      heap.malloc().allocateEach(new long[] {bytes}, some, new BlockRuns[] {texts});
      stacks.save(texts.count() - some, some);
      left -= some;
    }
    texts.write(memory.sink(PerlCauses.ALLOCATION), Math.toIntExact(bytes));
    heap.malloc().freeEach(texts, 0, texts.count(), bytes, true);
  }

  /** A text used as a number; S_sv_2iuv_common keeps whole numbers in a smaller body. */
  void numify(PerlPopulation d) {
    if (!d.hasNumber && d.value.kind == PerlNode.Kind.STRING) {
      upgrade(d, d.value.isNumeric() ? PerlHeap.Slot.PVIV : PerlHeap.Slot.PVNV);
    }
  }

  /** The same of a part of each element, in {@code $t += $d[$i][0]}. */
  void numify(PerlPopulation d, PerlNode part) {
    if (part.kind != PerlNode.Kind.STRING || d.slots.get(part.body) != PerlHeap.Slot.PV) {
      return;
    }
    PerlHeap.Slot to = part.isNumeric() ? PerlHeap.Slot.PVIV : PerlHeap.Slot.PVNV;
    BlockRuns bodies = new BlockRuns();
    heap.of(to).take(d.count, bodies);
    heap.of(PerlHeap.Slot.PV).free(d.slotRuns[part.body], 0, d.count, false);
    d.slotRuns[part.head].write(memory.sink(PerlCauses.NUMERIC_FORM), PerlSizes.HEAD_BYTES);
    d.slotRuns[part.body] = bodies;
    d.slots.set(part.body, to);
  }

  /** Compared as floats, as sv_2nv_flags does: all get a body with room for one. */
  void makeFloats(PerlPopulation d) {
    if (d.body != PerlHeap.Slot.PVNV && !d.isReference()) {
      upgrade(d, PerlHeap.Slot.PVNV);
    }
  }

  /**
   * {@code $d[$i] = $i}, each: a text's body gets room for the number, its buffer stays, and what a
   * reference refers to is freed. Source: perl 5.36 sv.c, sv_setsv_flags, S_sv_uncow.
   */
  void assignNumbers(PerlPopulation d) {
    d.touchHeads(memory.sink(PerlCauses.MUTATION));
    if (d.body == PerlHeap.Slot.PV) {
      upgrade(d, PerlHeap.Slot.PVIV);
    } else if (d.body == null && d.value.kind == PerlNode.Kind.FLOAT) {
      upgrade(d, PerlHeap.Slot.PVNV); // a float's head holds no whole number
    } else if (d.body != null) {
      d.bodies().write(memory.sink(PerlCauses.MUTATION), heap.of(d.body).slotBytes());
    }
    if (d.isReference()) {
      overwrite(d, d.value);
    }
    d.numbered = !d.isReference();
    d.hasText = false;
    d.appended = 0;
  }

  private void upgrade(PerlPopulation d, PerlHeap.Slot to) {
    BlockRuns old = d.bodies();
    BlockRuns bodies = new BlockRuns();
    heap.of(to).take(d.count, bodies);
    if (d.body != null) {
      heap.of(d.body).free(old, 0, d.count, false);
    }
    d.touchHeads(memory.sink(PerlCauses.NUMERIC_FORM));
    d.laterBodies = bodies;
    d.body = to;
    d.hasNumber = true;
  }

  /**
   * The merge sort's own pointers, of which a list that is in order needs one. Source: perl 5.36
   * pp_sort.c, S_sortsv_flags_impl and dynprep.
   */
  void sort(PerlPopulation d, boolean inOrder) {
    if (d.count > SMALL_SORT) {
      long bytes = d.count * PerlSizes.POINTER_BYTES;
      long block = heap.malloc().allocate(bytes);
      memory.sink(PerlCauses.ALLOCATION).writeRange(block, inOrder ? 1 : bytes);
      heap.malloc().free(block, bytes);
    }
  }

  /** {@code my @e = @d} in a function: copies, which die when it ends, from the last on. */
  void copyArray(PerlPopulation d) {
    stacks.pushArguments(d.count);
    stacks.pushTemporaries(0, d.count + 1);
    BlockRuns heads = new BlockRuns();
    BlockRuns bodies = new BlockRuns();
    BlockRuns texts = new BlockRuns();
    boolean isText = d.hasText && d.value.kind != PerlNode.Kind.FLOAT;
    long sharedFrom = d.shareableFrom();
    if (sharedFrom < d.count) {
      share(d, sharedFrom);
    }
    PerlHeap.Slot body = d.body;
    forEachLength(
        d,
        (from, to, digits) ->
            heap.make(
                to - from,
                body == null ? List.of(PerlHeap.Slot.HEAD) : List.of(PerlHeap.Slot.HEAD, body),
                body == null ? new BlockRuns[] {heads} : new BlockRuns[] {heads, bodies},
                isText && from < sharedFrom ? new long[] {copiedBytes(d, digits)} : new long[0],
                isText && from < sharedFrom ? new BlockRuns[] {texts} : new BlockRuns[0]));
    d.touchReferents(memory.sink(PerlCauses.REFCOUNT));
    keep(d.count);
    heap.of(PerlHeap.Slot.HEAD).free(heads, 0, heads.count(), true);
    if (body != null) {
      heap.of(body).free(bodies, 0, bodies.count(), true);
    }
    if (texts.count() > 0) {
      texts.write(memory.sink(PerlCauses.ALLOCATION), 10);
      freeEach(d, texts, texts.count(), digits -> copiedBytes(d, digits));
    }
  }

  private static int copiedBytes(PerlPopulation d, int digits) {
    return PerlSizes.bufferBytes(d.textBytes(digits));
  }

  /** Frees the blocks of the first {@code count} elements, from the last on. */
  void freeEach(PerlPopulation d, BlockRuns blocks, long count, PerlNode.Size size) {
    for (long to = count; to > 0; ) {
      long from = d.digitsStart(to - 1);
      heap.malloc().freeEach(blocks, from, to, size.bytes(d.digits(to - 1)), true);
      to = from;
    }
  }

  /** The pointers of the array that is copied into: its block outlives the call. */
  private void keep(long count) {
    GlibcHeap malloc = heap.malloc();
    long bytes = count * PerlSizes.POINTER_BYTES;
    long[] own = kept.computeIfAbsent(function, name -> new long[2]);
    if (own[1] == 0) {
      own[0] = malloc.allocate(bytes);
      own[1] = count;
    } else if (count > own[1]) {
      long slots = count + own[1] / 5; // av_extend
      long old = own[1] * PerlSizes.POINTER_BYTES;
      own[0] = malloc.reallocate(own[0], old, slots * PerlSizes.POINTER_BYTES, old);
      own[1] = slots;
    }
    memory.sink(PerlCauses.ALLOCATION).writeRange(own[0], bytes);
  }

  /** Mortal copies of something that needs no body. */
  void temporaries(long count) {
    BlockRuns heads = new BlockRuns();
    heap.of(PerlHeap.Slot.HEAD).take(count, heads);
    stacks.pushTemporaries(0, count);
    heap.of(PerlHeap.Slot.HEAD).free(heads, 0, count, false);
  }

  /** Mortal copies of the keys: newSVhek shares their text. */
  void sharedKeys(PerlPopulation h) {
    BlockRuns heads = new BlockRuns();
    BlockRuns bodies = new BlockRuns();
    heap.make(
        h.count,
        List.of(PerlHeap.Slot.HEAD, PerlHeap.Slot.PV),
        new BlockRuns[] {heads, bodies},
        new long[0],
        new BlockRuns[0]);
    h.keys.write(memory.sink(PerlCauses.KEY_COUNT), 32);
    stacks.pushTemporaries(0, h.count);
    heap.of(PerlHeap.Slot.PV).free(bodies, 0, h.count, false);
    heap.of(PerlHeap.Slot.HEAD).free(heads, 0, h.count, false);
  }

  /**
   * The op's target keeps the joined text; the last element finds no room for a count of sharers
   * behind it. Source: perl 5.36 doop.c, do_join; sv.c, sv_catpvn_flags, sv_grow.
   */
  void join(PerlPopulation d) {
    long[] bytes = {d.count - 1};
    forEachLength(d, (from, to, digits) -> bytes[0] += (to - from) * d.textBytes(digits));
    int last = d.textBytes(d.digits(d.count - 1));
    long held = bytes[0] + 2;
    long grown = PerlSizes.appendedBufferBytes(bytes[0] - last, last, bytes[0]);
    long block = heap.malloc().reallocate(heap.malloc().allocate(held), held, grown, bytes[0]);
    memory.sink(PerlCauses.ALLOCATION).writeRange(block, bytes[0]);
  }

  /** Elements are freed from the last on, with what they alone hold. */
  void clear(PerlPopulation d) {
    d.emptied = true;
    WriteSink sink = memory.sink(PerlCauses.FREE);
    long pointers = Math.max(1, d.isMap ? d.tableSlots : d.count);
    sink.writeRange(d.table, pointers * PerlSizes.POINTER_BYTES);
    freeBlocks(d, i -> true);
    if (d.laterTexts.count() > 0) {
      freeEach(d, d.laterTexts, d.count, d.value::bufferBytes);
    }
    freeSlots(d, i -> i != d.value.body || d.laterBodies.count() == 0);
    if (d.laterBodies.count() > 0 && d.body != null) {
      heap.of(d.body).free(d.laterBodies, 0, d.count, true);
    }
    if (d.isMap) {
      heap.of(PerlHeap.Slot.ENTRY).free(d.entries, 0, d.count, true);
      freeEach(d, d.keys, d.count, d::keyBytes);
    }
  }

  /** Frees blocks element by element, from the last on. */
  private void freeBlocks(PerlPopulation d, IntPredicate which) {
    int[] blocks =
        IntStream.range(0, d.blockRuns.length)
            .filter(i -> d.holdsBlock(i) && which.test(i))
            .toArray();
    if (blocks.length < 2 || !heap.malloc().isChunkByChunk()) {
      for (int block : blocks) {
        freeEach(d, d.blockRuns[block], d.count, d.blockSizes.get(block));
      }
      return;
    }
    for (long element = d.count - 1; element >= 0; element--) {
      int digits = d.digits(element);
      for (int i = blocks.length - 1; i >= 0; i--) {
        int block = blocks[i];
        heap.malloc()
            .free(d.blockRuns[block].address(element), d.blockSizes.get(block).bytes(digits));
      }
    }
  }

  /** Frees what references to blessed hashes refer to; the references stay, turned off. */
  void destroyObjects(PerlPopulation d) {
    d.value.forEachObject(
        object -> {
          d.slotRuns[object.head].write(memory.sink(PerlCauses.DESTRUCTION), PerlSizes.HEAD_BYTES);
          freeReferents(d, object);
        });
  }

  /** A write over a reference in each element frees what it refers to, with what that holds. */
  void overwrite(PerlPopulation d, PerlNode reference) {
    freeReferents(d, reference);
    d.overwritten = reference;
  }

  private void freeReferents(PerlPopulation d, PerlNode reference) {
    freeBlocks(d, reference::refersToBlock);
    freeSlots(d, reference::refersToSlot);
  }

  /**
   * Frees slots some elements at a time: those of one kind that an element has are taken again
   * together. Source: perl 5.36 sv.c, Perl_sv_clear.
   */
  private void freeSlots(PerlPopulation d, IntPredicate which) {
    for (PerlHeap.Slot kind : PerlHeap.Slot.values()) {
      List<BlockRuns> lists =
          IntStream.range(0, d.slotRuns.length)
              .filter(i -> d.slots.get(i) == kind && d.holdsSlot(i) && which.test(i))
              .mapToObj(i -> d.slotRuns[i])
              .toList();
      BlockRuns inTurns = BlockRuns.inTurns(lists, d.count, TOGETHER);
      heap.of(kind).free(inTurns, 0, inTurns.count(), true);
    }
  }

  private static void forEachLength(PerlPopulation d, Length target) {
    for (long from = 0; from < d.count; ) {
      long to = Math.min(d.count, d.digitsEnd(from));
      target.take(from, to, d.digits(from));
      from = to;
    }
  }

  /** Elements whose numbers have equally many digits. */
  @FunctionalInterface
  private interface Length {
    void take(long from, long to, int digits);
  }
}
