package dev.fairlead.acceptance;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Netty as a client of one connection that begins with HTTP/2, without TLS. Thread-safe. */
final class Http2Client implements AutoCloseable {
  /** Of each stream: a fourth of a connection's, so that one stream cannot hold up the others here. */
  static final int WINDOW = 16_384;

  /** What the other side said as it left. */
  record GoneAway(Http2Error code, int lastStream) {}

  private final Loops loops = Loops.nio(1);
  private final Channel connection;
  private volatile @Nullable GoneAway goneAway;
  private volatile @Nullable Http2Settings settings;

  private Http2Client(int port) {
    connection = new Bootstrap()
        .group(loops.group())
        .channel(NioSocketChannel.class)
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(Http2FrameCodecBuilder.forClient()
                    .initialSettings(Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .initialWindowSize(WINDOW))
                    .build())
                .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
                .addLast(new Remembering());
          }
        })
        .connect("127.0.0.1", port)
        .syncUninterruptibly()
        .channel();
  }

  static Http2Client connect(int port) {
    return new Http2Client(port);
  }

  private final class Remembering extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http2GoAwayFrame frame) {
        goneAway = new GoneAway(Http2Error.valueOf(frame.errorCode()), frame.lastStreamId());
      } else if (message instanceof Http2SettingsFrame frame) {
        settings = frame.settings();
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Asks for a path, with fields as {@code name: value}. */
  @CanIgnoreReturnValue
  Http2Exchange get(String path, String... fields) {
    return ask(true, "GET", path, fields);
  }

  /** Begins a request whose body is to follow. */
  Http2Exchange post(String path, String... fields) {
    return ask(false, "POST", path, fields);
  }

  private Http2Exchange ask(boolean last, String method, String path, String... fields) {
    List<String> head = new ArrayList<>(
        List.of(":method: " + method, ":scheme: http", ":authority: origin", ":path: " + path));
    head.addAll(List.of(fields));
    Http2Exchange exchange = new Http2Exchange(told -> {});
    Channel unused = new Http2StreamChannelBootstrap(connection)
        .handler(exchange)
        .open()
        .syncUninterruptibly()
        .getNow();
    exchange.send(last, head.toArray(String[]::new));
    return exchange;
  }

  /** What the other side allows, waited for. */
  Http2Settings settings() {
    Waits.until("settings", () -> settings != null);
    return Objects.requireNonNull(settings);
  }

  /** What the other side said as it left, waited for. */
  GoneAway goneAway() {
    Waits.until("GOAWAY", () -> goneAway != null || !connection.isActive());
    return Objects.requireNonNull(goneAway, "closed without GOAWAY");
  }

  boolean open() {
    return connection.isActive();
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    loops.close();
  }
}
