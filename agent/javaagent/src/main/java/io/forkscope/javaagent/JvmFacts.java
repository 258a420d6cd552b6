package io.forkscope.javaagent;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.forkscope.hook.AllocationHook;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the agent needs to know about its JVM.
 *
 * @param collector the collector in use
 * @param objectAlignment ObjectAlignmentInBytes
 * @param pageBytes size of the kernel's base page
 * @param addresses how references become addresses
 */
record JvmFacts(String collector, int objectAlignment, int pageBytes, Addresses addresses) {
  private static final Map<String, String> COLLECTORS = collectors();

  static JvmFacts find(Diagnostics diagnostics) {
    HotSpotDiagnosticMXBean flags =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    String collector =
        COLLECTORS.entrySet().stream()
            .filter(c -> "true".equals(flag(flags, c.getKey())))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("unknown");
    String alignment = flag(flags, "ObjectAlignmentInBytes");
    int bytes = alignment == null ? 8 : Integer.parseInt(alignment);
    Addresses addresses = Addresses.find(diagnostics.run("VM.info"), collector, bytes);
    return new JvmFacts(collector, bytes, AllocationHook.pageBytes(), addresses);
  }

  private static @Nullable String flag(HotSpotDiagnosticMXBean flags, String name) {
    try {
      return flags.getVMOption(name).getValue();
    } catch (IllegalArgumentException unknownInThisVersion) {
      return null;
    }
  }

  private static Map<String, String> collectors() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("UseSerialGC", "Serial");
    names.put("UseParallelGC", "Parallel");
    names.put("UseG1GC", "G1");
    names.put("UseZGC", "Z");
    names.put("UseShenandoahGC", "Shenandoah");
    names.put("UseEpsilonGC", "Epsilon");
    return names;
  }
}
