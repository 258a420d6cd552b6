package io.forkscope.core.verdict;

/**
 * One sentence of the verdict.
 *
 * @param level how much it matters
 * @param text a whole sentence with its numbers and their units
 * @param basis whether the numbers in it were measured, modelled or assumed
 */
public record Finding(Level level, String text, Basis basis) {

  /** How much a finding matters. */
  public enum Level {
    /** The answer itself. */
    HEADLINE,
    /** A fact worth knowing. */
    NOTE,
    /** Something that limits the answer. */
    CAUTION
  }
}
