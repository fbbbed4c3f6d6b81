package dev.fairlead.internal.edge;

import dev.fairlead.spi.Connection;
import io.netty.channel.Channel;

/** Who opened the door to a connection, and hears what becomes of it. Called on the connection's loop. */
public interface Reception {
  /** {@return a number for a connection that is active now, which counts from here on} */
  long arrived(Channel client);

  /** It has passed everything that stands before the protocol: the protocol's from here on. */
  void admit(Connection connection);

  /** It is over, and everybody behind has heard so. Once for every connection. */
  void left();
}
