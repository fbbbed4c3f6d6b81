package dev.fairlead.http.wire;

import dev.fairlead.config.Server;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.peer.WebSocketKey;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy on real sockets, and a client and a server of it that the test plays, each of either version. */
final class EitherPeers implements AutoCloseable {
  private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

  /** The line that answers the key of the handshake, if there was one. */
  private String key = "";

  private final boolean client2;
  private final boolean server2;
  private final Loops loops = Loops.nio(1);
  private final List<H2Peer> accepted = new CopyOnWriteArrayList<>();
  private final ServerSocket listening;
  private final Channel listening2;
  private final Proxy proxy;

  EitherPeers(boolean client2, boolean server2) throws IOException {
    this.client2 = client2;
    this.server2 = server2;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listening.setSoTimeout(10_000);
    listening2 = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            H2Peer peer = H2Peer.server(() -> {}, H2Frames.ENABLE_CONNECT_PROTOCOL, 1);
            channel.pipeline().addLast(peer);
            accepted.add(peer);
          }
        })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
    int port = server2
        ? ((InetSocketAddress) listening2.localAddress()).getPort()
        : listening.getLocalPort();
    Server server = Server.of("s1", "127.0.0.1", port);
    proxy = Proxy.bare(
        b -> b.retries(0).server(server2 ? server.proto("h2") : server),
        f -> f.bind("127.0.0.1", 0));
  }

  Proxy proxy() {
    return proxy;
  }

  H2Peer connectHttp2() {
    H2Peer peer = H2Peer.client(() -> {});
    new Bootstrap()
        .group(loops.group())
        .channel(NioSocketChannel.class)
        .handler(peer)
        .connect(proxy.balancer().address("web"))
        .syncUninterruptibly();
    return peer;
  }

  /** A client that asks for a WebSocket. */
  EitherEnd clientAsks() throws IOException {
    if (client2) {
      H2Peer peer = connectHttp2();
      peer.send(H2Frames.headers(
          1,
          false,
          ":method",
          "CONNECT",
          ":protocol",
          "websocket",
          ":scheme",
          "http",
          ":path",
          "/",
          ":authority",
          "a"));
      return new EitherEnd.Two(peer, 1);
    }
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n" + UPGRADE + "Sec-WebSocket-Key: x\r\n\r\n");
    return new EitherEnd.One(client);
  }

  /** A client that has sent the beginning of a POST. */
  EitherEnd clientPosts() throws IOException {
    if (client2) {
      H2Peer peer = connectHttp2();
      peer.ask(false, "POST", "/");
      return new EitherEnd.Two(peer, 1);
    }
    RawClient client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    return new EitherEnd.One(client);
  }

  /** The server, once it has got the head of the request. */
  EitherEnd serverGets() throws IOException {
    if (server2) {
      Await.until(
          "a stream",
          Proxy.SOON,
          () -> !accepted.isEmpty()
              && !accepted.get(accepted.size() - 1).streams().isEmpty());
      return new EitherEnd.Two(accepted.get(accepted.size() - 1), 1);
    }
    Socket socket = listening.accept();
    RawClient server = new RawClient(socket, socket);
    key = WebSocketKey.answer(server.head());
    return new EitherEnd.One(server);
  }

  /** The server of HTTP/2 consents, says a last word and ends its direction, all in one write. */
  void consentAndEnd(String lastWord) {
    accepted
        .get(accepted.size() - 1)
        .send(H2Frames.headers(1, false, ":status", "200"), H2Frames.data(1, true, lastWord));
  }

  /** The server answers with the beginning of a response. */
  void answer(EitherEnd server, boolean upgraded) throws IOException {
    if (server2) {
      String[] length = upgraded ? new String[0] : new String[] {"content-length", "9"};
      accepted.get(accepted.size() - 1).answer(1, false, 200, length);
    } else if (upgraded) {
      server.send("HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE + key + "\r\n");
    } else {
      server.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    }
  }

  /** The client waits for the head of a response. */
  void answered(EitherEnd client) throws IOException {
    if (client instanceof EitherEnd.One one) {
      one.socket().head();
    } else if (client instanceof EitherEnd.Two two) {
      Await.until("a head", Proxy.SOON, () -> two.status() != 0);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      proxy.close();
    } finally {
      listening.close();
      listening2.close().syncUninterruptibly();
      loops.close();
    }
  }
}
