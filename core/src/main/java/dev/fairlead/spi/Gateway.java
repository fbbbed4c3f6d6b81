package dev.fairlead.spi;

import dev.fairlead.event.Event;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that a protocol sees of the engine: acquire, connect, relay, report. One for each opened frontend.
 * Thread-safe unless a method says otherwise.
 */
public interface Gateway {
  /** {@return the frontend's name} */
  String frontend();

  /**
   * Finds a backend. Meant for the start; keep what it returns.
   *
   * @param backend the name of one of the frontend's backends
   * @return the backend
   * @throws IllegalArgumentException when the frontend did not name it
   */
  Upstream upstream(String backend);

  /**
   * Tells of servers that have left a backend for good, so that their idle connections can be closed.
   *
   * @param backend the name of one of the frontend's backends
   * @param listener gets the server's id, on the control loop; forgotten when the frontend has closed
   */
  void onServerLeft(String backend, IntConsumer listener);

  /**
   * Says how to close an idle connection to a server of a backend, so that another one can be made within the
   * server's limit, see {@code Server.strictMaxConnections}.
   *
   * @param backend the name of one of the frontend's backends
   * @param loop one of {@link #loops()}
   * @param closesIdle gets the server's id, on that loop; says whether it has closed one. Forgotten when the
   *     frontend has closed
   */
  void onCrowded(String backend, EventLoop loop, IntPredicate closesIdle);

  /** {@return the event loops that carry traffic, for state that is kept per loop} */
  List<EventLoop> loops();

  /**
   * Connects to a lease's server on the event loop that calls; all of its addresses are tried in turn,
   * within the backend's connect timeout. The channel has auto-read off.
   *
   * @param lease whose server
   * @param request for what: a PROXY header tells of its connection, TLS may ask for its host
   * @param handler comes behind what the connection itself needs (PROXY header, TLS)
   * @return the active channel, or the failure: {@link io.netty.channel.ConnectTimeoutException} when
   *     time ran out, {@link EdgeException} when TLS failed. Cancelling it closes what was begun
   */
  Future<Channel> connect(Lease lease, Acquire request, ChannelHandler handler);

  /**
   * Connects as {@link #connect(Lease, Acquire, ChannelHandler)} does, where TLS offers one protocol only
   * (HAProxy does so for {@code ws}).
   *
   * @param lease whose server
   * @param request for what
   * @param protocol one of {@link #protocols}, where these are several; a server that does not know it may
   *     refuse the handshake, or go on without
   * @param handler comes behind what the connection itself needs
   * @return as above
   */
  Future<Channel> connect(Lease lease, Acquire request, String protocol, ChannelHandler handler);

  /**
   * The servers of a backend to which connections may be made before any request asks for them: they may get
   * new traffic now, and any request may use any connection to them, see {@link #reuseKey}.
   *
   * @param backend the name of one of the frontend's backends
   * @return in configuration order; what a moment later may be different is looked at again by {@link
   *     Reachable#connect}
   */
  List<Reachable> reachable(String backend);

  /**
   * What a connection was made for that a further request must have in common with it.
   *
   * @param lease whose server
   * @param request for what
   * @return to be compared with {@code equals}; null when any request may use any connection. Where it may
   *     carry one client's requests only, it is that {@link Connection}, or a list that begins with it
   */
  @Nullable
  Object reuseKey(Lease lease, Acquire request);

  /**
   * What may be spoken with a lease's server.
   *
   * @param lease whose server
   * @return one name where the configuration leaves no choice ({@code Server.proto}, or the only one that TLS
   *     offers), several where TLS agrees on one with the server, see {@link
   *     ChannelEnd#applicationProtocol}; empty: what the caller's protocol is by itself
   */
  List<String> protocols(Lease lease);

  /**
   * Passes bytes both ways until both directions have ended; then closes both channels and tells it
   * once. Both channels are on the calling event loop, their pipelines hold nothing that would still
   * want to read.
   *
   * @param client one end
   * @param server the other end
   * @param relaying time-outs, and who is told
   */
  void relay(Channel client, Channel server, Relaying relaying);

  /**
   * Counts for the frontend.
   *
   * @param loop the calling event loop
   * @return its counters
   */
  Counting counting(EventLoop loop);

  /**
   * The source of chance for strategies.
   *
   * @param loop the calling event loop
   * @return its generator
   */
  RandomGenerator random(EventLoop loop);

  /** {@return whether anybody wants traffic events; when not, do not build any} */
  boolean observed();

  /**
   * Tells a traffic event.
   *
   * @param event the event, told on the calling event loop
   */
  void report(Event.Traffic event);

  /**
   * What is busy now, for the event that ends a unit of work.
   *
   * @param lease its lease, released or not; null when it had none
   * @return the numbers
   */
  Event.Load load(@Nullable Lease lease);

  /**
   * The time of day of a ticker's reading.
   *
   * @param nanoTime the reading
   * @return the time of day
   */
  Instant instant(long nanoTime);

  /**
   * Tells that user code failed; it costs that one request.
   *
   * @param role what it was, for example {@code filter}
   * @param component the failed object
   * @param failure what it threw
   */
  void failed(String role, Object component, Throwable failure);
}
