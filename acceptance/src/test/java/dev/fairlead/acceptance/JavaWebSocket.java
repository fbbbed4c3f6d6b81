package dev.fairlead.acceptance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.java_websocket.WebSocket;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.CloseFrame;

/** One end of a WebSocket of the library Java-WebSocket, over HTTP/1.1. Thread-safe. */
final class JavaWebSocket implements WebSocketEnd {
  private final Inbox inbox = new Inbox();
  private final WebSocket socket;
  private final Runnable reset;

  /**
   * Speaks for a connection.
   *
   * @param socket the library's
   * @param reset what breaks it
   */
  JavaWebSocket(WebSocket socket, Runnable reset) {
    this.socket = socket;
    this.reset = reset;
  }

  @Override
  public Inbox inbox() {
    return inbox;
  }

  @Override
  public void send(String text) {
    socket.send(text);
  }

  @Override
  public void send(ByteBuffer binary) {
    socket.send(binary);
  }

  @Override
  public void sendFragments(List<String> parts) {
    for (int i = 0; i < parts.size(); i++) {
      socket.sendFragmentedFrame(
          Opcode.TEXT,
          ByteBuffer.wrap(parts.get(i).getBytes(StandardCharsets.UTF_8)),
          i == parts.size() - 1);
    }
  }

  @Override
  public void ping() {
    socket.sendPing();
  }

  /**
   * Sends the frame and nothing else: the library's own way of closing stops its reading thread, which may
   * interrupt the writing one before the frame has left.
   */
  @Override
  public void close(int code, String reason) {
    CloseFrame frame = new CloseFrame();
    frame.setCode(code);
    frame.setReason(reason);
    socket.sendFrame(frame);
  }

  @Override
  public void vanish() {
    reset.run();
  }

  @Override
  public void close() {
    socket.closeConnection(1006, "left");
  }
}
