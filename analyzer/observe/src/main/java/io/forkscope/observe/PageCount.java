package io.forkscope.observe;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** What became of a process's private anonymous pages since the fork. Pages of 4 KiB. */
public final class PageCount {
  private final Map<MappingClass, Tally> tallies = new EnumMap<>(MappingClass.class);
  private long dropped;
  private long unshared;

  private PageCount() {
    for (MappingClass kind : MappingClass.values()) {
      tallies.put(kind, new Tally());
    }
  }

  /** How a broken page is told from one that is still shared. */
  public enum Method {
    /** Its frame is not the one that the parent had at the fork; exact; needs root. */
    FRAMES,
    /**
     * The kernel says that only this process maps it (pagemap bit 56); needs no root. Also counts
     * pages that somebody else gave up or broke, so it is right for one child that acts alone.
     */
    EXCLUSIVE
  }

  /**
   * Counts one process.
   *
   * @param base the parent just before the fork
   * @param now the process
   * @param other the other side of the fork now; a page whose frame both sides still share is not
   *     broken even if the kernel has moved it to another frame
   * @param zeroFrame frame of the page of zeroes, or -1 if there is none
   */
  static PageCount of(
      PageSnapshot base, PageSnapshot now, PageSnapshot other, long zeroFrame, Method method) {
    PageCount count = new PageCount();
    base.forEachPrivate(
        (part, address, entry) -> {
          if (PageEntry.anonymous(entry, zeroFrame)) {
            count.inherited(
                part.kind(), entry, now.entryAt(address), other.entryAt(address), method);
          }
        });
    now.forEachPrivate(
        (part, address, entry) -> {
          if (PageEntry.anonymous(entry, zeroFrame)
              && !PageEntry.anonymous(base.entryAt(address), zeroFrame)) {
            Tally tally = count.tally(part.kind());
            if (part.fileBacked()) {
              tally.fileBroken++;
            } else {
              tally.grown++;
            }
          }
        });
    return count;
  }

  private void inherited(MappingClass kind, long before, long now, long other, Method method) {
    Tally tally = tally(kind);
    tally.resident++;
    boolean bothThere = PageEntry.present(now) && PageEntry.present(other);
    boolean sameFrame =
        bothThere
            && (method == Method.FRAMES
                ? PageEntry.frame(now) == PageEntry.frame(other)
                : !PageEntry.exclusive(now));
    if (!sameFrame) {
      unshared++;
    }
    if (!PageEntry.present(now)) {
      dropped++;
    } else if (method == Method.FRAMES
        ? PageEntry.frame(now) != PageEntry.frame(before) && !sameFrame
        : PageEntry.exclusive(now)) {
      tally.broken++;
    }
  }

  /** Private anonymous pages of the parent at the fork. */
  public long residentPages() {
    return sum(t -> t.resident);
  }

  /** Of those, pages that were copied in this process because of a write. */
  public long brokenPages() {
    return sum(t -> t.broken);
  }

  /** Anonymous pages that were not there at the fork. */
  public long grownPages() {
    return sum(t -> t.grown);
  }

  /** Private file pages that became anonymous since the fork. */
  public long fileBrokenPages() {
    return sum(t -> t.fileBroken);
  }

  /** Pages that were resident at the fork and are not mapped here any more. */
  public long droppedPages() {
    return dropped;
  }

  /** Resident pages whose frame the two sides no longer share, whoever copied. */
  public long unsharedPages() {
    return unshared;
  }

  /** Resident pages by class. */
  public Map<MappingClass, Long> residentByClass() {
    return byClass(t -> t.resident);
  }

  /** Broken pages by class. */
  public Map<MappingClass, Long> brokenByClass() {
    return byClass(t -> t.broken);
  }

  /** Grown pages by class. */
  public Map<MappingClass, Long> grownByClass() {
    return byClass(t -> t.grown);
  }

  private Tally tally(MappingClass kind) {
    return Objects.requireNonNull(tallies.get(kind));
  }

  private long sum(ToLongFunction<Tally> pages) {
    return tallies.values().stream().mapToLong(pages).sum();
  }

  private Map<MappingClass, Long> byClass(ToLongFunction<Tally> pages) {
    Map<MappingClass, Long> map = new EnumMap<>(MappingClass.class);
    tallies.forEach((kind, tally) -> map.put(kind, pages.applyAsLong(tally)));
    return map;
  }

  /** The pages of one class. */
  private static final class Tally {
    private long resident;
    private long broken;
    private long grown;
    private long fileBroken;
  }
}
