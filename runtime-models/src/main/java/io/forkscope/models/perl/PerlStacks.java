package io.forkscope.models.perl;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;

/**
 * The argument stack and the stack of temporaries: blocks of pointers that grow and never shrink.
 * Source: perl 5.36 scope.c, stack_grow and tmps_grow_p.
 */
final class PerlStacks {

  private static final int FIRST_SLOTS = 128; // REASONABLE(128): perl 5.36 scope.c, perl.c

  /** What both stacks get more than is asked for: perl 5.36 scope.c. */
  private static final long ROOM_SLOTS = 128;

  private final ProcessMemory memory;
  private final GlibcHeap malloc;
  private long arguments;
  private long argumentSlots = FIRST_SLOTS;
  private long temporaries;
  private long temporarySlots = FIRST_SLOTS;

  PerlStacks(ProcessMemory memory, GlibcHeap malloc) {
    this.memory = memory;
    this.malloc = malloc;
    arguments = malloc.allocate(FIRST_SLOTS * PerlSizes.POINTER_BYTES);
    temporaries = malloc.allocate(FIRST_SLOTS * PerlSizes.POINTER_BYTES);
  }

  PerlStacks(PerlStacks parent, ProcessMemory memory, GlibcHeap malloc) {
    this.memory = memory;
    this.malloc = malloc;
    arguments = parent.arguments;
    argumentSlots = parent.argumentSlots;
    temporaries = parent.temporaries;
    temporarySlots = parent.temporarySlots;
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
