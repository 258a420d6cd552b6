package io.forkscope.core.model;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/**
 * Describes and creates the models of one runtime. Found by {@link java.util.ServiceLoader}; held
 * by the contract kit {@code RuntimeModelContract} of the testkit.
 */
public interface RuntimeModelProvider {

  /** Lower-case id, for example {@code cpython}. */
  String id();

  /** The versions it models, oldest first, as a scenario spells them, for example {@code 3.11}. */
  List<String> versions();

  /** One sentence for {@code forkscope models}. */
  String description();

  /** Every cause its models write with. */
  List<Cause> causes();

  /** The options its scenarios may set. */
  List<ModelOption> options();

  /** What its models take for granted. */
  List<Assumption> assumptions();

  /** Where its facts come from: files with versions, papers, measurements. */
  List<String> sources();

  /** The words its scenarios may use. */
  Vocabulary vocabulary();

  /**
   * The model of a version.
   *
   * @throws IllegalArgumentException if the version is not in {@link #versions()}
   */
  RuntimeModel create(String version);

  /**
   * The model of a version that places what a real run has told where it really lay, and all else
   * by rule; empty if the model cannot be told.
   *
   * @param told by {@link RuntimeDriver#tellingProgram}
   */
  default Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    return Optional.empty();
  }

  /** The real runtime's side of a validation, if it can be run. */
  Optional<RuntimeDriver> driver();

  /** The real runtime's side of a validation, if it is a server. */
  default Optional<ServerDriver> server() {
    return Optional.empty();
  }

  /**
   * Spells out a case in short form, for example {@code ints.iter.freeze}.
   *
   * @throws IllegalArgumentException naming the nearest known word if a part is unknown
   */
  Scenario expand(String caseName, String version, long count);
}
