package io.forkscope.core.model;

/**
 * One simulated process of a managed runtime: its allocator, its objects, its collector. Created by
 * {@link RuntimeModel#start}; children are made by {@link #fork}. Not thread-safe.
 */
public interface RuntimeProcess {

  /** Starts the interpreter, builds the populations and takes the steps before the fork. */
  void build();

  /**
   * The model's state in a child, independent of this one from here on.
   *
   * @param memory the child's memory, forked from this process's
   * @param childIndex 0 for the first child
   */
  RuntimeProcess fork(ProcessMemory memory, int childIndex);

  /** What fork itself writes in this process, be it parent or child, before user code runs. */
  void afterFork(boolean isChild);

  /**
   * Takes the scenario's actions once.
   *
   * @param request index of the request, from 0
   */
  void request(long request);

  /**
   * What a child does of its own accord while only its parent takes the actions, such as saving a
   * snapshot; nothing unless a model says otherwise.
   *
   * @param request index of the request that the parent takes next, from 0
   */
  default void meanwhile(long request) {}
}
