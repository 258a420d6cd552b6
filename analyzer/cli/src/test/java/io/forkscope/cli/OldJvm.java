package io.forkscope.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Answers on the attach socket as a JVM of Java 8 does: version 1 of the protocol, a result code
 * and the properties (JDK 8 hotspot/src/share/vm/services/attachListener.cpp). It is itself a JVM,
 * so that it looks like one from outside.
 */
final class OldJvm {

  private OldJvm() {}

  public static void main(String[] arguments) throws IOException {
    Path socket = Path.of("/tmp/.java_pid" + ProcessHandle.current().pid());
    socket.toFile().deleteOnExit();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      socket.toFile().setReadable(false, false);
      socket.toFile().setWritable(false, false);
      socket.toFile().setReadable(true, true); // as the JVM's own: for its user alone
      socket.toFile().setWritable(true, true);
      socket.toFile().setExecutable(false, false);
      System.out.println("running");
      while (true) {
        try (SocketChannel client = server.accept()) {
          if (isRequest(client)) { // the first connection only tries whether there is one
            client.write(
                ByteBuffer.wrap(
                    "0\njava.specification.version=1.8\n".getBytes(StandardCharsets.ISO_8859_1)));
          }
        }
      }
    }
  }

  /** Version, command and three arguments, each ended by a zero byte. */
  private static boolean isRequest(SocketChannel client) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    int ends = 0;
    while (ends < 5 && client.read(one.clear()) > 0) {
      ends += one.get(0) == 0 ? 1 : 0;
    }
    return ends == 5;
  }
}
