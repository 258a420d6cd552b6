package io.forkscope.models.perl;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;

/**
 * The argument stack, the stack of temporaries and that of what a scope's end restores or frees:
 * blocks of pointers that grow and never shrink. Source: perl 5.36 scope.c, stack_grow, tmps_grow_p
 * and savestack_grow.
 */
final class PerlStacks {

  /**
   * The blocks and slots with which the script begins, among the interpreter's own: that of the
   * arguments as perl.c makes it, the others grown. Measured with the shared harness's script.
   */
  private static final long ARGUMENTS = PerlImage.HEAP + 5L * PerlImage.PAGE + 0xc80;

  private static final long ARGUMENT_SLOTS = 128;
  private static final long TEMPORARIES = PerlImage.HEAP + 78L * PerlImage.PAGE + 0x100;
  private static final long TEMPORARY_SLOTS = 313;
  private static final long SAVED = PerlImage.HEAP + 164L * PerlImage.PAGE + 0xd60;
  private static final long SAVED_SLOTS = 627;

  /** What both stacks get more than is asked for: perl 5.36 scope.c. */
  private static final long ROOM_SLOTS = 128;

  /** What the stack of scopes has beyond what it counts: SS_MAXPUSH, perl 5.36 scope.h. */
  private static final int SPARE_SLOTS = 4;

  /** SAVEFREEPV: a pointer and what to do with it, perl 5.36 scope.c. */
  private static final int SLOTS_A_BLOCK = 2;

  private final ProcessMemory memory;
  private final GlibcHeap malloc;
  private long arguments = ARGUMENTS;
  private long argumentSlots = ARGUMENT_SLOTS;
  private long temporaries = TEMPORARIES;
  private long temporarySlots = TEMPORARY_SLOTS;
  private long saved = SAVED;
  private long savedSlots = SAVED_SLOTS;

  PerlStacks(ProcessMemory memory, GlibcHeap malloc) {
    this.memory = memory;
    this.malloc = malloc;
  }

  PerlStacks(PerlStacks parent, ProcessMemory memory, GlibcHeap malloc) {
    this.memory = memory;
    this.malloc = malloc;
    arguments = parent.arguments;
    argumentSlots = parent.argumentSlots;
    temporaries = parent.temporaries;
    temporarySlots = parent.temporarySlots;
    saved = parent.saved;
    savedSlots = parent.savedSlots;
  }

  /** Pushes a list onto an empty stack: av_extend adds a fifth of what was there. */
  void pushArguments(long count) {
    if (count >= argumentSlots) {
      long slots = count + ROOM_SLOTS + (argumentSlots - 1) / 5 + 1;
      arguments = grow(arguments, argumentSlots, slots);
      memory
          .sink(PerlCauses.STACKS)
          .writeRange(
              arguments + argumentSlots * PerlSizes.POINTER_BYTES,
              (slots - argumentSlots) * PerlSizes.POINTER_BYTES); // and zeroes it
      argumentSlots = slots;
    }
    write(arguments, 0, count);
  }

  /** Puts {@code count} temporaries above {@code below} others. */
  void pushTemporaries(long below, long count) {
    long last = below + count - 1;
    if (last >= temporarySlots) {
      long slots = last + 1;
      if (last - temporarySlots < ROOM_SLOTS) {
        slots += temporarySlots < 512 ? ROOM_SLOTS : 512;
      }
      temporaries = grow(temporaries, temporarySlots, slots);
      temporarySlots = slots;
    }
    write(temporaries, below, count);
  }

  /** How many more blocks the scope can note to be freed before the stack grows. */
  long roomToSave(long already) {
    return savedSlots / SLOTS_A_BLOCK - already + 1;
  }

  /** Notes {@code count} more blocks to be freed at the scope's end. */
  void save(long already, long count) {
    write(saved, already * SLOTS_A_BLOCK, count * SLOTS_A_BLOCK);
    if ((already + count) * SLOTS_A_BLOCK > savedSlots) {
      long slots = savedSlots * 3 / 2;
      saved = grow(saved, savedSlots + SPARE_SLOTS, slots + SPARE_SLOTS);
      savedSlots = slots;
    }
  }

  private long grow(long block, long oldSlots, long newSlots) {
    long old = oldSlots * PerlSizes.POINTER_BYTES;
    return malloc.reallocate(block, old, newSlots * PerlSizes.POINTER_BYTES, old);
  }

  private void write(long block, long from, long count) {
    if (count > 0) {
      memory
          .sink(PerlCauses.STACKS)
          .writeRange(block + from * PerlSizes.POINTER_BYTES, count * PerlSizes.POINTER_BYTES);
    }
  }
}
