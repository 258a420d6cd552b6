package io.forkscope.javaagent;

import io.forkscope.events.AgentInfoEvent;
import io.forkscope.events.AllocationsEvent;
import io.forkscope.events.ForkPointEvent;
import io.forkscope.events.HeapSpaceEvent;
import io.forkscope.events.LossEvent;
import io.forkscope.events.RegionEvent;
import io.forkscope.events.ResidentEvent;
import io.forkscope.hook.AllocationHook;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;

/** One recording, from its start to its end. */
final class Session {
  private static final List<Class<? extends Event>> EVENTS =
      List.of(
          AgentInfoEvent.class,
          AllocationsEvent.class,
          ForkPointEvent.class,
          HeapSpaceEvent.class,
          LossEvent.class,
          RegionEvent.class,
          ResidentEvent.class);

  private static final Duration TICK = Duration.ofSeconds(1);

  private final AgentOptions options;
  private final Diagnostics diagnostics;
  private final JvmFacts facts;
  private final SiteTable sites = new SiteTable();
  private final Clock clock = new Clock();
  private final AllocationRecorder recorder;
  private final Instrumenter instrumenter;
  private final TraceRecording trace;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Session::thread);
  private final List<Future<?>> scheduled = new ArrayList<>();
  private final AtomicBoolean methodReturned = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Runnable infoHook = this::commitInfo;
  private final Runnable lossHook = this::chunkEnds;

  private Session(Instrumentation instrumentation, AgentOptions options)
      throws IOException, ReflectiveOperationException, OptionException {
    this.options = options;
    this.diagnostics = Diagnostics.open();
    this.facts = JvmFacts.find(diagnostics);
    this.recorder =
        new AllocationRecorder(instrumentation, sites, facts, options.jdk(), this::hostForkPoint);
    this.instrumenter =
        new Instrumenter(instrumentation, options, sites, facts.addresses().exact());
    EVENTS.forEach(FlightRecorder::register);
    this.trace =
        TraceRecording.start(
            TraceSettings.of(options), TraceFile.create(FileName.expand(options.file())));
  }

  /** Starts recording. On a failure nothing of the session stays behind. */
  static Session start(Instrumentation instrumentation, AgentOptions options)
      throws IOException, ReflectiveOperationException, OptionException {
    Session session = new Session(instrumentation, options);
    try {
      session.begin();
      return session;
    } catch (RuntimeException | Error failed) {
      session.stop();
      throw failed;
    }
  }

  private void begin() {
    FlightRecorder.addPeriodicEvent(AgentInfoEvent.class, infoHook);
    FlightRecorder.addPeriodicEvent(LossEvent.class, lossHook);
    commitInfo();
    AllocationHook.open(recorder, clock.stamp());
    instrumenter.install();
    schedule(this::tick, TICK);
    schedule(this::rotate, options.rotate());
    options
        .forkAfter()
        .ifPresent(
            after ->
                scheduled.add(
                    timer.schedule(
                        () -> AllocationHook.shielded(() -> forkPoint("after", "option:after")),
                        after.toMillis(),
                        TimeUnit.MILLISECONDS)));
  }

  private void schedule(Runnable work, Duration every) {
    scheduled.add(
        timer.scheduleWithFixedDelay(
            () -> turn(work), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** The timer never again runs what has thrown once, and the host may be out of memory. */
  private static void turn(Runnable work) {
    try {
      AllocationHook.shielded(work);
    } catch (OutOfMemoryError exhausted) {
      // the next turn tries again
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "forkscope");
    thread.setDaemon(true);
    return thread;
  }

  /** Where this session writes. */
  Path file() {
    return trace.target();
  }

  private void tick() {
    clock.tick();
    AllocationHook.drainOrphans();
  }

  private void rotate() {
    try {
      trace.rotate();
    } catch (IOException | RuntimeException failed) {
      if (!Shutdown.hasBegun()) { // then JFR deletes its chunks, after the end has fetched them
        trace.giveUpRotating(failed);
      }
    }
  }

  /** Hands over what was allocated so far, and writes all of it; says where. */
  Path dump(String file) throws IOException, OptionException {
    Path copy = file.isEmpty() ? file() : FileName.expand(file);
    clock.tick(); // so that every thread looks again before it adds to what is drained
    AllocationHook.shielded(AllocationHook::drainAll);
    trace.dump(copy);
    return copy;
  }

  private void hostForkPoint(String name, String how) {
    if (!how.equals("option:method") || methodReturned.compareAndSet(false, true)) {
      forkPoint(name, how);
    }
  }

  /**
   * Marks a fork point: the map is written, the next phase begins, and the agent's own thread ends
   * the chunk. The map comes first, because making it allocates some MiB that the fork would not.
   */
  synchronized void forkPoint(String name, String how) {
    if (ended.get()) {
      return;
    }
    int phase = clock.phase() + 1; // only here does it change
    long residentBytes = commitMap(phase);
    clock.nextPhase();
    commitForkPoint(name, how, phase, residentBytes);
    timer.execute(() -> AllocationHook.shielded(this::rotate));
  }

  private long commitMap(int phase) {
    try {
      return RegionMap.commit(diagnostics, phase, facts.pageBytes());
    } catch (IOException | RuntimeException unreadable) {
      Console.say("no map of this process's memory: " + Console.oneLine(unreadable));
      return -1;
    }
  }

  private void commitForkPoint(String name, String how, int phase, long residentBytes) {
    ForkPointEvent event = new ForkPointEvent();
    event.name = name;
    event.how = how;
    event.phase = phase;
    event.epoch = clock.epoch();
    event.recordedObjects = recorder.recordedObjects();
    event.recordedBytes = recorder.recordedBytes();
    event.allocatedBytes = allocatedBytes();
    event.residentBytes = residentBytes;
    event.commit();
  }

  private static long allocatedBytes() {
    if (ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
        && threads.isThreadAllocatedMemorySupported()) {
      long sum = 0;
      for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
        sum += Math.max(0, bytes); // -1 for a thread that has just ended
      }
      return sum;
    }
    return -1;
  }

  private void commitInfo() {
    Addresses addresses = facts.addresses();
    AgentInfoEvent event = new AgentInfoEvent();
    event.agentVersion = ForkscopeAgent.version();
    event.pid = ProcessHandle.current().pid();
    event.jvmVersion = System.getProperty("java.vm.version", "unknown");
    event.jvmName = System.getProperty("java.vm.name", "unknown");
    event.collector = facts.collector();
    event.addresses = addresses.exact() ? AgentInfoEvent.EXACT : AgentInfoEvent.UNAVAILABLE;
    event.addressesBecause = addresses.because();
    event.compressedOops = AllocationHook.compressedReferences();
    event.oopBase = addresses.base();
    event.oopShift = addresses.shift();
    event.objectAlignment = facts.objectAlignment();
    event.pageBytes = facts.pageBytes();
    event.jdkInstrumented = options.jdk();
    event.options = options.describe();
    event.commit();
  }

  /** JFR ends a chunk; when it does so because the JVM goes down, so does the session. */
  private void chunkEnds() {
    if (Shutdown.hasBegun()) {
      AllocationHook.shielded(this::end);
    }
    commitLoss();
  }

  private void commitLoss() {
    LossEvent event = new LossEvent();
    event.instrumentedClasses = instrumenter.instrumentedClasses();
    event.instrumentedSites = sites.count();
    event.skippedSites = instrumenter.skippedSites();
    event.failedClasses = instrumenter.failedClasses();
    event.recordedObjects = recorder.recordedObjects();
    event.reentrantObjects = AllocationHook.unrecorded();
    event.undecodableObjects = recorder.undecodable();
    event.failedHandOvers = recorder.failedHandOvers();
    event.commit();
  }

  /** Hands over what is left and writes the last map. */
  private void end() {
    if (ended.compareAndSet(false, true)) {
      AllocationHook.close();
      long residentBytes = commitMap(RegionMap.AT_END);
      commitForkPoint("end", ForkPointEvent.END, clock.phase(), residentBytes);
    }
  }

  /** Ends the session and gives all classes their bytes back; says what became of the file. */
  String stop() {
    scheduled.forEach(work -> work.cancel(false));
    AllocationHook.shielded(this::end);
    timer.shutdown();
    String outcome = trace.stop();
    FlightRecorder.removePeriodicEvent(infoHook);
    FlightRecorder.removePeriodicEvent(lossHook);
    instrumenter.remove();
    return outcome;
  }
}
