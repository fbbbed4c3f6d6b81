package dev.fairlead.acceptance;

import java.nio.ByteBuffer;
import java.util.List;

/** One end of an open WebSocket, whatever speaks for it. Thread-safe. */
interface WebSocketEnd extends AutoCloseable {
  /** What came in. */
  Inbox inbox();

  void send(String text);

  void send(ByteBuffer binary);

  /** One message in several frames. */
  void sendFragments(List<String> parts);

  void ping();

  /** Begins the closing handshake. */
  void close(int code, String reason);

  /** Breaks the connection with a reset. */
  void vanish();

  /** Leaves, if it is still there. */
  @Override
  void close();
}
