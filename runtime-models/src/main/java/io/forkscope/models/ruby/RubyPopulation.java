package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A population as a process knows it: its shape, who holds it, and what its headers cache. */
final class RubyPopulation {

  private static final int NO_AGE = -1;

  final Population plan;
  final RubyShape shape;
  final int owner;

  /** Its first elements, or the keys of its first pairs, which an earlier population made. */
  final int shared;

  /** Elements it holds. */
  long count;

  /** Elements built for each that is held. */
  int stride = 1;

  /** Index of the element at each place of a shuffled array; empty for creation order. */
  int[] order = {};

  /** Where its elements lie, once it was asked for. */
  @Nullable RubyPlaces places;

  /** Address of the array's buffer; 0 if the holder has none in the C heap yet. */
  long buffer;

  /** Age of the array that it had before it was thinned out; {@link #NO_AGE} if it is dead. */
  int firstHolderAge = NO_AGE;

  /** Its age when it was let go. */
  private int droppedHolderAge;

  /** Whether that array is old and took young elements since the last marking. */
  boolean firstRemembered;

  /** Page of the array itself, if it dies before its process does. */
  @Nullable RubyHeapPage holderPage;

  int holderSlot;

  /** The pairs of a hash holder. */
  @Nullable RubyTable table;

  /** Slots the heap had given out when its building began. */
  long firstSlot;

  /** How many collections the holder survived, to {@link RubySlots#OLD}. */
  int holderAge;

  /** In order of creation, which id each element was given, from 1; 0 for none, empty for all. */
  private long[] ids = {};

  /** Entries that the tables of strings and symbols had taken before its own. */
  long firstString;

  long firstSymbol;
  long firstDynamicSymbol;

  /** Whether some of its symbols were let go. */
  boolean dropsSymbols;

  /** Elements, from 1 in order of creation, whose string, or symbol, has left the tables. */
  final BitSet stringsTaken = new BitSet();

  final BitSet symbolsTaken = new BitSet();

  boolean codeRangesKnown;
  boolean frozen;
  boolean idsGiven;

  /** Whether its keys are symbols that live for ever. */
  boolean idsOfSymbolsGiven;

  /** By number of creation, the strings that own its elements' buffers; empty for themselves. */
  long[] bufferOwners = {};

  /** Whether copies share the array's buffer. */
  boolean bufferShared;

  RubyPopulation(Population plan, RubyShape shape, int owner, int shared) {
    this.plan = plan;
    this.shape = shape;
    this.owner = owner;
    this.shared = shared;
    this.count = plan.count();
    this.frozen = shape.frozen() || isSymbol() || shape.kind().equals("bigint");
  }

  /**
   * How many elements of another one it holds, from the first, if that is made after it: symbols of
   * one text are one object, and so are the keys of hashes. Those of one that is thinned out are
   * assumed to be made anew.
   */
  int lends(Population other) {
    boolean same =
        shape.internTables() > 0
            && shape.liveSlots() == (isSymbol() ? 2 : 1) // a pair's value is made for each
            && plan.holder().equals(other.holder())
            && plan.of().equals(other.of());
    return same && plan.keepEvery() == 1 ? (int) Math.min(plan.count(), other.count()) : 0;
  }

  boolean isSymbol() {
    return shape.kind().equals("sym");
  }

  /** What one element, or the key of one pair, is. */
  Value element() {
    return plan.holder().equals("hash") ? plan.of().parts().get(0) : plan.of();
  }

  /** Whether strings are parts of its elements. */
  boolean holdsStrings() {
    return element().parts().stream().anyMatch(part -> part.kind().equals("str"));
  }

  RubyPopulation copy() {
    RubyPopulation copy = new RubyPopulation(plan, shape, owner, shared);
    copy.count = count;
    copy.stride = stride;
    copy.order = order;
    copy.buffer = buffer;
    copy.table = table == null ? null : table.copy();
    copy.firstSlot = firstSlot;
    copy.holderAge = holderAge;
    copy.firstHolderAge = firstHolderAge;
    copy.droppedHolderAge = droppedHolderAge;
    copy.firstRemembered = firstRemembered;
    copy.ids = ids.clone();
    copy.firstString = firstString;
    copy.firstSymbol = firstSymbol;
    copy.firstDynamicSymbol = firstDynamicSymbol;
    copy.dropsSymbols = dropsSymbols;
    copy.stringsTaken.or(stringsTaken);
    copy.symbolsTaken.or(symbolsTaken);
    copy.codeRangesKnown = codeRangesKnown;
    copy.frozen = frozen;
    copy.idsGiven = idsGiven;
    copy.idsOfSymbolsGiven = idsOfSymbolsGiven;
    copy.bufferOwners = bufferOwners;
    copy.bufferShared = bufferShared;
    return copy;
  }

