package dev.fairlead.spi;

import dev.fairlead.balance.Outcome;
import dev.fairlead.status.Finding;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.Map;
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

  /** {@return the control loop, on which the monitor lives; its ticker is the monitor's clock} */
  EventLoop loop();

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
   * Replaces what this monitor says of the server. From any thread; after the watch has ended it does
   * nothing.
   *
   * @param finding what it says
   */
  void report(Finding finding);

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
  }
}
