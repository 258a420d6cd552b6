package io.forkscope.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How many page tables map each frame, from {@code /proc/kpagecount}; needs root. */
public final class KernelPageCounts implements AutoCloseable {
  private final FileChannel file;
  private final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());

  private KernelPageCounts(FileChannel file) {
    this.file = file;
  }

  /**
   * Opens the file.
   *
   * @throws UnsupportedHostException without root
   */
  public static KernelPageCounts open() throws ObserveException {
    try {
      return new KernelPageCounts(
          FileChannel.open(Path.of("/proc/kpagecount"), StandardOpenOption.READ));
    } catch (IOException e) {
      throw new UnsupportedHostException(
          "/proc/kpagecount cannot be read: counting mappers of a frame needs root");
    }
  }

  /** Page tables that map a frame; 0 for a frame that does not exist. */
  public long mappers(long frame) throws IOException {
    word.clear();
    return file.read(word, frame * 8) == 8 ? word.getLong(0) : 0;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
