package io.forkscope.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What was instrumented and what the agent knows it did not record; counted since its start. */
@Name(LossEvent.NAME)
@Label("Loss")
@Description("What is instrumented and what was knowingly not recorded, since the agent's start")
@Category("Forkscope")
@StackTrace(false)
public final class LossEvent extends Event {
  /** The event's name in a recording. */
  public static final String NAME = "forkscope.Loss";

  @Label("Instrumented Classes")
  @Description("classes whose allocations are recorded")
  public long instrumentedClasses;

  @Label("Instrumented Sites")
  @Description("allocation sites that are recorded")
  public long instrumentedSites;

  @Label("Skipped Sites")
  @Description("allocation sites left alone, because where their object is could not be proved")
  public long skippedSites;

  @Label("Failed Classes")
  @Description("classes that could not be transformed and run untouched")
  public long failedClasses;

  @Label("Recorded Objects")
  @Description("objects recorded by threads that have handed over")
  public long recordedObjects;

  @Label("Reentrant Objects")
  @Description("objects allocated by the recorder's own work, not recorded")
  public long reentrantObjects;

  @Label("Undecodable Objects")
  @Description("objects whose reference did not decode to an address, not recorded")
  public long undecodableObjects;

  @Label("Failed Hand-overs")
  @Description("batches lost because handing them to JFR failed")
  public long failedHandOvers;
}
