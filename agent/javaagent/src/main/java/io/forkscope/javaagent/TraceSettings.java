package io.forkscope.javaagent;

import io.forkscope.events.AgentInfoEvent;
import io.forkscope.events.LossEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Configuration;

/** Which of the JDK's own events are recorded beside ours. */
final class TraceSettings {

  /**
   * Events of the JDK without a threshold; where an event does not exist the setting is ignored.
   */
  private static final List<String> EVENTS =
      List.of(
          "jdk.JVMInformation",
          "jdk.OSInformation",
          "jdk.InitialSystemProperty",
          "jdk.ActiveRecording",
          // Collections, and where the heap's spaces and regions are.
          "jdk.GarbageCollection",
          "jdk.YoungGarbageCollection",
          "jdk.OldGarbageCollection",
          "jdk.GCConfiguration",
          "jdk.GCHeapConfiguration",
          "jdk.YoungGenerationConfiguration",
          "jdk.GCTLABConfiguration",
          "jdk.GCSurvivorConfiguration",
          "jdk.TenuringDistribution", // how much a collection leaves in a survivor space
          "jdk.GCHeapSummary",
          "jdk.PSHeapSummary",
          "jdk.G1HeapSummary",
          "jdk.MetaspaceSummary",
          "jdk.G1HeapRegionTypeChange",
          "jdk.EvacuationInformation",
          "jdk.ZPageAllocation",
          "jdk.ShenandoahHeapRegionStateChange",
          // Allocation as the JVM counts it.
          "jdk.ObjectAllocationInNewTLAB",
          "jdk.ObjectAllocationOutsideTLAB",
          // The JIT and its code heaps.
          "jdk.Compilation",
          "jdk.CodeCacheFull",
          "jdk.Deoptimization",
          "jdk.ClassLoad",
          "jdk.ClassDefine",
          "jdk.ClassUnload");

  /** Events of the JDK that are written at each chunk's beginning and end. */
  private static final List<String> EVERY_CHUNK =
      List.of(
          "jdk.G1HeapRegionInformation",
          "jdk.ShenandoahHeapRegionInformation",
          "jdk.CodeCacheStatistics",
          "jdk.CodeCacheConfiguration",
          "jdk.CompilerConfiguration",
          "jdk.CompilerStatistics",
          "jdk.ClassLoadingStatistics",
          "jdk.ThreadAllocationStatistics",
          "jdk.IntFlag",
          "jdk.UnsignedIntFlag",
          "jdk.LongFlag",
          "jdk.UnsignedLongFlag",
          "jdk.BooleanFlag",
          "jdk.StringFlag");

  private TraceSettings() {}

  /** The settings of a recording, on top of the JFR configuration that was asked for. */
  static Map<String, String> of(AgentOptions options) throws OptionException {
    Map<String, String> settings = new HashMap<>();
    if (options.settings().isPresent()) {
      settings.putAll(configuration(options.settings().get()));
    }
    for (String event : EVENTS) {
      settings.put(event + "#enabled", "true");
      settings.put(event + "#threshold", "0 ms");
      settings.put(event + "#stackTrace", "false");
    }
    for (String event : EVERY_CHUNK) {
      settings.put(event + "#enabled", "true");
      settings.put(event + "#period", "everyChunk");
    }
    settings.put(AgentInfoEvent.NAME + "#period", "beginChunk");
    settings.put(LossEvent.NAME + "#period", "endChunk");
    return settings;
  }

  private static Map<String, String> configuration(String name) throws OptionException {
    try {
      return name.endsWith(".jfc")
          ? Configuration.create(Files.newBufferedReader(Path.of(name))).getSettings()
          : Configuration.getConfiguration(name).getSettings();
    } catch (IOException | ParseException | IllegalArgumentException unusable) {
      throw new OptionException("settings=" + name + ": " + Console.oneLine(unusable));
    }
  }
}
