package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.ruby.RubyLibrary.Does;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The libraries that a process has loaded. Loading one takes and gives back the blocks that were
 * measured, wherever the C heap has them now, and makes its objects, whichever slots are free now,
 * so that collections fire when they do.
 *
 * <p>Assumes that its objects are made evenly over its blocks, and its garbage evenly among its
 * objects.
 */
final class RubyLibraries {

  private static final byte[] GARBAGE = {RubySlots.doomed()};

  private final RubyProcess process;
  private final Set<String> loaded = new HashSet<>();

  /** Bytes of what arrays of the libraries hold in the transient heap. */
  private final List<Integer> transientBlocks = new ArrayList<>();

  RubyLibraries(RubyProcess process) {
    this.process = process;
  }

  RubyLibraries(RubyLibraries parent, RubyProcess process) {
    this(process);
    loaded.addAll(parent.loaded);
    transientBlocks.addAll(parent.transientBlocks);
  }

  /** Loads a library and what it needs; nothing of what is loaded. */
  void require(String name) {
    RubyLibrary library = RubyLibrary.of(name);
    if (loaded.add(name)) {
      library.needs().forEach(this::require);
      library.calls().forEach(process::callOnMain);
      process.interpreter().write(library.use(), RubyCauses.FIRST_IMPORT);
      WriteSink sink = process.memory().sink(RubyCauses.FIRST_IMPORT);
      process.heap().writeImagePages(library.bodies(), sink);
      new Loading(library).run();
      transientBlocks.addAll(library.moved());
    }
  }

  /** Moves what arrays hold in the transient heap to the C heap: ary_transient_heap_evacuate. */
  void evacuate() {
    transientBlocks.forEach(process.xmalloc()::mallocQuietly);
    transientBlocks.clear();
  }

  /** One library being loaded. */
  private final class Loading {
    private final RubyLibrary library;
    private final long[] addresses;
    private final int[] bytes;

    /** Garbage that holds a block, and is made with it. */
    private final long holders;

    private int taken;
    private long made;
    private long strings;
    private long symbols;
    private long dead;

    Loading(RubyLibrary library) {
      this.library = library;
      this.addresses = new long[library.steps().size()];
      this.bytes = new int[library.steps().size()];
      this.holders = library.steps().stream().filter(s -> s.does() == Does.TAKE_GARBAGE).count();
    }

    void run() {
      long others = Math.max(0, library.objects() - holders);
      long garbage = Math.max(0, library.garbage() - holders);
      int steps = library.steps().size();
      for (int i = 0; i < steps; i++) {
        while (made < others * (i + 1) / steps) {
          made++;
          make(garbage * made / others > dead);
        }
        while (strings < (long) library.strings() * (i + 1) / steps) {
          strings++;
          process.interned().addString(process);
        }
        while (symbols < (long) library.symbols() * (i + 1) / steps) {
          symbols++;
          process.interned().addSymbol(process);
        }
        take(library.steps().get(i));
      }
    }

    private void make(boolean garbage) {
      dead += garbage ? 1 : 0;
      byte[] slot = {garbage ? RubySlots.doomed() : RubySlots.live(0)};
      process.heap().allocate(slot, 0, 1, process.collector());
    }

    private void take(RubyLibrary.Step step) {
      int block = taken - step.back();
      RubyXmalloc xmalloc = process.xmalloc();
      switch (step.does()) {
        case TAKE -> add(newBlock(step), step.bytes());
        case TAKE_GARBAGE -> {
          process.heap().allocate(GARBAGE, 0, 1, process.collector());
          RubyHeapPage page = process.heap().lastPage();
          int slot = process.heap().lastSlot();
          add(newBlock(step), step.bytes());
          page.hold(slot, addresses[taken - 1], step.bytes());
        }
        case RESIZE ->
            add(xmalloc.realloc(addresses[block], bytes[block], step.bytes()), step.bytes());
        case FREE -> xmalloc.free(addresses[block], bytes[block]);
      }
    }

    private long newBlock(RubyLibrary.Step step) {
      RubyXmalloc xmalloc = process.xmalloc();
      return step.zeroed()
          ? xmalloc.calloc(step.bytes())
          : xmalloc.malloc(step.bytes(), step.written());
    }

    private void add(long address, int length) {
      addresses[taken] = address;
      bytes[taken++] = length;
    }
  }
}
