package io.forkscope.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The moment at which the process would be forked; and, with {@link #how} {@code "end"}, the end of
 * the recording.
 */
@Name(ForkPointEvent.NAME)
@Label("Fork Point")
@Description("The process would be forked, snapshotted or cloned here; or the recording ends")
@Category("Forkscope")
@StackTrace(false)
public final class ForkPointEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.ForkPoint";

  /** {@link #how} of the last one, which is not a fork but the end of the recording. */
  public static final String END = "end";

  @Label("Name")
  @Description("name given by the application, the option or the command")
  public String name = "";

  @Label("How")
  @Description("api, option:after, option:method, command, or end (the recording's end, no fork)")
  public String how = "";

  @Label("Phase")
  @Description("the phase that begins here: 1 at the first fork point; at the end, the last phase")
  public int phase;

  @Label("Epoch")
  @Description("ticks of the agent since its start")
  public int epoch;

  @Label("Recorded Objects")
  @Description("objects recorded since the start by threads that have handed over; see Loss")
  public long recordedObjects;

  @DataAmount
  @Label("Recorded Bytes")
  @Description("bytes of the recorded objects")
  public long recordedBytes;

  @DataAmount
  @Label("Allocated Bytes")
  @Description("bytes the JVM says live threads have allocated, recorded or not; -1 when unknown")
  public long allocatedBytes;

  @DataAmount
  @Label("Resident")
  @Description("resident set of the process; -1 when unknown")
  public long residentBytes;
}
