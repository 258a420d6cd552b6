package io.forkscope.core.simulation;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * The memory of a process as its model sees it.
 *
 * @param process the engine's side of it
 */
public record SimulatedMemory(CowProcess process) implements ProcessMemory {

  @Override
  public void map(Region region) {
    process.map(region);
  }

  @Override
  public void unmap(long address, long bytes) {
    process.unmap(address, bytes);
  }

  @Override
  public void dontNeed(long address, long bytes) {
    process.dontNeed(address, bytes);
  }

  @Override
  public WriteSink sink(Cause cause) {
    return process.sink(cause);
  }
}
