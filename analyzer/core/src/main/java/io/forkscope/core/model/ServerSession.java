package io.forkscope.core.model;

import java.io.IOException;

/**
 * A client's conversation with a server that takes a scenario. Every call waits a bounded time for
 * the server and throws {@link IOException} in one line if it is gone or does not answer. Not
 * thread-safe.
 */
public interface ServerSession extends AutoCloseable {

  /** Builds the populations and takes the steps before the fork. */
  void build() throws IOException;

  /**
   * Where the populations lie in the server, read from outside, so that it changes nothing there;
   * {@link ObservedAddresses#NONE} if that cannot be told.
   *
   * @param pid of the server, which was built and has not forked
   */
  ObservedAddresses tell(long pid) throws IOException;

  /** Makes the server fork; the child lives longer than the requests as long as it is stopped. */
  void fork() throws IOException;

  /**
   * Whether it matters for the count what the child does while requests are taken. If so it is let
   * run on between them, so far that its progress keeps up with theirs; if not it stays stopped.
   */
  boolean childMatters();

  /** Which part of its work the child has done, 0..1, told from outside. */
  double childProgress(long pid) throws IOException;

  /** Takes the requests {@code [from, to)}, which follow those of the call before. */
  void request(long from, long to) throws IOException;

  /**
   * Lets the child end, and waits for it.
   *
   * @return what the server itself says about it
   */
  ServerReport finish() throws IOException;

  @Override
  void close() throws IOException;
}
