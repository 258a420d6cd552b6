package io.forkscope.core.recording.jfr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash of a file's bytes. */
final class Sha256 {

  private Sha256() {}

  /** Hashes from the first byte to the last, whatever the channel's position. */
  static String of(FileChannel channel) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long offset = 0;
    int read = channel.read(buffer, offset);
    while (read > 0) {
      offset += read;
      buffer.flip();
      digest.update(buffer);
      buffer.clear();
      read = channel.read(buffer, offset);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
