package io.forkscope.core.model;

/**
 * Something a model takes for granted, and that reaches every report.
 *
 * @param text one sentence beginning with "Assumes"
 * @param fidelity what rests on it
 */
public record Assumption(String text, Fidelity fidelity) {
  /** Checks the wording. */
  public Assumption {
    if (!text.startsWith("Assumes ")) {
      throw new IllegalArgumentException("an assumption begins with \"Assumes \": " + text);
    }
  }
}
