package dev.fairlead.acceptance;

/** A server that sends back every message. Thread-safe. */
interface WebSocketOrigin extends AutoCloseable {
  int port();

  /** Its end of the only WebSocket that was opened. */
  WebSocketEnd end() throws InterruptedException;

  @Override
  void close();
}
