package io.forkscope.core.verdict;

import java.util.List;
import java.util.Optional;

/**
 * What one mitigation, or several together, would change in one case. Pages are base pages of 4
 * KiB.
 *
 * @param caseName of the case as it stands
 * @param runtime id of the runtime
 * @param version of the runtime
 * @param ids of the mitigations, in the order in which they are applied, at least one
 * @param sentence what is done
 * @param cost of it, in words
 * @param evidence why it is believed, with the source
 * @param whatIf whether it needs another runtime or kernel than there is, so that only a model can
 *     say it
 * @param refusal why the model cannot say it; empty where it can
 * @param predicted what the model says; without and with where it refuses are alike
 * @param measuredChange what really was, or {@link Change#NOT_MEASURED}
 */
public record MitigationEffect(
    String caseName,
    String runtime,
    String version,
    List<String> ids,
    String sentence,
    String cost,
    String evidence,
    boolean whatIf,
    String refusal,
    Change predicted,
    Change measuredChange) {

  /** Copies the lists. */
  public MitigationEffect {
    ids = List.copyOf(ids);
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("an effect without a mitigation on " + caseName);
    }
  }

  /** What really was, where it was measured. */
  public Optional<Change> measured() {
    return measuredChange.equals(Change.NOT_MEASURED)
        ? Optional.empty()
        : Optional.of(measuredChange);
  }

  /** Whether it is worth it. */
  public enum Judgement {
    /** Gives memory back, and costs none elsewhere. */
    HELPS,
    /** Each worker shares more, but the family as a whole is larger, or the other way round. */
    TRADES,
    /** No difference worth the name. */
    NO_EFFECT,
    /** Costs memory. */
    HARMS
  }

  /**
   * A case without and with the mitigation. Lost are the private pages that one acting process has
   * made since the fork; the family is the parent and all that acts.
   *
   * @param lostWithoutPages lost in the case as it stands
   * @param lostPages lost with the mitigation
   * @param familyWithoutPages of the whole family in the case as it stands
   * @param familyPages of the whole family with the mitigation
   */
  public record Change(
      long lostWithoutPages, long lostPages, long familyWithoutPages, long familyPages) {

    /** Stands where nothing was measured. */
    public static final Change NOT_MEASURED = new Change(-1, -1, -1, -1);

    /** Pages that one process no longer loses; negative if it loses more. */
    public long givenBackPages() {
      return lostWithoutPages - lostPages;
    }

    /** Pages by which the whole family is smaller; negative if it is larger. */
    public long familyGivenBackPages() {
      return familyWithoutPages - familyPages;
    }

    /** Whether it is worth it; differences of less than 25 pages or 1 % are none. */
    public Judgement judgement() {
      int worker = sign(givenBackPages(), lostWithoutPages);
      int family = sign(familyGivenBackPages(), familyWithoutPages);
      if (worker * family < 0) {
        return Judgement.TRADES;
      }
      int sum = worker + family;
      return sum > 0 ? Judgement.HELPS : sum < 0 ? Judgement.HARMS : Judgement.NO_EFFECT;
    }

    private static int sign(long pages, long ofPages) {
      long indifferent = Math.max(25, ofPages / 100);
      return pages > indifferent ? 1 : pages < -indifferent ? -1 : 0;
    }
  }

  /** All its mitigations as one name. */
  public String name() {
    return String.join(" + ", ids);
  }
}
