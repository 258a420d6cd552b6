package io.forkscope.core.recording;

import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * How a recording is read.
 *
 * @param threads readers at work at once, at least 1; the result does not depend on it
 * @param limit when to give up on a file that its parser does not get through
 * @param finishedPartOnly whether a file whose end is missing may be used up to its last whole
 *     chunk; it is refused otherwise
 * @param progress told the bytes read so far, from any reader's thread
 */
public record ReadOptions(
    int threads, Duration limit, boolean finishedPartOnly, LongConsumer progress) {

  /** Checks bounds. */
  public ReadOptions {
    if (threads < 1 || limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("threads " + threads + ", limit " + limit);
    }
  }

  /** One reader, five minutes, whole files only, nobody told. */
  public static ReadOptions defaults() {
    return new ReadOptions(1, Duration.ofMinutes(5), false, bytes -> {});
  }

  /** The same with another number of readers. */
  public ReadOptions withThreads(int count) {
    return new ReadOptions(count, limit, finishedPartOnly, progress);
  }

  /** The same with another limit. */
  public ReadOptions withLimit(Duration other) {
    return new ReadOptions(threads, other, finishedPartOnly, progress);
  }

  /** The same, content with the finished part of a file or not. */
  public ReadOptions withFinishedPartOnly(boolean content) {
    return new ReadOptions(threads, limit, content, progress);
  }

  /** The same with somebody told. */
  public ReadOptions withProgress(LongConsumer told) {
    return new ReadOptions(threads, limit, finishedPartOnly, told);
  }
}
