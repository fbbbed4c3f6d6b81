package dev.fairlead.http.internal;

import dev.fairlead.http.internal.PoolSettings.Idle;
import dev.fairlead.spi.LoopTimer;
import io.netty.channel.EventLoop;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Idle connections to the servers of one backend, of one event loop. The one that rested least is lent
 * first, so that those that are not needed grow old and are closed. They are watched: one that its server
 * closes, or on which something arrives unasked, leaves at once. On its event loop only.
 *
 * <p>What is too old, or has carried as many requests as it may, is not lent any more, and closed when it has
 * nothing to do.
 */
final class UpstreamPool {
  /** What ends within so short a time is closed together. */
  private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(10);

  private final EventLoop loop;
  private final PoolSettings settings;
  private final IntObjectMap<ArrayDeque<Http1Upstream>> idle = new IntObjectHashMap<>();
  /** Connections that carry many streams, at work or idle. */
  private final IntObjectMap<ArrayList<Http2Upstream>> shared = new IntObjectHashMap<>();
  /** Such connections on their way. */
  private final List<Connecting> begun = new ArrayList<>();
  /** Servers that have agreed on HTTP/2 the last time. */
  private final BitSet agreed = new BitSet();
  /** Those whose HTTP/2 had no extended CONNECT the last time. */
  private final BitSet withoutConnect = new BitSet();

  private final LoopTimer timer;
  private long lookAt;
  private boolean closed;

  UpstreamPool(EventLoop loop, PoolSettings settings) {
    this.loop = loop;
    this.settings = settings;
    this.timer = new LoopTimer(loop, this::closeOld);
  }

  PoolSettings settings() {
    return settings;
  }

  /**
   * Lends a stream of a connection that is there.
   *
   * @param server the server's id
   * @param key what the request must have in common with its first one
   * @param idle which connections will do that rested, which their server may just be closing; one that
   *     carries many streams tells what it has not looked at, so that it always will
   * @param by what may carry the request
   * @return the stream, or null when there is none
   */
  @Nullable
  ServerStream lend(int server, @Nullable Object key, Idle idle, Carrier by) {
    List<Http2Upstream> connections = shared.get(server);
    if (connections != null && !connections.isEmpty()) {
      ServerStream stream = lend(connections, key, by);
      if (stream != null) {
        return stream;
      }
    }
    return take(server, key, idle);
  }

  private @Nullable ServerStream lend(
      List<Http2Upstream> connections, @Nullable Object key, Carrier by) {
    for (int i = 0; i < connections.size(); i++) {
      Http2Upstream connection = connections.get(i);
      if (tooOld(connection.entry())) {
        connection.leave(); // which takes it out of here
        i--;
      } else if (by.takes(connection) && connection.entry().serves(key)) {
        ServerStream stream = connection.lend();
        if (stream != null) {
          return stream;
        }
      }
    }
    return null;
  }

  private boolean tooOld(PoolEntry entry) {
    long most = settings.maxAgeNanos();
    return most != Long.MAX_VALUE && loop.ticker().nanoTime() - entry.since() >= most;
  }

  /** {@return a connection on its way that one more may wait for, or null} */
  @Nullable
  Connecting connecting(int server, @Nullable Object key) {
    for (Connecting connecting : begun) {
      if (connecting.server() == server
          && Objects.equals(key, connecting.reuseKey())
          && connecting.hasRoom()) {
        return connecting;
      }
    }
    return null;
  }

  /** A connection is on its way that several may wait for. */
  void begun(Connecting connecting) {
    begun.add(connecting);
  }

  /** It is there, or will not be. */
  void over(Connecting connecting) {
    begun.remove(connecting);
  }

  /** Remembers what a server has agreed on. */
  void agreed(int server, boolean http2) {
    agreed.set(server, http2);
  }

  boolean agreedOnHttp2(int server) {
    return agreed.get(server);
  }

  /** Remembers whether a server's HTTP/2 has the extended CONNECT. */
  void connects(int server, boolean extended) {
    withoutConnect.set(server, !extended);
  }

  /** {@return whether no new connection of HTTP/2 to a server would do} */
  boolean wantsHttp1(int server, Carrier by) {
    return by == Carrier.HTTP_1 || (by == Carrier.TUNNEL && withoutConnect.get(server));
  }

  /** A connection is there that carries many streams. */
  void add(Http2Upstream connection) {
    if (connection.leaving()) {
      return; // it has lent all that it may
    }
    ArrayList<Http2Upstream> connections = shared.get(connection.entry().server());
    if (connections == null) {
      connections = new ArrayList<>();
      shared.put(connection.entry().server(), connections);
    }
    connections.add(connection);
    if (closed) {
      connection.leave();
    }
  }

  /** {@return whether a connection to a server is there that carries many streams} */
  boolean carriesMany(int server) {
    List<Http2Upstream> connections = shared.get(server);
    return connections != null && !connections.isEmpty();
  }

  /** Such a connection takes no more streams. */
  void remove(Http2Upstream connection) {
    List<Http2Upstream> connections = shared.get(connection.entry().server());
    if (connections != null) {
      connections.remove(connection);
    }
  }

  /** Such a connection has nothing to do. */
  void rests(Http2Upstream connection) {
    long now = loop.ticker().nanoTime();
    connection.entry().rests(now);
    if (tooOld(connection.entry())) {
      connection.leave();
    } else {
      watch(connection.entry(), now);
    }
  }

  /** Something rests, and is to be closed when its time is over. */
  private void watch(PoolEntry entry, long now) {
    long left = left(entry, now);
    if (!timer.isSet() || now + left - lookAt < 0) {
      lookAt = now + left;
      timer.set(left);
    }
  }

