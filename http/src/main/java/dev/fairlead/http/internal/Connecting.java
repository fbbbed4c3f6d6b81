package dev.fairlead.http.internal;

import dev.fairlead.spi.Acquire;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Lease;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Reachable;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server on its way, and who waits for it: one attempt, or, where it is sure to carry
 * many streams, several. On its event loop only.
 */
final class Connecting implements GenericFutureListener<Future<Channel>> {
  static final String HTTP_2 = "h2";
  static final String HTTP_1 = "http/1.1";

  private final HttpRoute route;
  private final int server;
  private final @Nullable Object key;
  /** Whether TLS chooses the version. */
  private final boolean asks;

  private final boolean shared;
  /** Whose it is when no request asked for it. */
  private final @Nullable EarlyConnections early;

  private final List<Attempt> waiting = new ArrayList<>(1);
  private final Handlers handlers;
  private final LoopTimer timer;
  private @Nullable Future<Channel> future;
  private @Nullable Http2Upstream settling;

  private Connecting(
      HttpRoute route,
      int server,
      @Nullable Object key,
      List<String> protocols,
      @Nullable EarlyConnections early) {
    this.early = early;
    this.route = route;
    this.server = server;
    this.key = key;
    this.asks = protocols.size() > 1 && protocols.contains(HTTP_2);
    boolean sure = protocols.size() == 1 && protocols.contains(HTTP_2);
    this.shared = sure || (asks && route.pool().agreedOnHttp2(server));
    this.timer = new LoopTimer(route.home().loop(), this::timedOut);
    this.handlers = new Handlers(route, server, key, sure, asks);
  }

  /** Begins, or joins one that has begun. */
  static void begin(
      HttpRoute route, Lease lease, Acquire request, @Nullable Object key, Attempt attempt) {
    Gateway gateway = route.home().gateway();
    int server = lease.server().id();
    boolean http1 = route.pool().wantsHttp1(server, attempt.carrier());
    Connecting on = http1 ? null : route.pool().connecting(server, key);
    if (on != null) {
      on.waiting.add(attempt);
      attempt.waitsFor(on);
      return;
    }
    List<String> protocols = http1 ? List.of(HTTP_1) : gateway.protocols(lease);
    Connecting begun = new Connecting(route, server, key, protocols, null);
    begun.waiting.add(attempt);
    attempt.waitsFor(begun);
    ChannelHandler first = begun.handlers.first();
    begun.goOn(
        http1
            ? gateway.connect(lease, request, HTTP_1, first)
            : gateway.connect(lease, request, first));
  }

  /** Begins one that no request waits for, yet. */
  static void early(HttpRoute route, Reachable to, EarlyConnections early) {
    Connecting begun = new Connecting(route, to.server().id(), null, to.protocols(), early);
    early.begun(begun);
    begun.goOn(to.connect(route.home().loop(), begun.handlers.first()));
  }

  private void goOn(Future<Channel> connected) {
    if (shared) {
      route.pool().begun(this);
    }
    future = connected;
    connected.addListener(this);
  }

  int server() {
    return server;
  }

  @Nullable
  Object reuseKey() {
    return key;
  }

  /** {@return whether one more may wait} */
  boolean hasRoom() {
    PoolSettings settings = route.pool().settings();
    return waiting.size() < Math.min(settings.maxStreams(), settings.maxRequests());
  }

  /** An attempt is not wanted any more. */
  void leave(Attempt attempt) {
    waiting.remove(attempt);
    if (waiting.isEmpty() && early == null) {
      giveUp();
    }
  }

  /** It is not wanted any more. */
  void giveUp() {
    route.pool().over(this);
    Future<Channel> pending = future;
    if (pending != null) {
      pending.cancel(false);
    }
  }

  /** It is there, or will not be, which those who wait are told by the caller. */
  private void ended(@Nullable Throwable failure) {
    route.pool().over(this);
    if (early != null) {
      early.ended(this, failure);
    }
  }

  /** An HTTP/2 server has told what it takes. */
  void opened(Http2Upstream connection) {
    timer.close();
    route.pool().over(this);
    route.pool().agreed(server, true);
    route.pool().connects(server, connection.peerConnects());
    List<Attempt> all = List.copyOf(waiting);
    waiting.clear();
    List<Attempt> left = new ArrayList<>();
    boolean lent = false;
    for (Attempt attempt : all) {
      boolean fits = !attempt.over() && attempt.carrier().takes(connection);
      ServerStream stream = fits ? connection.lend() : null;
      if (stream != null) {
        lent = true;
        attempt.connected(stream);
      } else if (!attempt.over()) {
        left.add(attempt);
      }
    }
    route.pool().add(connection);
    ended(null);
    for (Attempt attempt : left) {
      if (attempt.over()) {
        continue;
      }
      if (lent || !attempt.carrier().takes(connection)) {
        // It takes fewer streams than wait, or cannot carry this one: the others find another.
        attempt.startAgain();
      } else {
        attempt.connectFailed(new IOException("a server that takes no streams"));
      }
    }
    if (connection.resting()) {
      connection.rest();
    }
  }

  /** What is there is no HTTP/2 server. */
  void notOpened(Throwable cause) {
    timer.close();
    ended(cause);
    List<Attempt> all = List.copyOf(waiting);
    waiting.clear();
    for (Attempt attempt : all) {
      attempt.connectFailed(cause);
    }
  }

  private void timedOut() {
    Http2Upstream late = settling;
    if (late != null) {
      notOpened(new ConnectTimeoutException("no settings"));
      late.close();
    }
  }

  /** The connection is there, or will not be. */
  @Override
  public void operationComplete(Future<Channel> done) {
    route.pool().over(this);
    List<Attempt> all = List.copyOf(waiting);
    waiting.clear();
    if (!done.isSuccess()) {
      ended(done.cause());
      for (Attempt attempt : all) {
        attempt.connectFailed(done.cause());
      }
      return;
    }
    Channel channel = done.getNow();
    ChannelHandler handler = handlers.settle(channel);
    if (handler instanceof Http2Upstream connection) {
      waiting.addAll(all);
      settling = connection;
      if (shared) {
        route.pool().begun(this);
      }
      timer.set(route.connectTimeoutNanos());
      connection.established(this);
    } else if (handler instanceof Http1Upstream connection && early != null) {
      route.pool().agreed(server, false);
      connection.restAtFirst();
      ended(null);
      for (Attempt attempt : all) {
        if (!attempt.over()) {
          attempt.startAgain();
        }
      }
    } else if (handler instanceof Http1Upstream connection && !all.isEmpty()) {
      if (asks) {
        route.pool().agreed(server, false);
      }
      all.get(0).connected(connection);
      for (Attempt attempt : all.subList(1, all.size())) {
        if (!attempt.over()) {
          attempt.startAgain();
        }
      }
    } else {
      channel.close();
      ended(null);
    }
  }
}