  /**
   * Whether what an action makes of each element shares the element's buffer: a copy of a long
   * string, or a long part of it that ends with it. Source: CRuby 3.1.2 string.c ({@code
   * SHARABLE_SUBSTRING_P}).
   */
  boolean sharesBuffers(String verb) {
    if (!isArray() || !shape.isString() || !shape.hasBlocks()) {
      return false;
    }
    int bytes = RubyValues.stringBytes(plan.of());
    return verb.equals("dup")
        || (verb.equals("substr")
            && bytes <= RubyShape.SUBSTRING_END
            && bytes - RubyShape.SUBSTRING_START > RubyShape.EMBEDDED_STRING_BYTES);
  }

  /** Gives an element its id; whether it had none. */
  boolean giveId(RubyProcess process, int element) {
    if (ids.length == 0) {
      ids = new long[Math.toIntExact(plan.count())];
    }
    boolean had = ids[element] != 0;
    if (!had) {
      ids[element] = process.objectIds().give(process) + 1;
    }
    return !had;
  }

  /** A compaction moved the newest of its objects: writes what refers to their elements. */
  void moved(long objects, RubyProcess process, WriteSink sink) {
    places = null;
    if (objects == 0) {
      return;
    }
    long newest = objects / Math.max(1, shape.liveSlots());
    if (buffer != 0 && count > 0) {
      long references = Math.min(count, newest + 1);
      writeReferences(plan.count() - references * plan.count() / count, plan.count(), sink);
    }
    for (long i = Math.max(0, plan.count() - newest); i < ids.length; i++) {
      if (ids[(int) i] != 0) {
        process.objectIds().move(process, ids[(int) i] - 1);
      }
    }
    if (table != null) {
      table.writeNewest(newest, sink);
    }
    process.interned().writeNewest(shape.internTables(), newest, sink);
  }

  /** A compaction moved the newest objects of a population that lends it elements. */
  void lentMoved(RubyPopulation lender, long objects, RubyProcess process, WriteSink sink) {
    long to = lender.lends(plan);
    if (to == 0) {
      return;
    }
    long from = lender.plan.count() - objects / lender.shape.liveSlots();
    if (buffer != 0) {
      writeReferences(from, to, sink);
    }
    for (long i = from; table != null && i < to; i++) {
      table.rewrite(process, i);
    }
  }

  /** Writes the references of the array to some elements, by their numbers of creation. */
  private void writeReferences(long from, long to, WriteSink sink) {
    if (order.length == 0) {
      long first = -Math.floorDiv(-from, stride);
      long last = -Math.floorDiv(-to, stride);
      if (first < last) {
        sink.writeRange(buffer + 8 * first, 8 * (last - first));
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      if (created(i) >= from && created(i) < to) {
        sink.write(buffer + 8L * i, 8);
      }
    }
  }

  boolean isArray() {
    return plan.holder().equals("array");
  }

  /** Bytes of the array's buffer. */
  long bufferBytes() {
    return 8 * Math.max(1, count);
  }

  /** Where its elements lie. */
  RubyPlaces places(RubyHeap heap) {
    RubyPlaces known = places;
    if (known == null) {
      known = new RubyPlaces(heap, owner, Math.toIntExact(plan.count()));
      places = known;
    }
    return known;
  }

  /** The number, in order of creation, of the element at a place of the holder. */
  int created(long index) {
    int i = (int) index;
    return (order.length == 0 ? i : order[i]) * stride;
  }

  /**
   * Lets go of elements, by their numbers in order of creation, unless its first array holds them.
   */
  void doom(RubyHeap heap, IntPredicate let) {
    if (!hasFirst()) {
      change(heap, false, let);
    }
  }

  /** Lets go of elements, or finds those again that it let go of. */
  private void change(RubyHeap heap, boolean back, IntPredicate which) {
    dropsSymbols = shape.symbols() > 0;
    for (RubyHeapPage page : heap.pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        int element = Math.abs(page.element(i));
        if (element > 0
            && slots[i] != 0
            && ((slots[i] & RubySlots.DOOMED) != 0) == back
            && (back || (slots[i] & RubySlots.PINNED) == 0) // a table holds a symbol's string
            && RubySlots.owner(slots[i]) == owner
            && which.test(element - 1)) {
          slots = page.own();
          slots[i] ^= (byte) RubySlots.DROPPED;
          page.settled = false;
        }
      }
    }
  }

