package io.forkscope.models.perl;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/** Offers the model of Perl 5.36. */
public final class PerlProvider implements RuntimeModelProvider {

  private static final List<String> VERSIONS = List.of("5.36");

  /** For {@link java.util.ServiceLoader}. */
  public PerlProvider() {}

  @Override
  public String id() {
    return "perl";
  }

  @Override
  public List<String> versions() {
    return VERSIONS;
  }

  @Override
  public String description() {
    return "Perl 5.36: SV heads and bodies in arenas, shared buffers and keys, glibc malloc";
  }

  @Override
  public List<Cause> causes() {
    return PerlCauses.all();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(
        new ModelOption(
            PerlModel.VARIABLES, "our, package variables, or my, variables of the file", "our"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes what perl 5.36.0 of Debian 12 has written when a script with strict, warnings"
                + " and POSIX starts",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes blocks are placed by glibc 2.36's malloc, at addresses of the model's choice",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that a process which acts leaves with POSIX::_exit, so that no object is"
                + " destroyed at its end, unless its last action is exit",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "perl 5.36.0 sv.h, sv.c, sv_inline.h (heads, bodies, arenas, upgrades, shared buffers)",
        "perl 5.36.0 av.c, hv.c, hv.h (growth, shared keys, iterators)",
        "perl 5.36.0 pp_hot.c, pp_sort.c, pp_ctl.c, scope.c (who counts, copies and pushes)",
        "perl 5.36.0 perl.c, perl_destruct at level 0; sv.c, sv_clean_objs (a normal exit)",
        "glibc 2.36 malloc/malloc.c",
        "measured: perl 5.36.0, pages by frame number on Linux 6.18");
  }

  @Override
  public Vocabulary vocabulary() {
    return PerlVocabulary.words();
  }

  @Override
  public RuntimeModel create(String version) {
    checkVersion(version);
    return new PerlModel(ObservedAddresses.NONE);
  }

  @Override
  public Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    checkVersion(version);
    return Optional.of(new PerlModel(told));
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.of(new PerlDriver());
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    checkVersion(version);
    Scenario scenario = PerlCases.expand(caseName, version, count);
    PerlModel.check(scenario);
    return scenario;
  }

  private static void checkVersion(String version) {
    Nearest.check("Perl version", version, VERSIONS);
  }
}
