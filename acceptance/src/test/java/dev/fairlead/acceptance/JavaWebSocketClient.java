package dev.fairlead.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ServerHandshake;

/** A client of the library Java-WebSocket, which speaks HTTP/1.1 only. */
final class JavaWebSocketClient extends WebSocketClient {
  private final JavaWebSocket end = new JavaWebSocket(this, this::reset);
  private volatile String extensions = "";

  private JavaWebSocketClient(URI uri, boolean compressed) {
    super(uri, new JavaWebSocketDraft(compressed));
    setAttachment(end);
    setConnectionLostTimeout(0); // no pings of its own
    setTcpNoDelay(true);
    if (uri.getScheme().equals("wss")) {
      setSocketFactory(Site.context().getSocketFactory());
    }
  }

  /** Opens a WebSocket; what is compressed has to be agreed on. */
  static WebSocketEnd open(Hop hop, int port, boolean compressed) throws InterruptedException {
    String scheme = hop.tls() ? "wss" : "ws";
    JavaWebSocketClient client = new JavaWebSocketClient(
        URI.create(scheme + "://127.0.0.1:" + port + "/chat?room=1"), compressed);
    if (!client.connectBlocking(10, TimeUnit.SECONDS)) {
      throw new AssertionError("not opened: " + client.end.inbox().closing());
    }
    if (client.extensions.contains("permessage-deflate") != compressed) {
      throw new AssertionError("extensions: '" + client.extensions + "'");
    }
    return client.end;
  }

  private void reset() {
    try {
      getSocket().setSoLinger(true, 0);
      getSocket().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onOpen(ServerHandshake handshake) {
    extensions = handshake.getFieldValue("Sec-WebSocket-Extensions");
  }

  @Override
  public void onMessage(String text) {
    end.inbox().add(text);
  }

  @Override
  public void onMessage(ByteBuffer binary) {
    end.inbox().add(binary);
  }

  @Override
  public void onWebsocketPong(WebSocket socket, Framedata frame) {
    end.inbox().addPong();
  }

  @Override
  public void onClose(int code, String reason, boolean remote) {
    end.inbox().closed(code, reason);
  }

  @Override
  public void onError(Exception problem) {
    // the end follows
  }
}
