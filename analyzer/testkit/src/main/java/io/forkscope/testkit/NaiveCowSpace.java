package io.forkscope.testkit;

import io.forkscope.core.memory.KernelRules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The oracle of {@code CowSpace}: the same memory with an object for every frame and a set of its
 * owners, written to be obviously right and nothing else. A page costs hundreds of bytes here.
 */
public final class NaiveCowSpace {
  final KernelRules rules;
  final List<NaiveFrame> frames = new ArrayList<>();

  /** The epoch that first writes carry. */
  int epoch;

  /** An empty space. */
  public NaiveCowSpace(KernelRules rules) {
    this.rules = rules;
  }

  /** A process that maps nothing. */
  public NaiveProcess create() {
    return new NaiveProcess(this);
  }

  /** Begins an epoch. */
  public void epoch(int next) {
    epoch = next;
  }

  /** Frames that some process maps. */
  public long physicalPages() {
    return frames.stream().filter(frame -> !frame.owners.isEmpty()).count();
  }

  /** A frame, as part of a large folio or alone. */
  NaiveFrame frame(NaiveFrame.Kind kind) {
    NaiveFrame frame = new NaiveFrame(kind);
    frames.add(frame);
    return frame;
  }

  /** One page frame and who maps it. */
  static final class NaiveFrame {
    /** What stands behind a frame. */
    enum Kind {
      ANONYMOUS,
      PAGE_CACHE,
      SHARED
    }

    final Kind kind;
    final Set<NaiveProcess> owners = new LinkedHashSet<>();

    /** All frames of its large folio; only itself for a base page. */
    List<NaiveFrame> folio = List.of(this);

    boolean written;

    NaiveFrame(Kind kind) {
      this.kind = kind;
    }

    boolean dirty() {
      return kind == Kind.ANONYMOUS || (kind == Kind.SHARED && written);
    }

    /** Whether nobody but one process maps any frame of the folio. */
    boolean belongsTo(NaiveProcess process) {
      for (NaiveFrame frame : folio) {
        if (!frame.owners.isEmpty() && !frame.owners.equals(Set.of(process))) {
          return false;
        }
      }
      return true;
    }
  }
}
