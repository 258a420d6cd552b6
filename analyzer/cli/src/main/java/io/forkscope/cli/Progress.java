package io.forkscope.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress of long work: on stderr, and only where a person watches. */
final class Progress implements AutoCloseable {

  private final ProgressBar bar;

  private Progress(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Starts to show progress.
   *
   * @param task what is done, two words
   * @param steps how many steps there are, or -1 if that is not known
   */
  static Progress of(String task, long steps) {
    boolean watched = Terminal.watchesErrors();
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setUpdateIntervalMillis(200)
            .setStyle(ProgressBarStyle.ASCII);
    if (!watched) {
      builder.setConsumer(new Nobody());
    }
    return new Progress(builder.build());
  }

  /** One step is done. */
  void step() {
    bar.step();
  }

  /** {@code done} steps are done so far. */
  void at(long done) {
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }

  private static final class Nobody implements me.tongfei.progressbar.ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return 80;
    }

    @Override
    public void accept(String rendered) {}

    @Override
    public void close() {}
  }
}
