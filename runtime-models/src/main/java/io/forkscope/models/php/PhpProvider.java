package io.forkscope.models.php;

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

/** Offers the model of PHP 8.2. */
public final class PhpProvider implements RuntimeModelProvider {

  private static final List<String> VERSIONS = List.of("8.2");

  /** For {@link java.util.ServiceLoader}. */
  public PhpProvider() {}

  @Override
  public String id() {
    return "php";
  }

  @Override
  public List<String> versions() {
    return VERSIONS;
  }

  @Override
  public String description() {
    return "PHP 8.2 command line: refcounted headers, Zend memory manager, cycle collector";
  }

  @Override
  public List<Cause> causes() {
    return PhpCauses.all();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(
        new ModelOption("collector", "on or off, as zend.enable_gc", "on"),
        new ModelOption("opcache", "on or off, as opcache.enable_cli", "off"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes that opcache, where it is on, changes no reference count: measured with"
                + " php8.2-opcache, 47 cases within 8 pages of those without",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes the pages that php8.2-cli of Debian 12 has written when a script starts",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes blocks are placed by the Zend memory manager's own rules, at addresses of the"
                + " model's choice",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "PHP 8.2 Zend/zend_types.h, zend_string.h, zend_hash.c (layouts and growth)",
        "PHP 8.2 Zend/zend_alloc.c, zend_alloc_sizes.h (bins, chunks, huge blocks)",
        "PHP 8.2 Zend/zend_gc.c (roots, thresholds, marking)",
        "PHP 8.2 ext/standard/formatted_print.c, string.c, array.c, var.c, ext/json",
        "measured: php8.2-cli 8.2.36 under ptrace, pages by frame number on Linux 6.18");
  }

  @Override
  public Vocabulary vocabulary() {
    return PhpVocabulary.words();
  }

  @Override
  public RuntimeModel create(String version) {
    checkVersion(version);
    return new PhpModel(ObservedAddresses.NONE);
  }

  @Override
  public Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    checkVersion(version);
    return Optional.of(new PhpModel(told));
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.of(new PhpDriver());
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    checkVersion(version);
    Scenario scenario = PhpCases.expand(caseName, version, count);
    PhpModel.check(scenario);
    return scenario;
  }

  private static void checkVersion(String version) {
    Nearest.check("PHP version", version, VERSIONS);
  }
}
