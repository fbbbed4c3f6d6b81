package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.CheckResult;
import dev.fairlead.status.Finding;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A watched server without an engine: it remembers what is said of it, and when. */
final class FakeServer implements Watched {
  final List<String> said = new CopyOnWriteArrayList<>();
  final List<String> checked = new CopyOnWriteArrayList<>();
  final List<Finding> findings = new CopyOnWriteArrayList<>();
  final List<String> wishes = new CopyOnWriteArrayList<>();
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<String> bugs = new CopyOnWriteArrayList<>();
  final List<Future<Channel>> connections = new CopyOnWriteArrayList<>();
  final List<ConnectOptions> options = new CopyOnWriteArrayList<>();
  /** What {@link #random} draws: 0 is its least number, -1 its greatest. */
  long chance;

  boolean unreachable;
  int inFlight;

  @Nullable
  Runnable onReport;

  @Nullable
  Finding restored;

  private final List<OutcomeListener> traffic = new CopyOnWriteArrayList<>();
  private final List<CheckListener> checks = new CopyOnWriteArrayList<>();
  private final EventLoop loop;
  private final SocketAddress address;
  private final String name;
  private final Map<String, Object> common;
  private final long start;

  FakeServer(EventLoop loop, SocketAddress address) {
    this(loop, address, "s1", new HashMap<>());
  }

  /** One of several servers, watched by one monitor, which share what is in the map. */
  FakeServer(EventLoop loop, SocketAddress address, String name, Map<String, Object> common) {
    this.name = name;
    this.common = common;
    this.loop = loop;
    this.address = address;
    this.start = loop.ticker().nanoTime();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String backend() {
    return "app";
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public Map<String, String> tags() {
    return Map.of("zone", "eu-1");
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public Instant now() {
    return Instant.EPOCH.plus(elapsed());
  }

  @Override
  public RandomGenerator random() {
    return () -> chance;
  }

  @Override
  public Future<Channel> connect(ChannelHandler handler, ConnectOptions how) {
    Promise<Channel> connected = loop.newPromise();
    connections.add(connected);
    options.add(how);
    if (unreachable) {
      return connected;
    }
    SocketAddress to = Endpoint.address(how, address);
    Bootstrap bootstrap = new Bootstrap()
        .group(loop)
        .channel(to instanceof LocalAddress ? LocalChannel.class : NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) how.timeout().toMillis())
        .handler(handler);
    if (!(to instanceof LocalAddress)) {
      bootstrap.option(ChannelOption.ALLOW_HALF_CLOSURE, true); // as core's connector does
    }
    ChannelFuture begun = bootstrap.connect(to);
    begun.addListener(done -> {
      if (!done.isSuccess()) {
        connected.tryFailure(done.cause());
      } else if (!connected.trySuccess(begun.channel())) {
        var unused = begun.channel().close();
      }
    });
    return connected;
  }

  @Override
  public Future<Channel> connectDatagram(ChannelHandler handler, ConnectOptions how) {
    Promise<Channel> connected = loop.newPromise();
    connections.add(connected);
    options.add(how);
    ChannelFuture begun = new Bootstrap()
        .group(loop)
        .channel(NioDatagramChannel.class)
        .handler(handler)
        .connect(Endpoint.address(how, address));
    begun.addListener(done -> {
      if (!done.isSuccess()) {
        connected.tryFailure(done.cause());
      } else if (!connected.trySuccess(begun.channel())) {
        var unused = begun.channel().close();
      }
    });
    return connected;
  }

  @Override
  public void report(Finding finding) {
    findings.add(finding);
    wishes.add(String.valueOf(finding.admin()).replace("null", "none"));
    String limit = finding.limit() == null ? "" : " limit " + finding.limit();
    said.add(elapsed().toMillis() + " ms " + finding.health() + limit + ": " + finding.reason());
    if (onReport != null) {
      onReport.run();
    }
  }

  @Override
  public void checked(CheckCode code, String text, Duration took) {
    checked.add(code + ": " + text);
  }

  @Override
  public void warned(String warning) {
    warnings.add(warning);
  }

  @Override
  public AutoCloseable onChecked(CheckListener listener) {
    checks.add(listener);
    return () -> checks.remove(listener);
  }

  /** Another monitor's check of this server has ended. */
  void isChecked(CheckCode code) {
    CheckResult result = new CheckResult(code, "", Duration.ofMillis(3), Instant.EPOCH);
    checks.forEach(listener -> listener.checked("check", result));
  }

  @Override
  @SuppressWarnings("unchecked") // one monitor asks with one type
  public <T> T shared(Supplier<T> first) {
    return (T) common.computeIfAbsent("shared", key -> first.get());
  }

  @Override
  public Optional<Finding> restored() {
    return Optional.ofNullable(restored);
  }

  @Override
  public AutoCloseable onOutcome(OutcomeListener listener) {
    traffic.add(listener);
    return () -> traffic.remove(listener);
  }

  /** A lease of this server has ended. */
  void ends(Outcome outcome) {
    traffic.forEach(listener -> listener.outcome(outcome));
  }

  /** A session has its connection. */
  void establishes() {
    traffic.forEach(OutcomeListener::established);
  }

  /** The only one who listens to traffic. */
  OutcomeListener listener() {
    return traffic.get(0);
  }

  /** Whether somebody still listens. */
  boolean heard() {
    return !traffic.isEmpty() || !checks.isEmpty();
  }

  @Override
  public void failed(String role, Object component, Throwable failure) {
    bugs.add(role + " " + component + ": " + failure);
  }

  private Duration elapsed() {
    return Duration.ofNanos(loop.ticker().nanoTime() - start);
  }
}