  /** How long an idle connection may still be there. */
  private long left(PoolEntry entry, long now) {
    return Math.min(
        settings.idleNanos() - (now - entry.idleSince()),
        settings.maxAgeNanos() - (now - entry.since()));
  }

  private void leaveShared(Predicate<Http2Upstream> which) {
    for (ArrayList<Http2Upstream> connections : shared.values()) {
      for (Http2Upstream connection : new ArrayList<>(connections)) {
        if (which.test(connection)) {
          connection.leave();
        }
      }
    }
  }

  /**
   * Lends an idle connection.
   *
   * @param server the server's id
   * @param key what the request must have in common with its first one
   * @param which which will do
   * @return the connection, or null when there is none
   */
  private @Nullable Http1Upstream take(int server, @Nullable Object key, Idle which) {
    ArrayDeque<Http1Upstream> connections = which == Idle.NONE ? null : idle.get(server);
    if (connections == null || connections.isEmpty()) {
      return null;
    }
    Http1Upstream first = connections.getLast();
    if (!tooOld(first.entry()) && willDo(first, key, which)) {
      return connections.removeLast();
    }
    Iterator<Http1Upstream> newest = connections.descendingIterator();
    while (newest.hasNext()) {
      Http1Upstream connection = newest.next();
      if (tooOld(connection.entry())) {
        newest.remove();
        connection.close();
      } else if (willDo(connection, key, which)) {
        newest.remove();
        return connection;
      }
    }
    return null;
  }

  private static boolean willDo(Http1Upstream connection, @Nullable Object key, Idle which) {
    return connection.entry().serves(key)
        && (which == Idle.ANY || connection.entry().requests() > 1);
  }

  /**
   * Takes an idle connection, or closes it.
   *
   * @param connection open, without anything pending in either direction
   */
  void give(Http1Upstream connection) {
    long now = loop.ticker().nanoTime();
    if (closed
        || settings.maxIdle() == 0
        || connection.entry().requests() >= settings.maxRequests()
        || tooOld(connection.entry())) {
      connection.close();
      return;
    }
    ArrayDeque<Http1Upstream> connections = idle.get(connection.entry().server());
    if (connections == null) {
      connections = new ArrayDeque<>();
      idle.put(connection.entry().server(), connections);
    }
    if (connections.size() >= settings.maxIdle()) {
      Http1Upstream oldest = connections.pollFirst();
      if (oldest != null) {
        oldest.close();
      }
    }
    connection.entry().rests(now);
    connections.addLast(connection);
    watch(connection.entry(), now);
  }

  /** An idle connection has closed. */
  void remove(Http1Upstream connection) {
    ArrayDeque<Http1Upstream> connections = idle.get(connection.entry().server());
    if (connections != null) {
      connections.remove(connection);
    }
  }

  /** Closes an idle connection to a server; false: there is none. */
  boolean closeIdle(int server) {
    ArrayDeque<Http1Upstream> connections = idle.get(server);
    Http1Upstream oldest = connections == null ? null : connections.pollFirst();
    if (oldest != null) {
      oldest.close();
      return true;
    }
    List<Http2Upstream> many = shared.get(server);
    for (Http2Upstream connection : many == null ? List.<Http2Upstream>of() : many) {
      if (connection.resting()) {
        connection.leave();
        return true; // and it has left the list
      }
    }
    return false;
  }

  /** A server has left for good. */
  void serverLeft(int server) {
    ArrayDeque<Http1Upstream> connections = idle.remove(server);
    if (connections != null) {
      new ArrayList<>(connections).forEach(Http1Upstream::close);
    }
    leaveShared(connection -> connection.entry().server() == server);
    shared.remove(server);
    agreed.clear(server); // ids are not used again
    withoutConnect.clear(server);
  }

  /** {@return how many connections to a server are idle, of those that carry one request at a time} */
  int idle(int server) {
    ArrayDeque<Http1Upstream> connections = idle.get(server);
    return connections == null ? 0 : connections.size();
  }

  /** Closes all idle connections, and from now on those that come back. */
  void close() {
    closed = true;
    timer.close();
    for (ArrayDeque<Http1Upstream> connections : idle.values()) {
      new ArrayList<>(connections).forEach(Http1Upstream::close);
    }
    idle.clear();
    leaveShared(connection -> true);
  }

  private void closeOld() {
    long now = loop.ticker().nanoTime();
    long next = Long.MAX_VALUE;
    for (ArrayDeque<Http1Upstream> connections : idle.values()) {
      next = Math.min(next, closeOld(connections, now));
    }
    leaveShared(connection -> connection.resting() && left(connection.entry(), now) <= 0);
    for (ArrayList<Http2Upstream> connections : shared.values()) {
      for (Http2Upstream connection : connections) {
        if (connection.resting()) {
          next = Math.min(next, left(connection.entry(), now));
        }
      }
    }
    if (next != Long.MAX_VALUE) {
      next = Math.max(next, TOGETHER);
      lookAt = now + next;
      timer.set(next);
    }
  }

  /** Closes those whose time is over; says when the next one's is. */
  private long closeOld(ArrayDeque<Http1Upstream> connections, long now) {
    long next = Long.MAX_VALUE;
    Iterator<Http1Upstream> oldest = connections.iterator();
    while (oldest.hasNext()) {
      Http1Upstream connection = oldest.next();
      long left = left(connection.entry(), now);
      if (left <= 0) {
        oldest.remove();
        connection.close();
      } else {
        next = Math.min(next, left);
        if (settings.maxAgeNanos() == Long.MAX_VALUE) {
          return next; // those behind it have rested less
        }
      }
    }
    return next;
  }
}
