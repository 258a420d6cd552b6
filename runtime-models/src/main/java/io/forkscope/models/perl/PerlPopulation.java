package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.allocator.BlockRuns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One array or hash of a process, with the slots and blocks of its elements. */
final class PerlPopulation {

  final String name;
  final boolean isMap;

  /** The text of a hash's keys; null for an array. */
  final @Nullable IndexFormat key;

  final PerlNode value;
  final List<PerlHeap.Slot> slots = new ArrayList<>();
  final List<PerlNode.Size> blockSizes = new ArrayList<>();
  final BlockRuns[] slotRuns;
  final BlockRuns[] blockRuns;

  /** Entries and shared keys of a hash, one an element. */
  BlockRuns entries = new BlockRuns();

  BlockRuns keys = new BlockRuns();

  long count;

  /** The array's pointers or the hash's buckets. */
  long table;

  long tableSlots;

  /** What the scalars' bodies have become; null while they have none. */
  PerlHeap.@Nullable Slot body;

  /** Bodies and texts that scalars without them have got since. */
  BlockRuns laterBodies = new BlockRuns();

  BlockRuns laterTexts = new BlockRuns();

  /** Whether the text, or the number, that an element's flags speak of is there. */
  boolean hasText;

  boolean hasNumber;

  /** Whether whole numbers were assigned; the buffers of texts that were there stay. */
  boolean numbered;

  /** The first scalar whose flags say already that its buffer is, or was, shared. */
  long flaggedFrom = Long.MAX_VALUE;

  boolean emptied;

  /** The reference of each element that was written over; null while there is none. */
  @Nullable PerlNode overwritten;

  boolean shuffled;

  /** Bytes that were appended to each text. */
  int appended;

  /** Of each {@code every} values made, so many are {@code skipped}, the next are taken. */
  private final int every;

  private final int skipped;
  private final int taken;

  PerlPopulation(String name, String holder, Value of) {
    this(name, holder, of, 1, 0, 1);
  }

  private PerlPopulation(String name, String holder, Value of, int every, int skipped, int taken) {
    this.name = name;
    this.every = every;
    this.skipped = skipped;
    this.taken = taken;
    isMap = holder.equals("map");
    Value element = isMap ? of.parts().get(1) : of;
    key = isMap ? IndexFormat.of(of.parts().get(0).attribute("format", "key-%09d")) : null;
    value = new PerlNode(element, slots, blockSizes);
    slotRuns = lists(slots.size());
    blockRuns = lists(blockSizes.size());
    body = value.kind == PerlNode.Kind.STRING ? PerlHeap.Slot.PV : null;
    hasText = value.kind == PerlNode.Kind.STRING;
    hasNumber = value.kind == PerlNode.Kind.INT || value.kind == PerlNode.Kind.FLOAT;
  }

  PerlPopulation(PerlPopulation other) {
    name = other.name;
    isMap = other.isMap;
    key = other.key;
    value = other.value;
    slots.addAll(other.slots);
    blockSizes.addAll(other.blockSizes);
    slotRuns = other.slotRuns.clone();
    blockRuns = other.blockRuns.clone();
    entries = other.entries;
    keys = other.keys;
    count = other.count;
    table = other.table;
    tableSlots = other.tableSlots;
    body = other.body;
    laterBodies = other.laterBodies;
    laterTexts = other.laterTexts;
    hasText = other.hasText;
    hasNumber = other.hasNumber;
    numbered = other.numbered;
    flaggedFrom = other.flaggedFrom;
    emptied = other.emptied;
    overwritten = other.overwritten;
    shuffled = other.shuffled;
    appended = other.appended;
    every = other.every;
    skipped = other.skipped;
    taken = other.taken;
  }

  /**
   * Whether an element of a hash gets its key before its text: a text that is copied from the op
   * that makes it. What it shares with the op, or refers to, is made first. pp_helem, pp_sassign.
   */
  boolean keyBeforeText() {
    return value.kind == PerlNode.Kind.STRING && !value.isSharedWhenAssigned();
  }

  /** Will hold the first of each {@code every} values made. */
  static PerlPopulation firstOf(int every, String name, String holder, Value of) {
    return new PerlPopulation(name, holder, of, every, 0, 1);
  }

  /** Will hold all others. */
  static PerlPopulation othersOf(int every, String name, String holder, Value of) {
    return new PerlPopulation(name, holder, of, every, 1, every - 1);
  }

  static BlockRuns[] lists(int count) {
    BlockRuns[] lists = new BlockRuns[count];
    for (int i = 0; i < count; i++) {
      lists[i] = new BlockRuns();
    }
    return lists;
  }

  /** The {@code $i} that an element is made from. */
  long made(long element) {
    return element / taken * every + element % taken + skipped;
  }

  /** How many elements are made from a lesser {@code $i}. */
  long elementsBelow(long i) {
    long behind = Math.max(0, i - skipped);
    return behind / every * taken + Math.min(taken, behind % every);
  }

  /** Decimal digits of the {@code $i} that an element is made from. */
  int digits(long element) {
    return IndexFormat.digits(made(element));
  }

  /** The first element whose {@code $i} has as many digits. */
  long digitsStart(long element) {
    int digits = digits(element);
    return digits == 1 ? 0 : elementsBelow(IndexFormat.bound(digits - 1));
  }

  /** The first element whose {@code $i} has more digits. */
  long digitsEnd(long element) {
    return elementsBelow(IndexFormat.bound(digits(element)));
  }

  /** Bytes of an element's text. */
  int textBytes(int digits) {
    return (numbered ? digits : value.textBytes(digits)) + appended;
  }

