package dev.fairlead.health;

import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.CheckCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One check, from the question to its end. It ends exactly once: by a verdict, by the timeout, or because
 * nobody wants to know any more. At its end all its connections are closed, and what the probe says later
 * is not heard. Lives on the server's control loop; what a probe may call from elsewhere goes there first.
 */
final class RunningCheck implements Target {
  private static final long RESERVE = TimeUnit.MILLISECONDS.toNanos(5);

  private final Watched server;
  private final Probe probe;
  private final ConnectOptions options;
  private final Consumer<Verdict> whenOver;
  private final List<Future<Channel>> connections = new ArrayList<>(1);
  private final long startedAt;
  private @Nullable CompletionStage<Verdict> answer;
  private boolean over;

  RunningCheck(Watched server, Probe probe, ConnectOptions options, Consumer<Verdict> whenOver) {
    this.server = server;
    this.probe = probe;
    this.options = options;
    this.whenOver = whenOver;
    this.startedAt = server.loop().ticker().nanoTime();
  }

  void ask() {
    try {
      CompletionStage<Verdict> stage =
          Objects.requireNonNull(probe.check(this), "the probe gave no stage");
      answer = stage;
      CompletionStage<Verdict> unused = stage.whenComplete(this::answered);
    } catch (Throwable e) { // whatever it is, it is one check's
      broken(e);
    }
  }

  void timeOut() {
    if (!connections.isEmpty() && connections.stream().noneMatch(Future::isSuccess)) {
      end(Verdict.of(CheckCode.L4TOUT, "no connection"));
    } else if (answer instanceof Awaited awaited) {
      end(awaited.atTimeout());
    } else {
      end(Verdict.of(CheckCode.L7TOUT, connections.isEmpty() ? "no verdict" : "no answer"));
    }
  }

  void abandon() {
    over = true;
    release();
  }

  private void answered(@Nullable Verdict verdict, @Nullable Throwable failure) {
    if (loop().inEventLoop()) {
      conclude(verdict, failure);
      return;
    }
    try {
      loop().execute(() -> conclude(verdict, failure));
    } catch (RejectedExecutionException e) {
      // the loop has ended, and all checks with it
    }
  }

  private void conclude(@Nullable Verdict verdict, @Nullable Throwable failure) {
    if (failure != null) {
      end(Verdict.of(CheckCode.L7RSP, Reasons.message(failure)));
    } else if (verdict != null) {
      end(verdict);
    } else {
      broken(new NullPointerException("the probe gave no verdict"));
    }
  }

  private void broken(Throwable bug) {
    if (!over) {
      server.failed("probe", probe, bug);
      end(Verdict.of(CheckCode.L7RSP, "the probe failed: " + Reasons.message(bug)));
    }
  }

  private void end(Verdict verdict) {
    if (over) {
      return;
    }
    over = true;
    release();
    Duration took = verdict.duration() == null
        ? Duration.ofNanos(loop().ticker().nanoTime() - startedAt)
        : verdict.duration();
    whenOver.accept(verdict.duration(took));
  }

  private void release() {
    for (Future<Channel> connection : connections) {
      if (!connection.cancel(false)) {
        connection.addListener(done -> {
          if (done.isSuccess()) {
            end(connection.getNow());
          }
        });
      }
    }
    if (answer instanceof java.util.concurrent.Future<?> work && !work.isDone()) {
      try {
        work.cancel(true);
      } catch (Throwable e) { // as in ask: the check ends all the same
        server.failed("probe", probe, e);
      }
    }
  }

  /**
   * By a reset, as HAProxy's checks end unless they {@code linger}: a thousand checks a second would leave
   * tens of thousands of ports waiting. A probe that has said goodbye has closed its connection before.
   */
  private static void end(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = channel.close();
    }
  }

  @Override
  public String name() {
    return server.name();
  }

  @Override
  public String backend() {
    return server.backend();
  }

  @Override
  public SocketAddress address() {
    return Endpoint.address(options, server.address());
  }

  @Override
  public Map<String, String> tags() {
    return server.tags();
  }

  @Override
  public EventLoop loop() {
    return server.loop();
  }

  @Override
  public Instant now() {
    return server.now();
  }

  @Override
  public Duration timeout() {
    return options.timeout();
  }

  @Override
  public Future<Channel> connect(ChannelHandler handler) {
    return connect(handler, UnaryOperator.identity());
  }

  @Override
  public Future<Channel> connect(ChannelHandler handler, UnaryOperator<ConnectOptions> change) {
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(change, "change");
    return begun(() -> server.connect(handler, change.apply(options.timeout(connectTimeout()))));
  }

  @Override
  public Future<Channel> connectDatagram(ChannelHandler handler) {
    Objects.requireNonNull(handler, "handler");
    return begun(() -> server.connectDatagram(handler, options));
  }

  private Future<Channel> begun(Supplier<Future<Channel>> connecting) {
    if (loop().inEventLoop()) {
      return begin(connecting);
    }
    Promise<Channel> promise = loop().newPromise();
    try {
      loop().execute(() -> {
        try {
          var unused = PromiseNotifier.cascade(begin(connecting), promise);
        } catch (RuntimeException e) {
          promise.tryFailure(e);
        }
      });
    } catch (RejectedExecutionException e) {
      promise.setFailure(e);
    }
    return promise;
  }

  private Future<Channel> begin(Supplier<Future<Channel>> connecting) {
    if (over) {
      return loop().newFailedFuture(new IllegalStateException("the check has ended"));
    }
    Future<Channel> connection = connecting.get();
    connections.add(connection);
    return connection;
  }

  /** A little less than what is left, so that the connection can still say what it was waiting for. */
  private Duration connectTimeout() {
    long all = options.timeout().toNanos();
    long left = all - (loop().ticker().nanoTime() - startedAt) - Math.min(all / 20, RESERVE);
    return Duration.ofNanos(Math.max(1, left));
  }
}
