package io.forkscope.reports.internal;

import io.forkscope.core.verdict.MitigationEffect;

/** The judgement on a mitigation in one word, the same in every format for people. */
public final class JudgementWords {

  private JudgementWords() {}

  /** The word for what is predicted of an effect. */
  public static String of(MitigationEffect effect) {
    return effect.refusal().isEmpty() ? of(effect.predicted()) : "not modelled";
  }

  /** The word for a change. */
  public static String of(MitigationEffect.Change change) {
    return switch (change.judgement()) {
      case HELPS -> "helps";
      case TRADES -> "trades";
      case NO_EFFECT -> "no effect";
      case HARMS -> "HARMS";
    };
  }
}
