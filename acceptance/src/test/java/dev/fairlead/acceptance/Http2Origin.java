package dev.fairlead.acceptance;

import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Netty as an origin that speaks HTTP/2 only, and does what a path says: {@code /hold} is never
 * answered, {@code /begun} never to the end, {@code /slow} takes in nothing after its head until told; {@code /early} has an interim answer first; {@code
 * /trailers} has trailers, with what was in the request's; {@code /refused} is reset; {@code /large} has a
 * body larger than a connection's first window; {@code /huge} has one larger than anything should hold. Everything else gets a greeting. All but the first two
 * answer when the request has ended. Thread-safe.
 */
final class Http2Origin implements AutoCloseable {
  static final String LARGE = "x".repeat(100_000);
  static final int HUGE = 80 * LARGE.length();

  private final Loops loops = Loops.nio(1);
  private final List<Http2Exchange> exchanges = new CopyOnWriteArrayList<>();
  private final List<Channel> connections = new CopyOnWriteArrayList<>();
  private final Channel listening;

  private Http2Origin(@Nullable SslContext tls, long streams) {
    listening = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel connection) {
            connections.add(connection);
            if (tls != null) {
              connection.pipeline().addLast(tls.newHandler(connection.alloc()));
            }
            connection
                .pipeline()
                .addLast(Http2FrameCodecBuilder.forServer()
                    .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(streams)
                        .initialWindowSize(Http2Client.WINDOW))
                    .build())
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(exchange());
                  }
                }))
                .addLast(new Leaving());
          }
        })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  /** Cleartext, with prior knowledge. */
  static Http2Origin start() {
    return atMost(1000);
  }

  /** Cleartext, for so many streams of a connection at once. */
  static Http2Origin atMost(int streams) {
    return new Http2Origin(null, streams);
  }

  /** By TLS, with a certificate whose key lies beside it. */
  static Http2Origin secure(Path certificate) {
    try {
      return new Http2Origin(
          SslContextBuilder.forServer(
                  certificate.toFile(), Openssl.keyOf(certificate).toFile())
              .sslProvider(SslProvider.JDK)
              .applicationProtocolConfig(new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  "h2"))
              .build(),
          1000);
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** A connection that broke is closed. */
  private static final class Leaving extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private Http2Exchange exchange() {
    Http2Exchange exchange = new Http2Exchange(Http2Origin::answer);
    exchanges.add(exchange);
    return exchange;
  }

  private static void answer(Http2Exchange exchange) {
    switch (exchange.path()) {
      case "/hold" -> {}
      case "/begun" -> begin(exchange);
      case "/slow" -> {
        if (exchange.ended()) {
          greet(exchange);
        } else {
          exchange.pause();
        }
      }
      default -> {
        if (exchange.ended()) {
          answerWhole(exchange);
        }
      }
    }
  }

  private static void begin(Http2Exchange exchange) {
    exchange.send(false, ":status: 200");
    exchange.data(false, "begun");
  }

  private static void answerWhole(Http2Exchange exchange) {
    switch (exchange.path()) {
      case "/early" -> {
        exchange.send(false, ":status: 103", "link: </style.css>; rel=preload");
        greet(exchange);
      }
      case "/trailers" -> {
        exchange.send(false, ":status: 200", "trailer: x-sum");
        exchange.data(false, "hello");
        exchange.send(true, "x-sum: 5", "x-seen: " + trailers(exchange).replace(':', '='));
      }
      case "/refused" -> exchange.reset(Http2Error.INTERNAL_ERROR);
      case "/large" -> {
        exchange.send(false, ":status: 200");
        exchange.data(true, LARGE);
      }
      case "/huge" -> {
        exchange.send(false, ":status: 200");
        for (int sent = 0; sent < HUGE; sent += LARGE.length()) {
          exchange.data(sent + LARGE.length() == HUGE, LARGE);
        }
      }
      default -> greet(exchange);
    }
  }

  private static void greet(Http2Exchange exchange) {
    exchange.send(false, ":status: 200", "content-type: text/plain");
    exchange.data(true, "hello");
  }

  private static String trailers(Http2Exchange exchange) {
    return exchange.heads().subList(1, exchange.heads().size()).toString();
  }

  /** What was asked so far, in order. */
  List<Http2Exchange> exchanges() {
    return exchanges;
  }

  /** One of the requests, counted from 0, waited for. */
  Http2Exchange exchange(int number) {
    Waits.until("request " + number, () -> exchanges.size() > number);
    return exchanges.get(number);
  }

  /** How many connections were made so far. */
  int connections() {
    return connections.size();
  }

  /** How many of them are open. */
  int open() {
    return (int) connections.stream().filter(Channel::isActive).count();
  }

  /** Announces on every connection that it wants no more streams; some that are under way may come. */
  void goAway() {
    connections.forEach(connection -> connection.writeAndFlush(
        new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(100)));
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    connections.forEach(connection -> connection.close().syncUninterruptibly());
    loops.close();
  }
}
