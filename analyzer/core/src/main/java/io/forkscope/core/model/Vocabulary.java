package io.forkscope.core.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The words that scenarios of one runtime may use; anything else is refused with the nearest of
 * them.
 *
 * @param kinds kinds of values
 * @param holders what holds a population, for example {@code list}
 * @param preparations steps before the fork
 * @param actions steps after it
 * @param builders first words of a case in short form
 * @param shortActions second words of a case in short form
 * @param modifiers further words of a case in short form
 */
public record Vocabulary(
    List<Word> kinds,
    List<Word> holders,
    List<Word> preparations,
    List<Word> actions,
    List<Word> builders,
    List<Word> shortActions,
    List<Word> modifiers) {

  /** Copies the lists. */
  public Vocabulary {
    kinds = List.copyOf(kinds);
    holders = List.copyOf(holders);
    preparations = List.copyOf(preparations);
    actions = List.copyOf(actions);
    builders = List.copyOf(builders);
    shortActions = List.copyOf(shortActions);
    modifiers = List.copyOf(modifiers);
  }

  /** A word and the attributes it takes. */
  public static Word word(String name, String explanation, String... attributes) {
    return new Word(name, explanation, List.of(attributes));
  }

  /** A step that is taken {@code on} a population, and the further attributes it takes. */
  public static Word on(String name, String explanation, String... attributes) {
    List<String> all = new ArrayList<>(List.of("on"));
    all.addAll(List.of(attributes));
    return new Word(name, explanation, all);
  }

  /** How the words are spelled, in the same order. */
  public static List<String> names(List<Word> words) {
    return words.stream().map(Word::name).toList();
  }

  /**
   * One word.
   *
   * @param name as a scenario spells it
   * @param explanation one sentence
   * @param attributes names of the attributes it takes
   */
  public record Word(String name, String explanation, List<String> attributes) {
    /** Copies the list. */
    public Word {
      attributes = List.copyOf(attributes);
    }
  }
}
