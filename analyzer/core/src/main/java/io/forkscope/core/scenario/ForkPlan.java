package io.forkscope.core.scenario;

/**
 * What is forked and who acts afterwards.
 *
 * @param children how many children the parent forks, at least 1
 * @param acting who takes the actions
 */
public record ForkPlan(int children, Acting acting) {

  /** The most children a scenario may ask for. */
  public static final int MOST_CHILDREN = 100_000;

  /** Who takes the actions after the fork. */
  public enum Acting {
    /** Each child; the parent waits. */
    CHILDREN,
    /** The parent; the children only sleep. */
    PARENT,
    /** Everybody. */
    BOTH
  }

  /** Checks bounds. */
  public ForkPlan {
    if (children < 1 || children > MOST_CHILDREN) {
      throw new IllegalArgumentException(
          "children must be 1 to " + MOST_CHILDREN + ", not " + children);
    }
  }
}
