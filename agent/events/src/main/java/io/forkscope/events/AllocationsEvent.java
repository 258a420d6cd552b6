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
 * Objects of one class that one thread allocated at one site inside one window of the address
 * space.
 *
 * <p>A window is {@value #WINDOW_BYTES} bytes, aligned to itself: 64 granules of {@value
 * #GRANULE_BYTES} bytes, one for each bit of {@link #granules}, so the set of pages written is
 * exact although many allocations share one event. An object that crosses a window's end gives one
 * event in each window it lies in, and is counted in the one where it starts.
 */
@Name(AllocationsEvent.NAME)
@Label("Allocations")
@Description("Objects of one class allocated by one thread at one site in one 256 KiB window")
@Category("Forkscope")
@StackTrace(false)
public final class AllocationsEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.Allocations";

  /** Bytes of a window; windows are aligned to their size. */
  public static final int WINDOW_BYTES = 256 * 1024;

  /** Bytes that one bit of {@link #granules} stands for. */
  public static final int GRANULE_BYTES = 4096;

  @MemoryAddress
  @Label("Window")
  @Description("address of the window, a multiple of 256 KiB")
  public long window;

  @Label("Granules")
  @Description("bit i is set when bytes of these objects lie in [window + 4096 i, + 4096)")
  public long granules;

  @Label("Class")
  @Description("class of the objects, as Class.getName() says it")
  public String objectClass = "";

  @Label("Site")
  @Description("where they were allocated: Class.method:line")
  public String site = "";

  @Label("Objects")
  @Description("objects that start in the window")
  public long objects;

  @DataAmount
  @Label("Bytes")
  @Description("bytes of these objects that lie in the window, headers and padding included")
  public long bytes;

  @MemoryAddress
  @Label("First Address")
  @Description("lowest address of these objects' bytes in the window")
  public long firstAddress;

  @MemoryAddress
  @Label("End Address")
  @Description("address after the highest of these objects' bytes in the window")
  public long endAddress;

  @Label("Phase")
  @Description("fork points passed when they were allocated; 0 is before the first")
  public int phase;

  @Label("Epoch")
  @Description("ticks of the agent (about one a second) since its start when they were allocated")
  public int epoch;

  @Label("Allocating Thread")
  @Description("Java thread id of the allocating thread; on virtual threads, of its carrier")
  public long allocatingThread;
}
