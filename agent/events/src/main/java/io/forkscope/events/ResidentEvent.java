package io.forkscope.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A maximal run of present pages inside one mapping, from {@code /proc/self/pagemap}. */
@Name(ResidentEvent.NAME)
@Label("Resident")
@Description("A run of pages of one mapping present at a fork point or at the end")
@Category("Forkscope")
@StackTrace(false)
public final class ResidentEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.Resident";

  @MemoryAddress
  @Label("Start")
  @Description("address of the first page")
  public long start;

  @DataAmount
  @Label("Bytes")
  @Description("length in bytes, a multiple of the page size")
  public long bytes;

  @Label("Phase")
  @Description("the phase whose fork point it belongs to; -1 for the map at the recording's end")
  public int phase;
}
