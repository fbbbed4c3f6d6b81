package dev.fairlead.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.http.peer.WebSocketKey;
import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;

/**
 * Netty as an origin with TLS that speaks what ALPN agrees on. It consents to any upgrade, or to none, sends
 * back what comes through it, and answers 200 to everything else. Thread-safe.
 */
final class AlpnOrigin implements AutoCloseable {
  /**
   * A request that came.
   *
   * @param version by the name that ALPN has for it
   * @param line its method, or extended CONNECT, and its upgrade where it has one
   */
  record Asked(String version, String line) {}

  private final Loops loops = Loops.nio(1);
  private final List<String> connections = new CopyOnWriteArrayList<>();
  private final List<Channel> open1 = new CopyOnWriteArrayList<>();
  private final List<Channel> open2 = new CopyOnWriteArrayList<>();
  private final List<Asked> requests = new CopyOnWriteArrayList<>();
  private final boolean extended;
  private final Channel listening;
  private volatile boolean refuses;

  private AlpnOrigin(boolean extended, String... protocols) throws SSLException {
    this.extended = extended;
    SslContext tls = SslContextBuilder.forServer(TlsPeers.SITE.key(), TlsPeers.SITE.chain())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            protocols))
        .build();
    listening = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Agreed());
          }
        })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  /** Without the extended CONNECT; prefers what is named first. */
  static AlpnOrigin of(String... protocols) throws SSLException {
    return new AlpnOrigin(false, protocols);
  }

  /** Prefers HTTP/2, with the extended CONNECT. */
  static AlpnOrigin extended() throws SSLException {
    return new AlpnOrigin(true, "h2", "http/1.1");
  }

  /** Consents to no upgrade: 403. */
  AlpnOrigin refusing() {
    refuses = true;
    return this;
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** What was agreed on, for each connection so far. */
  List<String> connections() {
    return connections;
  }

  /** Open connections of HTTP/1.1. */
  long open1() {
    return open1.stream().filter(Channel::isActive).count();
  }

  /** Open connections of HTTP/2 whose other end has seen our settings. */
  long open2() {
    return open2.stream().filter(Channel::isActive).count();
  }

  /** Closes all connections of HTTP/2. */
  void leaveHttp2() {
    open2.forEach(Channel::close);
  }

  List<Asked> requests() {
    return requests;
  }

  @Override
  public void close() {
    loops.close();
  }

  private final class Agreed extends ApplicationProtocolNegotiationHandler {
    Agreed() {
      super("http/1.1");
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
      Channel channel = context.channel();
      if (protocol.equals("h2")) {
        Http2Settings settings = Http2Settings.defaultSettings();
        if (extended) {
          settings.connectProtocolEnabled(true);
        }
        channel
            .pipeline()
            .addLast(
                Http2FrameCodecBuilder.forServer().initialSettings(settings).build(), new Two());
      } else {
        channel.pipeline().addLast(new One());
        open1.add(channel);
      }
      connections.add(protocol);
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** A connection of HTTP/1.1. */
  private final class One extends ChannelInboundHandlerAdapter {
    private final StringBuilder received = new StringBuilder();
    private boolean tunnel;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf data = (ByteBuf) message;
      if (tunnel) {
        context.writeAndFlush(data);
        return;
      }
      received.append(data.toString(ISO_8859_1));
      data.release();
      if (received.indexOf("\r\n\r\n") >= 0) {
        answer(context, received.toString());
        received.setLength(0);
      }
    }

    private void answer(ChannelHandlerContext context, String head) {
      String method = head.substring(0, head.indexOf(' '));
      String upgrade = upgrade(head.toLowerCase(Locale.ROOT));
      requests.add(new Asked("http/1.1", (method + " " + upgrade).strip()));
      tunnel = !upgrade.isEmpty() && !refuses;
      String answer = tunnel
          ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + upgrade
              + "\r\n" + WebSocketKey.answer(head) + "\r\n"
          : upgrade.isEmpty()
              ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
              : "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
      context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), answer));
    }

    private static String upgrade(String head) {
      String name = "\r\nupgrade: ";
      int at = head.indexOf(name);
      return at < 0 ? "" : head.substring(at + name.length(), head.indexOf("\r\n", at + 2));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** A connection of HTTP/2, all of whose data belongs to tunnels. */
  private final class Two extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Http2HeadersFrame head) {
        CharSequence protocol = head.headers().get(":protocol");
        requests.add(
            new Asked("h2", head.headers().method() + (protocol == null ? "" : " " + protocol)));
        boolean ends = protocol == null;
        context.writeAndFlush(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().status(ends || !refuses ? "200" : "403"), ends || refuses)
            .stream(head.stream()));
      } else if (message instanceof Http2SettingsAckFrame) {
        open2.add(context.channel());
      } else if (message instanceof Http2DataFrame data) {
        ChannelFuture written = context.writeAndFlush(
            new DefaultHttp2DataFrame(data.content().retain(), data.isEndStream())
                .stream(data.stream()));
        written.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