  /** Whether an old array holds its elements. */
  boolean isHeldByOld() {
    return Math.max(holderAge, firstHolderAge) == RubySlots.OLD;
  }

  /** Whether of the arrays that hold its elements only the first is old. */
  boolean isOldInFirstAlone() {
    return firstHolderAge == RubySlots.OLD && holderAge != RubySlots.OLD;
  }

  /** An old array was found to hold its elements, which are all old: so will their parts be. */
  void elementsAreOld() {
    holderAge = RubySlots.OLD;
  }

  /** The slots, of a word of a page, of parts of elements that it holds. */
  long keptParts(RubyHeapPage page, int from, long word) {
    long kept = 0;
    for (long left = RubySlotWords.ownedBy(word, owner); left != 0; left &= left - 1) {
      int lane = Long.numberOfTrailingZeros(left);
      int element = page.element(from + lane / Byte.SIZE);
      if (element < 0 && (-element - 1) % stride == 0) {
        kept |= 1L << lane;
      }
    }
    return kept;
  }

  /** Ages what holds its elements. */
  void ageHolders() {
    holderAge = Math.min(RubySlots.OLD, holderAge + 1);
    if (firstHolderAge != NO_AGE) {
      firstHolderAge = Math.min(RubySlots.OLD, firstHolderAge + 1);
    }
  }

  /** Goes over to a new array of every {@code every}-th element; the first one lingers. */
  void thinOut(int every) {
    count = (count + every - 1) / every;
    stride = every;
    firstHolderAge = holderAge;
    firstRemembered = holderAge == RubySlots.OLD;
    holderAge = 0;
  }

  /** Whether the array that it had before it was thinned out is alive. */
  boolean hasFirst() {
    return firstHolderAge != NO_AGE;
  }

  /** Whether the object of a slot that is not free is an element that it holds, or part of one. */
  boolean holds(RubyHeapPage page, int index, int slot) {
    return RubySlots.owner(slot) == owner
        && (!hasFirst() || (Math.abs(page.element(index)) - 1) % stride == 0);
  }

  /** Lets go of the array that it had before it was thinned out, and of what it alone held. */
  void dropFirst(RubyHeap heap) {
    RubyHeapPage page = holderPage;
    if (page == null || !hasFirst()) {
      throw new IllegalStateException(plan.name() + " has no first array");
    }
    droppedHolderAge = firstHolderAge;
    page.own()[holderSlot] = (byte) (RubySlots.live(0) | RubySlots.DROPPED | firstHolderAge);
    page.settled = false;
    dropOthers(heap);
  }

  /** Lets go of the elements that only that array held. */
  void dropOthers(RubyHeap heap) {
    firstHolderAge = NO_AGE;
    doom(heap, element -> element % stride != 0);
  }

  /** A marking finds them, from the array that was let go. */
  void findOthers(RubyHeap heap) {
    firstHolderAge = droppedHolderAge;
    change(heap, true, element -> element % stride != 0);
  }

  /** Objects that its holder refers to for each element: a hash to keys and values. */
  long pushedEach() {
    return plan.holder().equals("hash")
        ? plan.of().parts().stream().filter(part -> !RubyShape.of(part).isImmediate()).count()
        : 1;
  }

  /** Whether its elements are of a class of the program. */
  boolean hasOwnClass() {
    return shape.kind().equals("object") || shape.kind().equals("struct");
  }

  /** How many elements exist when the heap has given out {@code slots}. */
  long built(long slots) {
    if (shape.isImmediate()) {
      return 0;
    }
    long held = hasFirst() ? plan.count() : count;
    long left = slots - firstSlot;
    int known = shape.deadSlots();
    long found = shared == 0 ? 0 : Math.min(shared, left / known);
    return Math.min(held, found + (left - found * known) / shape.pattern().size());
  }
}
