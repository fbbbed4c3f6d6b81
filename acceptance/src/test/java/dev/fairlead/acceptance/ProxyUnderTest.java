package dev.fairlead.acceptance;

import java.util.List;

/** A running proxy, as its users see it. */
interface ProxyUnderTest extends AutoCloseable {
  /** Where its one frontend listens on loopback. */
  int port();

  /** The access log so far, one line for each exchange (HTTP) or session (TCP), without other lines. */
  List<AccessLine> log();

  /** How many requests wait in all queues. */
  int queued();

  /** Whether the checks say that a server is up. */
  boolean up(String server);

  /** The operator's wish: no new traffic. */
  void drain(String server);

  /** The operator's wish: as if it were not there. */
  void maintenance(String server);

  /** The operator's wish: traffic again. */
  void ready(String server);

  /** The operator's wish: another share. */
  void weight(String server, int weight);

  /** Begins to stop as on SIGUSR1 (HAProxy), close with a long grace (Fairlead). */
  void stopGracefully();

  /** Whether it has stopped completely. */
  boolean stopped();

  /** Stops at once. */
  @Override
  void close();
}
