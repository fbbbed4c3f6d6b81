package dev.fairlead.http.internal;

import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Reachable;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some idle connections ready for each server of one backend, made before requests come. Looks once a
 * second which servers there are and what they lack; a server that did not answer is tried again then. On its
 * event loop only.
 */
final class EarlyConnections {
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

  private final HttpRoute route;
  private final int wanted;
  private final LoopTimer timer;
  private final IntObjectMap<Reachable> servers = new IntObjectHashMap<>();
  private final List<Connecting> begun = new ArrayList<>();
  /** Servers that could not be reached since the last look. */
  private final BitSet failed = new BitSet();

  private boolean closed;

  EarlyConnections(HttpRoute route, int wanted) {
    this.route = route;
    this.wanted = wanted;
    this.timer = new LoopTimer(route.home().loop(), this::look);
  }

  /** Begins, and goes on until {@link #close}. */
  void look() {
    if (closed) {
      return;
    }
    servers.clear();
    failed.clear();
    for (Reachable server : route.reachable()) {
      servers.put(server.server().id(), server);
      fill(server);
    }
    timer.set(PERIOD);
  }

  /** A connection was lent. */
  void taken(int server) {
    Reachable known = servers.get(server);
    if (known != null && !closed && !failed.get(server)) {
      fill(known);
    }
  }

  private void fill(Reachable server) {
    int id = server.server().id();
    int missing = missing(id, server.protocols());
    for (int i = 0; i < missing && !failed.get(id); i++) {
      Connecting.early(route, server, this);
    }
  }

  private int missing(int server, List<String> protocols) {
    UpstreamPool pool = route.pool();
    // Beside HTTP/2, those of HTTP/1.1 are for what HTTP/2 cannot carry.
    int ready = pool.agreedOnHttp2(server) ? 0 : pool.idle(server);
    int coming = 0;
    for (Connecting connecting : begun) {
      coming += connecting.server() == server ? 1 : 0;
    }
    boolean many = protocols.contains(Connecting.HTTP_2);
    // One carries many streams; whether it does may be seen from the first one only.
    int enough = many && ready == 0 ? 1 : wanted;
    return pool.carriesMany(server) ? 0 : enough - ready - coming;
  }

  void begun(Connecting connecting) {
    begun.add(connecting);
  }

  /**
   * A connection is there, or will not be.
   *
   * @param failure why not; null: it is there
   */
  void ended(Connecting connecting, @Nullable Throwable failure) {
    begun.remove(connecting);
    if (failure == null) {
      taken(connecting.server());
    } else {
      failed.set(connecting.server());
    }
  }

  void close() {
    closed = true;
    timer.close();
    List.copyOf(begun).forEach(Connecting::giveUp);
  }
}
