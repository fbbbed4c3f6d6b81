package dev.fairlead.http.wire;

import dev.fairlead.testkit.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Netty as an origin that speaks HTTP/2, and answers "ok" at once, or when it is told to. Thread-safe. */
final class Http2Origin implements AutoCloseable {
  private final Loops loops = Loops.nio(1);
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final Channel listening;
  private volatile boolean holds;

  private Http2Origin(@Nullable SslContext tls, int streams) {
    listening = new ServerBootstrap()
        .group(loops.group())
        .channel(NioServerSocketChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            if (tls != null) {
              channel.pipeline().addLast(tls.newHandler(channel.alloc()));
            }
            Peer peer = new Peer(channel);
            channel
                .pipeline()
                .addLast(Http2FrameCodecBuilder.forServer()
                    .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(streams))
                    .build())
                .addLast(peer);
            peers.add(peer);
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

  /** For so many streams at once on a connection. */
  static Http2Origin atMost(int streams) {
    return new Http2Origin(null, streams);
  }

  /** By TLS, which agrees on nothing else. */
  static Http2Origin secure() throws SSLException {
    SslContext tls = SslContextBuilder.forServer(TlsPeers.SITE.key(), TlsPeers.SITE.chain())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            "h2"))
        .build();
    return new Http2Origin(tls, 1000);
  }

  /** Answers nothing until {@link #release}. */
  Http2Origin hold() {
    holds = true;
    return this;
  }

  /** Answers all that wait, and from now on at once. */
  void release() {
    holds = false;
    peers.forEach(peer -> peer.channel.eventLoop().execute(peer::answerAll));
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** All connections so far. */
  List<Peer> peers() {
    return peers;
  }

  int open() {
    return (int) peers.stream().filter(peer -> peer.channel.isActive()).count();
  }

  /** Open connections whose other end has seen our settings, and so can use them. */
  int settled() {
    return (int) peers.stream().filter(p -> p.settled && p.channel.isActive()).count();
  }

  /** Requests that came, on all connections. */
  int requests() {
    return peers.stream().mapToInt(Peer::requests).sum();
  }

  @Override
  public void close() {
    loops.close();
  }

  /** One connection. */
  final class Peer extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final List<Http2FrameStream> waiting = new ArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean toldToGo;
    private volatile boolean settled;

    Peer(Channel channel) {
      this.channel = channel;
    }

    int requests() {
      return requests.get();
    }

    /** Whether the other side has sent a GOAWAY. */
    boolean toldToGo() {
      return toldToGo;
    }

    /** Says that streams beyond a number were not looked at, which Netty would not say of those it has. */
    void goAway(int last) {
      channel.eventLoop().execute(() -> {
        waiting.removeIf(stream -> stream.id() > last);
        ByteBuf frame = channel.alloc().buffer();
        frame
            .writeMedium(8)
            .writeByte(7)
            .writeByte(0)
            .writeInt(0)
            .writeInt(last)
            .writeInt(0);
        channel.pipeline().context(Http2FrameCodec.class).writeAndFlush(frame);
      });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Http2HeadersFrame head && head.isEndStream()) {
        asked(head.stream());
      } else if (message instanceof Http2DataFrame data && data.isEndStream()) {
        asked(data.stream());
      } else if (message instanceof Http2GoAwayFrame) {
        toldToGo = true;
      } else if (message instanceof Http2SettingsAckFrame) {
        settled = true;
      }
      ReferenceCountUtil.release(message);
    }

    private void asked(Http2FrameStream stream) {
      waiting.add(stream);
      requests.incrementAndGet();
      if (!holds) {
        answerAll();
      }
    }

    private void answerAll() {
      for (Http2FrameStream stream : waiting) {
        channel.write(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().status("200").add("content-length", "2"))
            .stream(stream));
        ByteBuf body = ByteBufUtil.writeAscii(channel.alloc(), "ok");
        channel.write(new DefaultHttp2DataFrame(body, true).stream(stream));
      }
      waiting.clear();
      channel.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
