package dev.fairlead.acceptance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** A server of the library Java-WebSocket, which speaks HTTP/1.1 only. */
final class JavaWebSocketOrigin extends WebSocketServer implements WebSocketOrigin {
  private final BlockingQueue<JavaWebSocket> opened = new LinkedBlockingQueue<>();
  private final CountDownLatch started = new CountDownLatch(1);

  private JavaWebSocketOrigin(Hop hop) {
    super(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        1,
        List.of(new JavaWebSocketDraft(true), new JavaWebSocketDraft(false)));
    setConnectionLostTimeout(0); // no pings of its own
    setTcpNoDelay(true);
    if (hop.tls()) {
      setWebSocketFactory(new DefaultSSLWebSocketServerFactory(Site.context()));
    }
  }

  static WebSocketOrigin start(Hop hop) throws InterruptedException {
    JavaWebSocketOrigin origin = new JavaWebSocketOrigin(hop);
    origin.start();
    if (!origin.started.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("does not start");
    }
    return origin;
  }

  @Override
  public int port() {
    return getPort();
  }

  @Override
  public WebSocketEnd end() throws InterruptedException {
    WebSocketEnd end = opened.poll(10, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("no WebSocket was opened");
    }
    return end;
  }

  private static Inbox inbox(WebSocket socket) {
    JavaWebSocket end = socket.getAttachment();
    return end.inbox();
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public void onOpen(WebSocket socket, ClientHandshake handshake) {
    if (!handshake.getResourceDescriptor().equals("/chat?room=1")) {
      socket.close(1008, handshake.getResourceDescriptor());
      return;
    }
    JavaWebSocket end = new JavaWebSocket(socket, () -> {
      throw new UnsupportedOperationException();
    });
    socket.setAttachment(end);
    opened.add(end);
  }

  @Override
  public void onMessage(WebSocket socket, String text) {
    inbox(socket).add(text);
    socket.send(text);
  }

  @Override
  public void onMessage(WebSocket socket, ByteBuffer binary) {
    inbox(socket).add(binary.duplicate());
    socket.send(binary);
  }

  @Override
  public void onWebsocketPong(WebSocket socket, Framedata frame) {
    inbox(socket).addPong();
  }

  @Override
  public void onClose(WebSocket socket, int code, String reason, boolean remote) {
    if (socket.getAttachment() != null) {
      inbox(socket).closed(code, reason);
    }
  }

  @Override
  public void onError(@Nullable WebSocket socket, Exception problem) {
    // the end follows
  }

  @Override
  public void close() {
    try {
      stop(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
