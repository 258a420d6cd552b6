package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the program of a scenario brings to the heap beside its populations, more than one of a
 * single population of numbers and an action without a block does, whose objects are the start
 * image's: methods and blocks, classes, caches of calls and constants. Few as they are, they decide
 * whether a marking leaves just enough free slots. All are taken as made before the first
 * population.
 *
 * <p>measured: {@code GC.stat} of Debian 12's ruby3.1 before the first population ({@code
 * total_allocated_objects}) and after four collections ({@code heap_live_slots}), of 75 programs
 * that differ by one thing each; it gives the same numbers each time, to two objects.
 *
 * @param live objects that stay
 * @param dropped objects that go at once
 */
record RubyOwnObjects(int live, int dropped) {

  private static final RubyOwnObjects NONE = new RubyOwnObjects(0, 0);
  private static final RubyOwnObjects POPULATION = new RubyOwnObjects(10, 12);
  private static final RubyOwnObjects ACTION = new RubyOwnObjects(4, 6);
  private static final RubyOwnObjects BLOCK = new RubyOwnObjects(3, 7);
  private static final RubyOwnObjects THINNING = new RubyOwnObjects(4, 6);
  private static final RubyOwnObjects SHUFFLE = new RubyOwnObjects(6, 0);
  private static final RubyOwnObjects TEXT = new RubyOwnObjects(1, 2);
  private static final RubyOwnObjects RECORD = new RubyOwnObjects(1, 15);

  /** Calls of {@code new} of a class, and its constant. */
  private static final RubyOwnObjects NEW = new RubyOwnObjects(3, 0);

  /** What defines a class of objects, or of structs, and each of its members. */
  private static final RubyOwnObjects CLASS = new RubyOwnObjects(13, 3);

  private static final RubyOwnObjects VARIABLE = new RubyOwnObjects(1, 0);
  private static final RubyOwnObjects STRUCT = new RubyOwnObjects(12, 2);
  private static final RubyOwnObjects MEMBER = new RubyOwnObjects(3, 0);

  /** What the program of a scenario brings. */
  static RubyOwnObjects of(Scenario scenario) {
    RubyOwnObjects sum = NONE.plus(scenario.populations().size() - 1, POPULATION);
    Map<String, Value> classes = new LinkedHashMap<>();
    for (Population population : scenario.populations()) {
      sum = sum.plus(population.keepEvery() > 1 ? 1 : 0, THINNING);
      sum = sum.plus(population.shuffleSeed() >= 0 ? 1 : 0, SHUFFLE);
      for (Value value : RubyProgram.values(population.of()).toList()) {
        switch (value.kind()) {
          case "str", "sym" -> sum = sum.plus(1, TEXT);
          case "record" -> sum = sum.plus(1, RECORD);
          case "object", "struct" -> classes.put(RubyValues.className(value), value);
          default -> {}
        }
      }
    }
    for (Map.Entry<String, Value> of : classes.entrySet()) {
      int members = of.getValue().parts().size();
      sum = sum.plus(1, NEW);
      if (of.getValue().kind().equals("struct")) {
        sum = sum.plus(1, STRUCT).plus(members, MEMBER);
      } else if (!of.getKey().equals("Pt")) {
        sum = sum.plus(1, CLASS).plus(members, VARIABLE);
      }
    }
    Set<String> codes = new HashSet<>();
    RubyProgram.steps(scenario).forEach(step -> codes.add(RubyVerbs.code(step)));
    long blocks = codes.stream().filter(code -> code.contains("{")).count();
    long times = scenario.preparations().stream().filter(s -> s.verb().equals("gc")).count();
    return sum.plus(codes.size() - 1L, ACTION).plus(blocks + Math.max(0, times - 1), BLOCK);
  }

  private RubyOwnObjects plus(long times, RubyOwnObjects other) {
    int count = Math.toIntExact(times);
    return new RubyOwnObjects(live + count * other.live, dropped + count * other.dropped);
  }
}
