package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.models.allocator.BlockRun;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between versions, against sys.getsizeof of the real interpreters. */
class VersionFactsTest {

  private static CPythonLayout layout(String version) {
    return new CPythonLayout(CPythonVersion.of(version));
  }

  @ParameterizedTest
  @CsvSource({"2.7,88", "3.6,88", "3.7,88", "3.8,72", "3.10,72", "3.11,80", "3.13,80"})
  void aWeakReferenceIsAsLargeAsThatVersionSays(String version, int bytes) {
    assertThat(layout(version).weakReferenceBytes()).isEqualTo(bytes);
  }

  /** The first entries with which the real table grew: sys.getsizeof after each set.add. */
  @ParameterizedTest
  @CsvSource({
    "2.7,5,0", "2.7,6,512", "2.7,21,512", "2.7,22,2048",
    "3.6,4,0", "3.6,5,512", "3.6,20,512", "3.6,21,2048",
    "3.7,4,0", "3.7,5,512", "3.7,18,512", "3.7,19,2048",
    "3.13,4,0", "3.13,5,512", "3.13,18,512", "3.13,19,2048",
  })
  void aSetOutgrowsItsTableAtTheSizeOfItsVersion(String version, long entries, long bytes) {
    assertThat(new HolderTables(layout(version)).displayedSetBytes(entries)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"2.7,5,0", "2.7,6,768", "2.7,21,768", "2.7,22,3072", "3.6,6,0"})
  void onlyA27DictKeepsATableBesideItself(String version, long entries, long bytes) {
    assertThat(new HolderTables(layout(version)).outerDictBytes(entries, true)).isEqualTo(bytes);
  }

  /** Real order of the table: a, w, id, bb, name; no key after a is less than it. */
  @Test
  void twoSevenOrdersDictsByTheLeastKeyInTheOrderOfTheirTables() {
    assertThat(placesCompared("bb,id,name,w")).containsExactly(3, 1, 0); // w, id, bb
    assertThat(placesCompared("name,w,a")).containsExactly(2);
  }

  private static List<Integer> placesCompared(String keys) {
    int count = keys.split(",", -1).length;
    Value number = new Value("float", Map.of(), List.of());
    Value dict = new Value("dict", Map.of("keys", keys), Collections.nCopies(count, number));
    Node node = new Node(dict, IndexMap.ALL, 1, layout("2.7"));
    for (int i = 0; i < count; i++) {
      Node part = new Node(number, IndexMap.ALL, 1, layout("2.7"));
      part.object.add(0, new BlockRun(1 << 20, 4096, 0, 24, 100, i, 1, 1));
      node.parts.add(part);
    }
    return DictOrder.compared(node).stream().map(node.parts::indexOf).toList();
  }

  @Test
  void spawningIsRefusedWhereThereIsNoSpawn() {
    Scenario old = CPythonCases.expand("ints.posixspawn", "3.7", 1000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Simulation.run(old, new CPythonProvider()))
        .withMessage("os.posix_spawn is there from CPython 3.8 on (bpo-20104), not in 3.7");
  }

  @Test
  void freezingIsRefusedWhereThereIsNoFreeze() {
    Scenario old = CPythonCases.expand("ints.iter.freeze", "3.6", 1000);
    Scenario first = CPythonCases.expand("ints.iter.freeze", "3.7", 1000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Simulation.run(old, new CPythonProvider()))
        .withMessage("gc.freeze is there from CPython 3.7 on (bpo-31558), not in 3.6");
    assertThat(Simulation.run(first, new CPythonProvider()).end()).isNotNull();
  }

  @Test
  void moreAttributesThanSharedKeysHoldAreRefusedFromThreeElevenOn() {
    assertThat(Simulation.run(instances("3.10", 30), new CPythonProvider()).end()).isNotNull();
    assertThat(Simulation.run(instances("3.11", 29), new CPythonProvider()).end()).isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Simulation.run(instances("3.11", 30), new CPythonProvider()))
        .withMessageContaining("more than 29 attributes");
  }

  private static Scenario instances(String version, int attributes) {
    String keys =
        IntStream.range(0, attributes).mapToObj(i -> "a" + i).collect(Collectors.joining(","));
    Value none = new Value("none", Map.of(), List.of());
    Value instance =
        new Value("object", Map.of("keys", keys), Collections.nCopies(attributes, none));
    return new Scenario(
        "instances",
        "cpython",
        version,
        Map.of(),
        List.of(new Population("data", "list", instance, 100, -1, 1)),
        List.of(),
        new ForkPlan(1, ForkPlan.Acting.CHILDREN),
        List.of(new Step("iterate", Map.of("on", "data"))),
        Requests.ONCE,
        0);
  }
}
