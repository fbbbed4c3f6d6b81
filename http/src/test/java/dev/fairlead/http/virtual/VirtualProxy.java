package dev.fairlead.http.virtual;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A whole proxy on virtual time, with one server that the test plays. Nothing waits for real. */
final class VirtualProxy implements AutoCloseable {
  private static final LocalAddress WEB = new LocalAddress("web");
  private static final LocalAddress APP = new LocalAddress("app");

  /** One end of a connection that the test plays. */
  static final class Peer {
    private final Channel channel;
    private final StringBuilder received = new StringBuilder();

    Peer(Channel channel) {
      this.channel = channel;
    }

    String received() {
      return received.toString();
    }

    /** What has been received since the last call. */
    String take() {
      String all = received.toString();
      received.setLength(0);
      return all;
    }

    boolean open() {
      return channel.isOpen();
    }
  }

  private final VirtualNetwork network;
  private final LoadBalancer balancer;
  private final List<Peer> servers = new ArrayList<>();
  private final List<Event.Traffic> events = new ArrayList<>();
  private final List<Event.ComponentFailed> failures = new ArrayList<>();

  VirtualProxy(
      VirtualNetwork network,
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend) {
    this.network = network;
    ChannelFuture bound = new ServerBootstrap()
        .group(network.control(), network.control())
        .channel(LocalServerChannel.class)
        .childHandler(new Collecting(servers))
        .bind(APP);
    network.get(bound);
    Backend app =
        backend.apply(Backend.builder("app").server(Server.of("s1", APP))).build();
    HttpFrontend web = frontend
        .apply(HttpFrontend.builder("web").bind(WEB).defaultBackend(app))
        .build();
    balancer = network.get(LoadBalancer.builder()
        .eventLoops(network.traffic())
        .controlLoop(network.loop(0))
        .on(Event.Traffic.class, events::add)
        .on(Event.ComponentFailed.class, failures::add)
        .frontend(web)
        .startAsync());
  }

  Peer connect() {
    List<Peer> clients = new ArrayList<>();
    ChannelFuture connected = new Bootstrap()
        .group(network.control())
        .channel(LocalChannel.class)
        .handler(new Collecting(clients))
        .connect(WEB);
    network.get(connected);
    return clients.get(0);
  }

  void send(Peer peer, String text) {
    peer.channel.writeAndFlush(Unpooled.copiedBuffer(text, ISO_8859_1));
    network.run();
  }

  void close(Peer peer) {
    peer.channel.close();
    network.run();
  }

  void advance(Duration time) {
    network.advance(time);
  }

  /** The connections that the server has accepted. */
  List<Peer> servers() {
    return servers;
  }

  List<ExchangeClosed> ended() {
    return events.stream()
        .filter(ExchangeClosed.class::isInstance)
        .map(ExchangeClosed.class::cast)
        .toList();
  }

  /** How many exchanges have ended, and the letters of the last one. */
  String end() {
    List<ExchangeClosed> ended = ended();
    ExchangeClosed last = ended.get(ended.size() - 1);
    return last.detail().status() + " " + last.termination();
  }

  /** What failed that must not fail. */
  List<Event.ComponentFailed> failures() {
    return failures;
  }

  LoadBalancer balancer() {
    return balancer;
  }

  @Override
  public void close() {
    var status = balancer.backend("app").status();
    long queued = status.queued();
    CompletableFuture<Void> closed = balancer.closeAsync(Duration.ZERO).toCompletableFuture();
    network.get(closed);
    network.close();
    long opened = events.stream().filter(Event.ExchangeOpened.class::isInstance).count();
    long sessions =
        events.stream().filter(Event.SessionOpened.class::isInstance).count();
    long gone = events.stream().filter(Event.SessionClosed.class::isInstance).count();
    if (opened != ended().size() || sessions != gone || queued != 0) {
      throw new AssertionError("opened %d, closed %d; sessions %d, gone %d; queued %d"
          .formatted(opened, ended().size(), sessions, gone, queued));
    }
  }

  private static final class Collecting extends ChannelInitializer<Channel> {
    private final List<Peer> peers;

    Collecting(List<Peer> peers) {
      this.peers = peers;
    }

    @Override
    protected void initChannel(Channel channel) {
      Peer peer = new Peer(channel);
      peers.add(peer);
      channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
          peer.received.append(message.toString(ISO_8859_1));
        }
      });
    }
  }
}
