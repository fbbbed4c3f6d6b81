package dev.fairlead.internal.edge;

import dev.fairlead.spi.Connection;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The frontend to which a connection belongs, as its {@link Entrance} sees it. Called on the connection's
 * loop.
 */
public interface Reception {
  /** {@return a number for a connection that is active now, which counts from here on} */
  long arrived(Channel client);

  /** It has passed everything that stands before the protocol: the protocol's from here on. */
  void admit(Connection connection);

  /**
   * Hands a connection to another frontend, where it counts from here on.
   *
   * @return that frontend; null when it is closed or has no place left, and then nothing has changed
   */
  @Nullable
  Reception handOver(Connection connection, String frontend);

  /** It will be closed without having been admitted. */
  void refused(Connection connection, Reason reason, String text);

  /** Something of the user's has thrown; it costs this connection. */
  void failed(String role, Object component, Throwable failure);

  /** Counts for the frontend. */
  void count(Channel client, Counter counter);

  /** It is over, and everybody behind has heard so. Once for every connection; from any thread. */
  void left();
}
