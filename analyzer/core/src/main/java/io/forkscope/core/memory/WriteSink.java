package io.forkscope.core.memory;

/**
 * Takes the writes of one cause in one process. Not thread-safe. No call retains its arguments.
 *
 * <p>Each call throws {@link IllegalArgumentException} when an address lies in no region of the
 * process, or in one that is not writable.
 */
public interface WriteSink {

  /**
   * Marks the pages of {@code [address, address + bytes)} as written.
   *
   * @param address first byte
   * @param bytes at least 1; may span pages, not regions
   */
  void write(long address, int bytes);

  /**
   * Like {@link #write} for long ranges; equal to writing each of its pages.
   *
   * @param address first byte
   * @param bytes at least 1; may span pages, not regions
   */
  void writeRange(long address, long bytes);

  /**
   * Writes {@code bytes} at each of {@code addresses[from, to)}, in order.
   *
   * @param bytes at least 1
   */
  void writeEach(long[] addresses, int from, int to, int bytes);

  /**
   * Writes {@code bytes} at {@code first}, {@code first + stride}, … {@code count} times; resolved
   * per page, so its cost does not grow with the writes of a page.
   *
   * @param stride bytes from one write to the next, positive
   * @param count how many writes, at least 0; all inside one region
   * @param bytes at least 1
   */
  void writeStrided(long first, long stride, long count, int bytes);
}
