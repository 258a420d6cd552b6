package io.forkscope.models.cpython;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/** The models of CPython. */
public final class CPythonProvider implements RuntimeModelProvider {

  /** A provider, as {@link java.util.ServiceLoader} makes it. */
  public CPythonProvider() {}

  @Override
  public String id() {
    return "cpython";
  }

  @Override
  public List<String> versions() {
    return CPythonVersion.texts();
  }

  @Override
  public String description() {
    return "CPython with pymalloc: reference counts, the cyclic collector, first uses.";
  }

  @Override
  public List<Cause> causes() {
    return CPythonCauses.all();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(
        new ModelOption("collector", "off runs gc.disable() before anything is built", "on"),
        new ModelOption(
            "server",
            "gunicorn serves the requests by gunicorn --preload over loopback; none by a loop of"
                + " the program",
            "none"),
        new ModelOption(
            StartedInterpreter.OPTION,
            "on runs with the site module, off with python -S; 3.11 knows on for servers only",
            "off"),
        new ModelOption(
            ProgramKind.OPTION,
            "what the interpreter has compiled: spelled, what validate runs, or harness, the shared"
                + " harness's; cases in their short form have that",
            ProgramKind.NAMES.get(0)),
        new ModelOption(
            SmallBlocks.OPTION, "malloc is PYTHONMALLOC=malloc, from 3.6 on", "pymalloc"),
        new ModelOption(
            ReferenceCounts.OPTION,
            "table or immortal: a what-if on the program's objects, which no CPython has",
            "in-object"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes a 64-bit build with pymalloc and the GIL, as ./configure makes by default.",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that the interpreter has imported gc, random, array, mmap, signal and time, as"
                + " the program did with which its own pages were measured.",
            Fidelity.RECONSTRUCTED),
        new Assumption(
            "Assumes glibc malloc with default settings and base pages of 4 KiB.",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "CPython 2.7 to 3.13: Objects/obmalloc.c, Include/object.h, Objects/dictobject.c,"
            + " Objects/listobject.c, Objects/longobject.c, Objects/unicodeobject.c",
        "CPython 2.7 to 3.12 Modules/gcmodule.c; 3.13 Python/gc.c; PEP 683; PEP 623",
        "glibc 2.36 malloc/malloc.c",
        "cpython-baselines.tsv: measured on Linux 6.18 with every version");
  }

  @Override
  public Vocabulary vocabulary() {
    return CPythonVocabulary.words();
  }

  @Override
  public RuntimeModel create(String version) {
    return new CPythonModel(CPythonVersion.of(version), ObservedAddresses.NONE);
  }

  @Override
  public Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    return Optional.of(new CPythonModel(CPythonVersion.of(version), told));
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.of(new CPythonDriver());
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    CPythonVersion.of(version);
    return CPythonCases.expand(caseName, version, count);
  }
}
