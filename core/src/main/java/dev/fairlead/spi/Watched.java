package dev.fairlead.spi;

import dev.fairlead.balance.Outcome;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.CheckResult;
import dev.fairlead.status.Finding;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A server as a monitor sees it. */
public interface Watched {
  /** {@return the server's name} */
  String name();

  /** {@return the backend's name} */
  String backend();

  /** {@return where it listens, as configured} */
  SocketAddress address();

  /** {@return the configured tags} */
  Map<String, String> tags();

  /** {@return the configured weight, 0..256, without the operator's changes and any factors} */
  int weight();

  /** {@return how many leases of the server are held at the moment. From any thread} */
  int inFlight();

  /** {@return the control loop, on which the monitor lives; its ticker is the monitor's clock} */
  EventLoop loop();

  /** {@return the time of day, as {@link #loop()}'s ticker has it} */
  Instant now();

  /** {@return the source of chance, for jitter} */
  RandomGenerator random();

  /**
   * Connects to the server as traffic does: the same names, and later TLS, PROXY header and source
   * address as the server has them.
   *
   * @param handler sees the connection from its start; auto-read is on
   * @param options deviations from the server's own settings
   * @return the active channel, on {@link #loop()}, or the failure. Cancelling it closes what was begun
   */
  Future<Channel> connect(ChannelHandler handler, ConnectOptions options);

  /**
   * Connects a UDP socket to the server: it sends there and hears only from there, in {@link
   * io.netty.channel.socket.DatagramPacket}s. That it is connected says nothing of the server; that nobody
   * listens there comes as a {@link java.net.PortUnreachableException} after something was sent.
   *
   * @param handler sees the socket from its start; auto-read is on
   * @param options the time-out, port and address are heeded, the rest is for connections
   * @return the active channel, on {@link #loop()}, or the failure, such as an {@link
   *     IllegalArgumentException} for an address within this JVM. Cancelling it closes what was begun
   */
  Future<Channel> connectDatagram(ChannelHandler handler, ConnectOptions options);

  /**
   * Replaces what this monitor says of the server. From any thread; after the watch has ended it does
   * nothing.
   *
   * @param finding what it says
   */
  void report(Finding finding);

  /**
   * Tells what one check found: it is shown in the server's status and heard by the other monitors, and
   * changes nothing by itself. On {@link #loop()}.
   *
   * @param code how far it came
   * @param text what was seen, for people
   * @param took how long the check took
   */
  void checked(CheckCode code, String text, Duration took);

  /**
   * Tells operators of something that a check saw and that changes nothing, as an event. On {@link
   * #loop()}.
   *
   * @param warning what it saw
   */
  void warned(String warning);

  /**
   * Hears what the other monitors' checks of this server find.
   *
   * @param listener called on {@link #loop()}
   * @return ends the subscription
   */
  AutoCloseable onChecked(CheckListener listener);

  /**
   * What all watches of this monitor in this backend have in common, for detectors that compare servers.
   * On {@link #loop()}.
   *
   * @param <T> its type
   * @param first makes it, for the first server that is watched
   * @return the same object for each server of the backend
   */
  <T> T shared(Supplier<T> first);

  /**
   * {@return what this source had said of the server before a restart, when the state was restored, or by
   * another monitor, whose place this one takes; empty otherwise. It is in force until the source speaks}
   */
  Optional<Finding> restored();

  /**
   * Subscribes to the outcomes of traffic, for passive detectors.
   *
   * @param listener called on traffic loops, several at once; must not block
   * @return ends the subscription
   */
  AutoCloseable onOutcome(OutcomeListener listener);

  /**
   * Tells that code the monitor called failed; it costs that one check.
   *
   * @param role what it was, for example {@code probe}
   * @param component the failed object
   * @param failure what it threw
   */
  void failed(String role, Object component, Throwable failure);

  /** Hears how leases end. */
  @FunctionalInterface
  interface OutcomeListener {
    /**
     * A lease of the server has ended.
     *
     * @param outcome how; valid during the call only
     */
    void outcome(Outcome outcome);

    /**
     * The server has taken the work of a lease up, and the end may be far off: the connection of a session
     * of plain TCP is there.
     */
    default void established() {}

    /**
     * Whether the server is on trial. The slot of the lease that has ended is then given to nobody until what
     * the monitor reports on the control loop's next turn is in force: so a verdict comes before the next
     * request, and a limit that falls with each trial that ends bounds how many there are in all. Asked after
     * {@link #outcome}, on the same loop.
     *
     * @return whether; default false
     */
    default boolean onTrial() {
      return false;
    }
  }

  /** Hears what checks find. */
  @FunctionalInterface
  interface CheckListener {
    /**
     * A check of the server has ended.
     *
     * @param source whose
     * @param result what it found
     */
    void checked(String source, CheckResult result);
  }
}
