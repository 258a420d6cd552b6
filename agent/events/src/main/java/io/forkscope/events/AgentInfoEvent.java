package io.forkscope.events;

import jdk.jfr.BooleanFlag;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Who recorded, in which JVM, and how far its addresses can be trusted; once at least a chunk. */
@Name(AgentInfoEvent.NAME)
@Label("Agent Information")
@Description("The recording agent, its JVM, and how far object addresses can be trusted")
@Category("Forkscope")
@StackTrace(false)
public final class AgentInfoEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.AgentInfo";

  /** The value of {@link #addresses} when every {@code forkscope.Allocations} is exact. */
  public static final String EXACT = "exact";

  /** The value of {@link #addresses} when no {@code forkscope.Allocations} is recorded. */
  public static final String UNAVAILABLE = "unavailable";

  @Label("Agent Version")
  @Description("version of the agent")
  public String agentVersion = "";

  @Label("Process Id")
  @Description("process id of the JVM")
  public long pid;

  @Label("JVM Version")
  @Description("java.vm.version of the JVM")
  public String jvmVersion = "";

  @Label("JVM Name")
  @Description("java.vm.name of the JVM")
  public String jvmName = "";

  @Label("Collector")
  @Description("Serial, Parallel, G1, Z, Shenandoah, Epsilon, or unknown")
  public String collector = "";

  @Label("Addresses")
  @Description("exact: addresses were read from references and passed the self-check; unavailable")
  public String addresses = "";

  @Label("Addresses Because")
  @Description("how addresses are decoded, or why they are unavailable")
  public String addressesBecause = "";

  @BooleanFlag
  @Label("Compressed References")
  @Description("whether references in the heap are compressed (UseCompressedOops)")
  public boolean compressedOops;

  @MemoryAddress
  @Label("Reference Base")
  @Description("address that a compressed reference is relative to; 0 when not compressed")
  public long oopBase;

  @Label("Reference Shift")
  @Description("bits that a compressed reference is shifted by; 0 when not compressed")
  public int oopShift;

  @DataAmount
  @Label("Object Alignment")
  @Description("alignment of objects in the heap (ObjectAlignmentInBytes)")
  public int objectAlignment;

  @DataAmount
  @Label("Page Bytes")
  @Description("size of the kernel's base page")
  public int pageBytes;

  @BooleanFlag
  @Label("JDK Instrumented")
  @Description("whether allocations in the JDK's own classes are recorded too (jdk=true)")
  public boolean jdkInstrumented;

  @Label("Options")
  @Description("the agent's options as they were understood")
  public String options = "";
}
