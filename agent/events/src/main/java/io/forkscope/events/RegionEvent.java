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

/**
 * One range of the address space and what it holds. The regions of one phase are disjoint and cover
 * every accessible mapping of the process.
 */
@Name(RegionEvent.NAME)
@Label("Region")
@Description("One range of the address space at a fork point or at the end, and what it holds")
@Category("Forkscope")
@StackTrace(false)
public final class RegionEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.Region";

  @Label("Name")
  @Description("name of the region: file, [stack], CodeHeap 'profiled nmethods', Java heap, …")
  public String name = "";

  @Label("Kind")
  @Description("name of the analyzer's RegionKind, for example JAVA_HEAP")
  public String kind = "";

  @MemoryAddress
  @Label("Start")
  @Description("first address")
  public long start;

  @DataAmount
  @Label("Bytes")
  @Description("length in bytes")
  public long bytes;

  @DataAmount
  @Label("Resident Bytes")
  @Description("bytes present in memory")
  public long residentBytes;

  @DataAmount
  @Label("Private Dirty")
  @Description("Private_Dirty of the whole mapping that holds this region (smaps)")
  public long mappingPrivateDirtyBytes;

  @DataAmount
  @Label("Page Bytes")
  @Description("page size the kernel backs the mapping with (KernelPageSize)")
  public long pageBytes;

  @DataAmount
  @Label("Huge Pages")
  @Description("bytes of the whole mapping in transparent huge pages (AnonHugePages)")
  public long mappingHugeBytes;

  @BooleanFlag
  @Label("Shared Mapping")
  @Description("whether it is MAP_SHARED, and so never copied on write")
  public boolean sharedMapping;

  @Label("Permissions")
  @Description("permissions as /proc/PID/maps writes them, for example rw-p")
  public String permissions = "";

  @Label("Source")
  @Description("what named it: smaps, Compiler.codecache, VM.info, VM.metaspace, GC.heap_info")
  public String source = "";

  @Label("Phase")
  @Description("the phase whose fork point it belongs to; -1 for the map at the recording's end")
  public int phase;
}