  /** Whether its texts, made of ascending numbers, are in order: equally long ones are. */
  boolean isInOrderOfTexts() {
    return !shuffled && !isReference() && textBytes(1) == textBytes(digits(count - 1));
  }

  /** Bytes of a shared key in the C heap. */
  int keyBytes(int digits) {
    return PerlSizes.keyBytes(key == null ? 0 : key.bytes(digits));
  }

  /** Bytes of the buffer that holds a text. */
  int bufferBytes(int digits) {
    return blockSizes.get(value.block).bytes(digits);
  }

  /** The first element whose text a new scalar shares. */
  long shareableFrom() {
    return firstShared(false);
  }

  /**
   * The first element whose text {@code my $x = …} shares. A variable that has once been given a
   * copy keeps its buffer, and what fits there is copied too: measured on perl 5.36.0, where texts
   * of 6 to 9 bytes are shared with a new variable, and copied after shorter ones.
   */
  long sharedFrom() {
    return firstShared(true);
  }

  private long firstShared(boolean keepsBuffer) {
    int own = 0;
    boolean isText = value.kind == PerlNode.Kind.STRING && !numbered;
    for (int digits = 1; digits < 19 && isText; digits++) {
      int text = textBytes(digits);
      if (PerlSizes.sharesBuffer(text, bufferBytes(digits)) && text + 1 > own) {
        return digits == 1 ? 0 : elementsBelow(IndexFormat.bound(digits - 1));
      }
      own = keepsBuffer ? Math.max(own, bufferBytes(digits)) : 0;
    }
    return Long.MAX_VALUE;
  }

  /**
   * {@code @d[$i, $k] = @d[$k, $i]} from the last element on: copies are assigned, so that heads
   * and bodies stay, and shared buffers and what is referred to change hands. pp_aassign,
   * sv_setsv_flags.
   */
  void shuffle(PerlRandom random) {
    shuffled = true;
    boolean isText = value.kind == PerlNode.Kind.STRING;
    long moving = isText ? shareableFrom() : value.isReference() ? 0 : Long.MAX_VALUE;
    int[] order = new int[Math.toIntExact(count)];
    Arrays.setAll(order, i -> i);
    for (int i = order.length - 1; i > 0; i--) {
      int other = (int) random.below(i + 1.0);
      if (Math.min(i, other) >= moving) {
        int moved = order[i];
        order[i] = order[other];
        order[other] = moved;
      }
    }
    if (moving >= count) {
      return;
    }
    for (int i = 0; i < blockRuns.length; i++) {
      blockRuns[i] = inOrder(blockRuns[i], order);
    }
    for (int i = 0; i < slotRuns.length && !isText; i++) {
      if (i != value.head) {
        slotRuns[i] = inOrder(slotRuns[i], order);
      }
    }
    flaggedFrom = isText ? Math.min(flaggedFrom, moving) : flaggedFrom;
  }

  private static BlockRuns inOrder(BlockRuns runs, int[] order) {
    BlockRuns moved = new BlockRuns();
    for (int index : order) {
      moved.addOne(runs.address(index));
    }
    return moved;
  }

  /** Takes its elements from all that were made. */
  void takeFrom(PerlPopulation all) {
    count = elementsBelow(all.count);
    for (int i = 0; i < slotRuns.length; i++) {
      take(all.slotRuns[i], slotRuns[i]);
    }
    for (int i = 0; i < blockRuns.length; i++) {
      take(all.blockRuns[i], blockRuns[i]);
    }
    if (isMap) {
      take(all.entries, entries);
      take(all.keys, keys);
    }
  }

  private void take(BlockRuns from, BlockRuns into) {
    for (long element = 0; element < count; element++) {
      into.addOne(from.address(made(element)));
    }
  }

  /** The heads of the elements themselves. */
  BlockRuns heads() {
    return slotRuns[value.head];
  }

  /** Their bodies, wherever they came from. */
  BlockRuns bodies() {
    return value.body >= 0 && laterBodies.count() == 0 ? slotRuns[value.body] : laterBodies;
  }

  void touchHeads(WriteSink sink) {
    heads().write(sink, PerlSizes.HEAD_BYTES);
  }

  /** Writes the count of sharers, the last byte of each buffer from an element's on. */
  void touchBuffers(WriteSink sink, long firstElement) {
    BlockRuns buffers = blockRuns[value.block];
    for (long from = firstElement; from < count; ) {
      long to = Math.min(count, digitsEnd(from));
      int last = bufferBytes(digits(from)) - 1;
      buffers.forEachRun(
          from,
          to,
          (first, stride, blocks) -> {
            long low = Math.min(first, first + (blocks - 1) * stride);
            if (blocks == 1 || stride == 0) {
              sink.write(first + last, 1);
            } else {
              sink.writeStrided(low + last, Math.abs(stride), blocks, 1);
            }
          });
      from = to;
    }
  }

  /** Writes the heads of what the elements refer to. */
  void touchReferents(WriteSink sink) {
    if (isReference()) {
      slotRuns[value.referent].write(sink, PerlSizes.HEAD_BYTES);
    }
  }

  /** Whether its elements are references still. */
  boolean isReference() {
    return value.isReference() && holdsSlot(value.referent);
  }

  /** Whether a slot of each element is still in use. */
  boolean holdsSlot(int slot) {
    PerlNode gone = overwritten;
    return gone == null || !gone.refersToSlot(slot);
  }

  /** Whether a block of each element is still in use. */
  boolean holdsBlock(int block) {
    PerlNode gone = overwritten;
    return gone == null || !gone.refersToBlock(block);
  }
}
