package io.forkscope.cli;

import io.forkscope.core.forkcost.ForkCostModel;
import io.forkscope.core.forkcost.ForkWay;
import io.forkscope.core.forkcost.ForkedMemory;
import java.util.Locale;

/** What the costs of the ways to make a child come to, in words. */
final class ForkAdvice {

  private final ForkCostModel model;
  private final ForkedMemory memory;

  ForkAdvice(ForkCostModel model, ForkedMemory memory) {
    this.model = model;
    this.memory = memory;
  }

  String sentence() {
    double fork = model.parentNanos(ForkWay.FORK_EXEC, memory);
    double spawn = model.parentNanos(ForkWay.POSIX_SPAWN, memory);
    ByteSize crossover = new ByteSize(model.crossoverBytes(memory.pageSize()));
    String where =
        crossover.bytes() == 0
            ? "posix_spawn stops the parent for a shorter time at every size"
            : "the two cost the same at " + crossover;
    return fork > spawn
        ? String.format(
            Locale.ROOT,
            "To run another program, use posix_spawn: it stops this parent %.0f times shorter than"
                + " fork and exec (%s against %s); %s.",
            fork / spawn,
            ForkCostCommand.duration(spawn),
            ForkCostCommand.duration(fork),
            where)
        : String.format(
            Locale.ROOT,
            "To run another program, fork and exec is as good as posix_spawn here (%s against %s);"
                + " %s.",
            ForkCostCommand.duration(fork),
            ForkCostCommand.duration(spawn),
            where);
  }
}
