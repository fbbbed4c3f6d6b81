package dev.fairlead.internal.net;

import dev.fairlead.internal.edge.ServerEdge;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is reached: its configured address, and for a host name the addresses that it had when
 * it was last resolved. They are looked up again after a failed connect and when they are older than 30 s
 * (Java does not tell a record's own time to live); the old ones hold until there are new ones.
 */
public final class Destination {
  private static final long AGE = TimeUnit.SECONDS.toNanos(30);

  private final SocketAddress configured;
  private final Names names;

  /** Whose name it shares; null for one of its own. */
  private final @Nullable Destination machine;

  private final AtomicBoolean resolving = new AtomicBoolean();
  private volatile ServerEdge edge = ServerEdge.NONE;
  private volatile List<String> proto = List.of();
  private volatile List<SocketAddress> addresses;
  private volatile long resolvedAt;

  public Destination(SocketAddress configured, Names names) {
    this(configured, names, null);
  }

  private Destination(SocketAddress configured, Names names, @Nullable Destination machine) {
    this.machine = machine;
    this.configured = configured;
    this.names = names;
    this.addresses = isName() ? List.of() : List.of(configured);
  }

  /**
   * The same machine at another port: what is found for one is found for both. What listens there need not
   * begin its connections as the server does.
   */
  public Destination at(int port) {
    if (!(configured instanceof InetSocketAddress inet)) {
      throw new IllegalArgumentException(
          "port: %d (expected: none, for %s)".formatted(port, configured));
    }
    return isName()
        ? new Destination(
            InetSocketAddress.createUnresolved(inet.getHostString(), port), names, this)
        : new Destination(at(inet.getAddress(), port), names);
  }

  /** What its connections begin with. */
  public ServerEdge edge() {
    return edge;
  }

  /** Says what its connections begin with; before it is used. */
  public void edge(ServerEdge found) {
    edge = found;
  }

  /** What is spoken there: the one protocol that is configured, or those that TLS offers, or nothing. */
  public List<String> protocols() {
    List<String> fixed = proto;
    return fixed.isEmpty() ? edge.protocols() : fixed;
  }

  /** Says what is spoken there, whatever TLS offers; before it is used. */
  public void proto(String name) {
    proto = List.of(name);
  }

  public SocketAddress configured() {
    return configured;
  }

  private boolean isName() {
    return configured instanceof InetSocketAddress inet && inet.isUnresolved();
  }

  /** What to try, in this order; empty while a name is unknown. */
  List<SocketAddress> addresses(EventLoop loop) {
    if (machine != null && configured instanceof InetSocketAddress inet) {
      return machine.addresses(loop).stream()
          .<SocketAddress>map(a -> at(((InetSocketAddress) a).getAddress(), inet.getPort()))
          .toList();
    }
    if (isName() && loop.ticker().nanoTime() - resolvedAt > AGE) {
      refresh(loop);
    }
    return addresses;
  }

  /** A connect failed: the name may mean another machine by now. */
  void failed(EventLoop loop) {
    if (machine != null) {
      machine.failed(loop);
    } else if (isName()) {
      refresh(loop);
    }
  }

  private void refresh(EventLoop loop) {
    if (resolving.compareAndSet(false, true)) {
      resolve(loop).whenComplete((done, failure) -> resolving.set(false));
    }
  }

  /** Looks a name up; completes at once for an address. Fails when the name is unknown. */
  public CompletionStage<Void> resolve(EventLoop loop) {
    if (machine != null) {
      return machine.resolve(loop);
    } else if (!isName()) {
      return CompletableFuture.completedFuture(null);
    }
    InetSocketAddress inet = (InetSocketAddress) configured;
    resolvedAt = loop.ticker().nanoTime();
    return names.resolve(inet.getHostString()).thenAccept(found -> {
      addresses = found.stream().<SocketAddress>map(a -> at(a, inet.getPort())).toList();
      resolvedAt = loop.ticker().nanoTime();
    });
  }

  private static InetSocketAddress at(InetAddress address, int port) {
    return new InetSocketAddress(address, port);
  }
}
