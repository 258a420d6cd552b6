package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.models.MeasuredRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code require} of a library does the first time: the objects it makes, its blocks of the C
 * heap in the order in which they are taken and given back, and the pages of the start image that
 * it writes beside. Measured; the resource's own header says how.
 */
final class RubyLibrary {

  /** What a step does with blocks. */
  enum Does {
    /** Takes a block that stays. */
    TAKE,
    /** Takes a block whose object is garbage by the end. */
    TAKE_GARBAGE,
    /** Gives back a block. */
    FREE,
    /** Takes a block in place of another. */
    RESIZE
  }

  /**
   * A step.
   *
   * @param zeroed whether it is taken by calloc, which leaves the tcache alone
   * @param back which block, counted back from the last one taken, which is 1; 0 for a new one
   * @param bytes asked for; 0 to give it back
   * @param written how many of them are written
   */
  record Step(Does does, boolean zeroed, int back, int bytes, int written) {}

  private static final Map<String, RubyLibrary> ALL = read("libraries-3.1.txt");

  private final List<String> needs;
  private final List<String> calls = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<int[]> bodies = new ArrayList<>();
  private final List<Integer> moved = new ArrayList<>();
  private int objects;
  private int garbage;
  private int strings;
  private int symbols;
  private RubyStartImage.Use use = new RubyStartImage.Use(0, List.of());

  private RubyLibrary(List<String> needs) {
    this.needs = needs;
  }

  /**
   * The library of a name.
   *
   * @throws IllegalArgumentException if it was not measured, with the nearest name
   */
  static RubyLibrary of(String name) {
    check(name);
    return Objects.requireNonNull(ALL.get(name));
  }

  /** Refuses a library that was not measured, with the nearest name. */
  static void check(String name) {
    Nearest.check("library", name, ALL.keySet());
  }

  static Collection<String> names() {
    return ALL.keySet();
  }

  /** Libraries that it requires itself, in order. */
  List<String> needs() {
    return needs;
  }

  /** Methods that its files call on the main object. */
  List<String> calls() {
    return calls;
  }

  List<Step> steps() {
    return steps;
  }

  /** How many objects it makes without those of {@link #needs}. */
  int objects() {
    return objects;
  }

  /** How many of them are garbage by the end. */
  int garbage() {
    return garbage;
  }

  /** How many strings it adds to the table of deduplicated ones. */
  int strings() {
    return strings;
  }

  /** How many symbols it adds to their table. */
  int symbols() {
    return symbols;
  }

  /** Bytes of what its arrays hold in the transient heap until the next collection, in order. */
  List<Integer> moved() {
    return moved;
  }

  /** Pages that it writes beside its own blocks and slots and the tables of strings and symbols. */
  RubyStartImage.Use use() {
    return use;
  }

  /** Ranks of bodies of the start image, and which of their pages it writes, as bits. */
  List<int[]> bodies() {
    return bodies;
  }

  private static Map<String, RubyLibrary> read(String resource) {
    Map<String, RubyLibrary> all = new LinkedHashMap<>();
    RubyLibrary last = new RubyLibrary(List.of());
    for (String[] words : MeasuredRows.read(RubyLibrary.class, resource, " ")) {
      if (words[0].equals("library")) {
        last = new RubyLibrary(List.of(Arrays.copyOfRange(words, 2, words.length)));
        all.put(words[1], last);
      } else {
        last.take(words);
      }
    }
    return all;
  }

  private void take(String[] words) {
    switch (words[0]) {
      case "objects" -> {
        objects = Integer.parseInt(words[1]);
        garbage = Integer.parseInt(words[2]);
      }
      case "interned" -> {
        strings = Integer.parseInt(words[1]);
        symbols = Integer.parseInt(words[2]);
      }
      case "moved" ->
          Arrays.stream(words).skip(1).map(w -> Integer.parseInt(w, 16)).forEach(moved::add);
      case "calls" -> calls.addAll(Arrays.asList(words).subList(1, words.length));
      case "use" -> use = RubyStartImage.use(words);
      case "bodies" -> RubyStartImage.bodies(words, bodies);
      case "blocks" -> Arrays.stream(words).skip(1).map(RubyLibrary::step).forEach(steps::add);
      default -> throw new IllegalStateException("libraries have an unknown line " + words[0]);
    }
  }

  private static Step step(String word) {
    String[] numbers = word.substring(1).split("[:/]", -1);
    int first = Integer.parseInt(numbers[0], 16);
    int second = numbers.length > 1 ? Integer.parseInt(numbers[1], 16) : first;
    return switch (word.charAt(0)) {
      case 'a' -> new Step(Does.TAKE, false, 0, first, second);
      case 'c' -> new Step(Does.TAKE, true, 0, first, first);
      case 'g' -> new Step(Does.TAKE_GARBAGE, false, 0, first, first);
      case 'z' -> new Step(Does.TAKE_GARBAGE, true, 0, first, first);
      case 'f' -> new Step(Does.FREE, false, first, 0, 0);
      case 'r' -> new Step(Does.RESIZE, false, first, second, second);
      default -> throw new IllegalStateException("libraries have an unknown step " + word);
    };
  }
}
