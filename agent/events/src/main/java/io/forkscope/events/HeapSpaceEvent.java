package io.forkscope.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A space of a contiguous-generation heap (Serial, Parallel, Epsilon). G1's regions are in the
 * JDK's own {@code jdk.G1HeapRegionInformation}.
 */
@Name(HeapSpaceEvent.NAME)
@Label("Heap Space")
@Description("A space of the Java heap at a fork point or at the end (Serial, Parallel, Epsilon)")
@Category("Forkscope")
@StackTrace(false)
public final class HeapSpaceEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.HeapSpace";

  @Label("Name")
  @Description("eden, from, to, tenured, old (Parallel's), or as GC.heap_info names it")
  public String name = "";

  @MemoryAddress
  @Label("Start")
  @Description("first address")
  public long start;

  @DataAmount
  @Label("Used")
  @Description("bytes from the start to the space's top")
  public long usedBytes;

  @DataAmount
  @Label("Committed")
  @Description("bytes from the start to the space's end")
  public long committedBytes;

  @Label("Phase")
  @Description("the phase whose fork point it belongs to; -1 for the recording's end")
  public int phase;
}
