package dev.fairlead.http.internal;

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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Idle connections to the servers of one backend, of one event loop. The one that rested least is lent
 * first, so that those that are not needed grow old and are closed. They are watched: one that its server
 * closes, or on which something arrives unasked, leaves at once. On its event loop only.
 *
 * <p><b>When a connection is used again</b> (HAProxy: {@code http-reuse safe}): the first request of a
 * client's connection goes on a reused one only when it can be sent a second time, because it is
 * idempotent and its body fits the replay buffer; further requests always may.
 */
final class UpstreamPool {
  private final EventLoop loop;
  private final long idleNanos;
  private final int maxIdle;
  private final IntObjectMap<ArrayDeque<UpstreamConnection>> idle = new IntObjectHashMap<>();
  /** Connections that carry many streams, at work or idle. */
  private final IntObjectMap<ArrayList<Http2Upstream>> shared = new IntObjectHashMap<>();
  /** Such connections on their way. */
  private final List<Connecting> begun = new ArrayList<>();
  /** Servers that have agreed on HTTP/2 the last time. */
  private final BitSet agreed = new BitSet();

  private final LoopTimer timer;
  private boolean closed;

  UpstreamPool(EventLoop loop, long idleNanos, int maxIdle) {
    this.loop = loop;
    this.idleNanos = idleNanos;
    this.maxIdle = maxIdle;
    this.timer = new LoopTimer(loop, this::closeOld);
  }

  /**
   * Lends a stream of a connection that is there.
   *
   * @param server the server's id
   * @param key what its first request must have had; null: anything
   * @param mayReuse whether a connection that rested will do, which its server may just be closing; one that
   *     carries many streams tells what it has not looked at, so that it always will
   * @return the stream, or null when there is none
   */
  @Nullable
  ServerStream lend(int server, @Nullable Object key, boolean mayReuse) {
    List<Http2Upstream> connections = shared.get(server);
    if (connections != null) {
      for (Http2Upstream connection : connections) {
        if (Objects.equals(key, connection.reuseKey())) {
          ServerStream stream = connection.lend();
          if (stream != null) {
            return stream;
          }
        }
      }
    }
    return mayReuse ? take(server, key) : null;
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

  /** A connection is there that carries many streams. */
  void add(Http2Upstream connection) {
    ArrayList<Http2Upstream> connections = shared.get(connection.server());
    if (connections == null) {
      connections = new ArrayList<>();
      shared.put(connection.server(), connections);
    }
    connections.add(connection);
    if (closed) {
      connection.leave();
    }
  }

  /** Such a connection takes no more streams. */
  void remove(Http2Upstream connection) {
    List<Http2Upstream> connections = shared.get(connection.server());
    if (connections != null) {
      connections.remove(connection);
    }
  }

  /** Such a connection has nothing to do. */
  void rests(Http2Upstream connection) {
    connection.idleSince(loop.ticker().nanoTime());
    if (!timer.isSet()) {
      timer.set(idleNanos);
    }
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
   * @param key what its first request must have had; null: anything
   * @return the connection, or null when there is none
   */
  @Nullable
  UpstreamConnection take(int server, @Nullable Object key) {
    ArrayDeque<UpstreamConnection> connections = idle.get(server);
    if (connections == null) {
      return null;
    }
    return key == null ? connections.pollLast() : takeLike(connections, key);
  }

  private static @Nullable UpstreamConnection takeLike(
      ArrayDeque<UpstreamConnection> connections, Object key) {
    for (Iterator<UpstreamConnection> newest = connections.descendingIterator();
        newest.hasNext(); ) {
      UpstreamConnection connection = newest.next();
      if (key.equals(connection.reuseKey())) {
        newest.remove();
        return connection;
      }
    }
    return null;
  }

  /**
   * Takes an idle connection, or closes it.
   *
   * @param connection open, without anything pending in either direction
   */
  void give(UpstreamConnection connection) {
    if (closed || maxIdle == 0) {
      connection.close();
      return;
    }
    ArrayDeque<UpstreamConnection> connections = idle.get(connection.server());
    if (connections == null) {
      connections = new ArrayDeque<>();
      idle.put(connection.server(), connections);
    }
    if (connections.size() >= maxIdle) {
      UpstreamConnection oldest = connections.pollFirst();
      if (oldest != null) {
        oldest.close();
      }
    }
    connection.idleSince(loop.ticker().nanoTime());
    connections.addLast(connection);
    if (!timer.isSet()) {
      timer.set(idleNanos);
    }
  }

  /** An idle connection has closed. */
  void remove(UpstreamConnection connection) {
    ArrayDeque<UpstreamConnection> connections = idle.get(connection.server());
    if (connections != null) {
      connections.remove(connection);
    }
  }

  /** A server has left for good. */
  void serverLeft(int server) {
    ArrayDeque<UpstreamConnection> connections = idle.remove(server);
    if (connections != null) {
      new ArrayList<>(connections).forEach(UpstreamConnection::close);
    }
    leaveShared(connection -> connection.server() == server);
    shared.remove(server);
    agreed.clear(server); // ids are not used again
  }

  /** {@return how many connections are idle} */
  int size() {
    int sum = 0;
    for (ArrayDeque<UpstreamConnection> connections : idle.values()) {
      sum += connections.size();
    }
    return sum;
  }

  /** Closes all idle connections, and from now on those that come back. */
  void close() {
    closed = true;
    timer.close();
    for (ArrayDeque<UpstreamConnection> connections : idle.values()) {
      new ArrayList<>(connections).forEach(UpstreamConnection::close);
    }
    idle.clear();
    leaveShared(connection -> true);
  }

  private void closeOld() {
    long now = loop.ticker().nanoTime();
    long next = Long.MAX_VALUE;
    for (ArrayDeque<UpstreamConnection> connections : idle.values()) {
      UpstreamConnection oldest = connections.peekFirst();
      while (oldest != null && now - oldest.idleSince() >= idleNanos) {
        connections.pollFirst();
        oldest.close();
        oldest = connections.peekFirst();
      }
      if (oldest != null) {
        next = Math.min(next, oldest.idleSince() + idleNanos - now);
      }
    }
    leaveShared(connection -> connection.resting() && now - connection.idleSince() >= idleNanos);
    for (ArrayList<Http2Upstream> connections : shared.values()) {
      for (Http2Upstream connection : connections) {
        if (connection.resting()) {
          next = Math.min(next, connection.idleSince() + idleNanos - now);
        }
      }
    }
    if (next != Long.MAX_VALUE) {
      timer.set(next);
    }
  }
}
