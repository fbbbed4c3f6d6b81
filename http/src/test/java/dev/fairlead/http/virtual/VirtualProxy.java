package dev.fairlead.http.virtual;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.BackendControl;
import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A whole proxy on virtual time, with one server that the test plays. Nothing waits for real. */
final class VirtualProxy implements AutoCloseable {
  private static final LocalAddress WEB = new LocalAddress("web");
  private static final LocalAddress APP = new LocalAddress("app");
  private static final Duration LONGER_THAN_IDLE = Duration.ofHours(2);

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
  private final BackendControl app;
  private final Channel listening;
  private final List<Peer> servers = new ArrayList<>();
  private final List<H2Peer> http2Servers = new ArrayList<>();
  private final List<Channel> clients = new ArrayList<>();
  private final List<Event.Traffic> events = new ArrayList<>();
  private final List<Event.ComponentFailed> failures = new ArrayList<>();

  VirtualProxy(
      VirtualNetwork network,
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend) {
    this(network, backend, frontend, null);
  }

  private VirtualProxy(
      VirtualNetwork network,
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend,
      @Nullable Supplier<H2Peer> http2) {
    this.network = network;
    ChannelFuture bound = new ServerBootstrap()
        .group(network.control(), network.control())
        .channel(LocalServerChannel.class)
        .childHandler(http2 == null ? new Collecting(servers) : new Playing(http2, http2Servers))
        .bind(APP);
    network.get(bound);
    listening = bound.channel();
    Server s1 = Server.of("s1", APP);
    Backend built = backend
        .apply(Backend.builder("app").server(http2 == null ? s1 : s1.proto("h2")))
        .build();
    HttpFrontend web = frontend
        .apply(HttpFrontend.builder("web").bind(WEB).defaultBackend(built))
        .build();
    CompletableFuture<LoadBalancer> starting = LoadBalancer.builder()
        .eventLoops(network.traffic())
        .controlLoop(network.loop(0))
        .on(Event.Traffic.class, events::add)
        .on(Event.ComponentFailed.class, failures::add)
        .frontend(web)
        .startAsync()
        .toCompletableFuture();
    Await.until(
        "the start",
        Duration.ofSeconds(20),
        () -> { // TLS is read by another thread
          network.run();
          return starting.isDone();
        });
    balancer = network.get(starting);
    app = balancer.backend("app");
  }

  /** With a server of HTTP/2, which has certain settings. */
  static VirtualProxy toHttp2(
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend,
      int... settings) {
    VirtualNetwork network = VirtualNetwork.create(1, 1); // all streams meet on one loop
    return new VirtualProxy(
        network, backend, frontend, () -> H2Peer.server(network::run, settings));
  }

  /** With a server of HTTP/2 that is made by the test. */
  static VirtualProxy toHttp2(
      UnaryOperator<Backend.Builder> backend,
      UnaryOperator<HttpFrontend.Builder> frontend,
      Function<Runnable, H2Peer> server) {
    VirtualNetwork network = VirtualNetwork.create(1, 1); // all streams meet on one loop
    return new VirtualProxy(network, backend, frontend, () -> server.apply(network::run));
  }

  Peer connect() {
    List<Peer> clients = new ArrayList<>();
    connect(new Collecting(clients));
    return clients.get(0);
  }

  /** A client of HTTP/2, with prior knowledge. */
  H2Peer connectHttp2(int... settings) {
    return connect(H2Peer.client(network::run, settings));
  }

  <T extends ChannelHandler> T connect(T client) {
    ChannelFuture connected = new Bootstrap()
        .group(network.control())
        .channel(LocalChannel.class)
        .handler(client)
        .connect(WEB);
    network.get(connected);
    clients.add(connected.channel());
    network.run();
    return client;
  }

  /** Whether connections to the server get any further than its system. */
  void accepts(boolean whether) {
    listening.config().setAutoRead(whether);
    if (!whether) { // it has asked for one more already
      ChannelFuture last = new Bootstrap()
          .group(network.control())
          .channel(LocalChannel.class)
          .handler(new ChannelInboundHandlerAdapter())
          .connect(APP);
      network.get(last);
      last.channel().close();
    }
    network.run();
  }

  /** The bytes come as a buffer that must be released, as from a socket. */
  void send(Peer peer, String text) {
    ByteBuf out = peer.channel.alloc().buffer(text.length());
    out.writeCharSequence(text, ISO_8859_1);
    peer.channel.writeAndFlush(out);
    network.run();
  }

  void close(Peer peer) {
    peer.channel.close();
    network.run();
  }

  /** Begins to close the frontend, for which what goes on has so much time. */
  void drain(Duration grace) {
    var unused = balancer.close("web", grace);
    network.run();
  }

  void advance(Duration time) {
    network.advance(time);
  }

  /** The connections that the server has accepted. */
  List<Peer> servers() {
    return servers;
  }

  /** Those of a server that speaks HTTP/2. */
  List<H2Peer> http2Servers() {
    return http2Servers;
  }

  /** What has been told so far. */
  List<Event.Traffic> events() {
    return events;
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

  /**
   * When all clients have left, each stream to a server of HTTP/2 ends, and then, as nothing is left of them,
   * each connection when its idle time is over.
   */
  private void clientsLeave() {
    clients.forEach(Channel::close);
    network.run();
    List<H2Peer> there = List.copyOf(http2Servers);
    for (H2Peer peer : there) {
      boolean lost = !peer.open() && !peer.goneAway().endsWith(" NO_ERROR");
      if (!lost && !peer.unfinished().isEmpty()) {
        throw new AssertionError(
            "streams %s were left open: %s".formatted(peer.unfinished(), peer));
      }
    }
    if (!there.isEmpty()) {
      network.advance(LONGER_THAN_IDLE);
    }
    for (H2Peer peer : there) {
      boolean begun = !peer.frames().isEmpty(); // else it was given up before it was accepted
      if (begun && peer.open()) {
        throw new AssertionError("a connection without a client is in use: " + peer);
      }
    }
  }

  @Override
  public void close() {
    long queued = app.status().queued();
    try {
      clientsLeave();
    } finally {
      closeAll();
    }
    long opened = events.stream().filter(Event.ExchangeOpened.class::isInstance).count();
    long sessions =
        events.stream().filter(Event.SessionOpened.class::isInstance).count();
    long gone = events.stream().filter(Event.SessionClosed.class::isInstance).count();
    if (opened != ended().size() || sessions != gone || queued != 0) {
      throw new AssertionError("opened %d, closed %d; sessions %d, gone %d; queued %d"
          .formatted(opened, ended().size(), sessions, gone, queued));
    }
  }

  private void closeAll() {
    try {
      CompletableFuture<Void> closed = balancer.closeAsync(Duration.ZERO).toCompletableFuture();
      network.get(closed);
    } finally {
      network.close();
    }
  }

  private static final class Playing extends ChannelInitializer<Channel> {
    private final Supplier<H2Peer> made;
    private final List<H2Peer> peers;

    Playing(Supplier<H2Peer> made, List<H2Peer> peers) {
      this.made = made;
      this.peers = peers;
    }

    @Override
    protected void initChannel(Channel channel) {
      H2Peer peer = made.get();
      peers.add(peer);
      channel.pipeline().addLast(peer);
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
