package io.forkscope.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the image of an ELF file ends in memory. */
final class ElfExtent {
  // Layout of Elf64_Ehdr and Elf64_Phdr: System V ABI, elf(5).
  private static final int MAGIC = 0x464c457f;
  private static final int HEADER_BYTES = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int LOADABLE = 1;

  private ElfExtent() {}

  /**
   * Bytes from the first mapping of the file to the end of its last loadable segment, rounded up to
   * a page. Anonymous memory below that is the file's own zero-initialised data; above it lies
   * something else that the kernel put right behind.
   *
   * @return 0 if the file cannot be read or is not a 64-bit ELF file
   */
  static long of(String path) {
    try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ)) {
      ByteBuffer header = read(file, 0, HEADER_BYTES);
      if (header.getInt(0) != MAGIC || header.get(4) != 2) {
        return 0;
      }
      long at = header.getLong(32);
      int step = Short.toUnsignedInt(header.getShort(54));
      int count = Short.toUnsignedInt(header.getShort(56));
      long end = 0;
      for (int i = 0; i < count; i++) {
        ByteBuffer segment = read(file, at + (long) i * step, SEGMENT_BYTES);
        if (segment.getInt(0) == LOADABLE) {
          end = Math.max(end, segment.getLong(16) + segment.getLong(40));
        }
      }
      return (end + PageSnapshot.PAGE_BYTES - 1) & -PageSnapshot.PAGE_BYTES;
    } catch (IOException | RuntimeException e) {
      return 0; // a deleted, foreign or odd file: its bss is then counted with anonymous memory
    }
  }

  private static ByteBuffer read(FileChannel file, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      int got = file.read(buffer, at + buffer.position());
      if (got < 0) {
        throw new IOException("file ends at " + (at + buffer.position()));
      }
    }
    return buffer.flip();
  }
}
