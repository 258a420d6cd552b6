package io.forkscope.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dependency rules between the rooms, kept over the two jars that users run. */
class HouseRulesIT {

  private static JavaClasses analyzer;
  private static JavaClasses agent;

  @BeforeAll
  static void readTheJars() throws IOException {
    analyzer = ours(Path.of("target/forkscope.jar"));
    agent = ours(Path.of("../../agent/javaagent/target/forkscope-agent.jar"));
  }

  private static JavaClasses ours(Path jar) throws IOException {
    return new ClassFileImporter()
        .withImportOption((Location at) -> at.contains("/io/forkscope/") && !at.contains("shaded"))
        .importJar(new JarFile(jar.toFile()));
  }

  @Test
  void enoughClassesWereSeenForTheRulesToMeanAnything() {
    assertThat(analyzer.size()).isGreaterThan(150);
    assertThat(agent.size()).isGreaterThan(15);
    for (String room :
        List.of(
            "core.memory",
            "core.forkcost",
            "core.model",
            "core.verdict",
            "core.simulation",
            "core.recording",
            "core.placement",
            "models",
            "reports",
            "observe",
            "cli")) {
      assertThat(analyzer.stream().filter(c -> in(c, room)).count()).as(room).isGreaterThan(2);
    }
  }

  @Test
  void memoryNeedsJavaBaseAlone() {
    classes()
        .that(room("core.memory"))
        .should()
        .onlyDependOnClassesThat(
            room("core.memory")
                .or(packages("java.lang", "java.util", "java.math", "java.io"))
                .or(annotations()))
        .check(analyzer);
  }

  @Test
  void dependenciesRunAgainstTheData() {
    noneOf("core.simulation", "core.verdict");
    noneOf("core.model", "core.simulation", "core.verdict", "core.recording");
    noneOf("core.scenario", "core.model", "core.simulation", "core.verdict", "core.memory");
    noneOf("core.forkcost", "core.model", "core.scenario", "core.simulation", "core.verdict");
    noneOf("core.recording", "core.placement", "core.model", "core.simulation", "core.verdict");
  }

  @Test
  void modelsStandOnTheSpiAlone() {
    noneOf(
        "models", "core.simulation", "core.verdict", "core.recording", "reports", "observe", "cli");
  }

  @Test
  void reportsSeeOnlyTheVerdict() {
    noClasses()
        .that(room("reports"))
        .should()
        .dependOnClassesThat(
            room("core")
                .and(DescribedPredicate.not(room("core.verdict")))
                .or(room("models"))
                .or(room("observe"))
                .or(room("cli")))
        .check(analyzer);
  }

  @Test
  void onlyTheCommandLineKnowsTheCommandLine() {
    noClasses()
        .that(DescribedPredicate.not(room("cli")))
        .should()
        .dependOnClassesThat(room("cli"))
        .check(analyzer);
  }

  @Test
  void placementDoesNotKnowModelsOrTheSimulation() {
    noneOf("core.placement", "core.simulation", "core.verdict", "core.model", "models");
  }

  @Test
  void theAgentNeverSeesTheAnalyzer() {
    noClasses()
        .should()
        .dependOnClassesThat(
            room("core").or(room("models")).or(room("reports")).or(room("observe")).or(room("cli")))
        .check(agent);
  }

  private static void noneOf(String from, String... to) {
    DescribedPredicate<JavaClass> forbidden = room(to[0]);
    for (String more : to) {
      forbidden = forbidden.or(room(more));
    }
    noClasses().that(room(from)).should().dependOnClassesThat(forbidden).check(analyzer);
  }

  private static boolean in(JavaClass type, String room) {
    String own = "io.forkscope." + room;
    return type.getPackageName().equals(own) || type.getPackageName().startsWith(own + ".");
  }

  private static DescribedPredicate<JavaClass> room(String room) {
    return DescribedPredicate.describe("the room " + room, type -> in(type, room));
  }

  private static DescribedPredicate<JavaClass> packages(String... names) {
    return DescribedPredicate.describe(
        "packages " + String.join(", ", names),
        type ->
            List.of(names).stream()
                .anyMatch(
                    n ->
                        type.getPackageName().equals(n)
                            || type.getPackageName().startsWith(n + ".")));
  }

  private static DescribedPredicate<JavaClass> annotations() {
    return DescribedPredicate.describe(
        "JSpecify's annotations, or a primitive",
        type ->
            type.getPackageName().startsWith("org.jspecify")
                || type.isPrimitive()
                || (type.isArray() && type.getBaseComponentType().isPrimitive()));
  }
}
