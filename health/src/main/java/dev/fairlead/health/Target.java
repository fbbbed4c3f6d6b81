package dev.fairlead.health;

import dev.fairlead.spi.ConnectOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The server that a {@link Probe} is asked about, for the time of one check. All methods may be called
 * from any thread. Implemented by Fairlead; an interface so that a probe can be tested alone.
 */
public interface Target {
  /** {@return the server's name} */
  String name();

  /** {@return the backend's name} */
  String backend();

  /** {@return where to ask: the check's own port or address if it has one, else the server's} */
  SocketAddress address();

  /** {@return the server's configured tags} */
  Map<String, String> tags();

  /** {@return the loop on which the check lives; its ticker and schedule are the check's time} */
  EventLoop loop();

  /** {@return the time of day, as the loop's ticker has it; of a target made for tests: since 1970} */
  default Instant now() {
    return Instant.EPOCH.plusNanos(loop().ticker().nanoTime());
  }

  /** {@return how long the whole check may take; a verdict after that is not heard} */
  Duration timeout();

  /**
   * Connects to {@link #address()} as traffic to the server does. The connection is closed when the check
   * ends, whatever its end: by a reset, so that no port is left waiting (as in HAProxy without {@code
   * linger}). A protocol that wants a goodbye closes it itself before its verdict.
   *
   * @param handler sees the connection from its start; auto-read is on
   * @return the active channel, on {@link #loop()}, or the failure
   */
  Future<Channel> connect(ChannelHandler handler);

  /**
   * Connects a UDP socket to {@link #address()}: it sends there and hears only from there, in {@link
   * io.netty.channel.socket.DatagramPacket}s. That it is connected says nothing of the server; that nobody
   * listens there comes as a {@link java.net.PortUnreachableException} after something was sent. The socket
   * is closed when the check ends.
   *
   * @param handler sees the socket from its start; auto-read is on
   * @return the active channel, on {@link #loop()}, or the failure, such as an {@link
   *     IllegalArgumentException} for an address within this JVM
   */
  Future<Channel> connectDatagram(ChannelHandler handler);

  /**
   * Connects as {@link #connect(ChannelHandler)} does, but for what the probe needs of its connections: a
   * protocol of ALPN, for example. A target made for tests may leave that out.
   *
   * @param handler sees the connection from its start; auto-read is on
   * @param change gets the check's options and returns what is to be used; the time-out is what is left to
   *     the check
   * @return the active channel, on {@link #loop()}, or the failure
   */
  default Future<Channel> connect(ChannelHandler handler, UnaryOperator<ConnectOptions> change) {
    return connect(handler);
  }
}
