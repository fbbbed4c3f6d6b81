package dev.fairlead.http.internal;

import dev.fairlead.spi.Connection;
import io.netty.channel.ChannelFutureListener;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pool knows about a connection to a server: where it goes, whose requests it may carry, how old it is
 * and how much it was used. On its event loop only.
 */
final class PoolEntry {
  private final int server;
  private final @Nullable Object reuseKey;
  private final ChannelFutureListener clientLeft;
  private final long since;
  private int requests;
  private long idleSince;

  /**
   * A new connection.
   *
   * @param server the server's id
   * @param reuseKey what a request must have in common with the one it was made for; null: nothing
   * @param now by the event loop's ticker
   * @param clientLeft called when the only client it is for has left
   */
  PoolEntry(int server, @Nullable Object reuseKey, long now, Runnable clientLeft) {
    this.server = server;
    this.reuseKey = reuseKey;
    this.since = now;
    this.clientLeft = closed -> clientLeft.run();
  }

  int server() {
    return server;
  }

  /** {@return whether requests with this key may use it} */
  boolean serves(@Nullable Object key) {
    return Objects.equals(key, reuseKey);
  }

  /** {@return since when it has been there, by the event loop's ticker} */
  long since() {
    return since;
  }

  /** {@return how many requests it was lent for} */
  int requests() {
    return requests;
  }

  /** It is lent for one more request. */
  void lent() {
    requests++;
  }

  /** {@return since when it has rested, by the event loop's ticker} */
  long idleSince() {
    return idleSince;
  }

  /** It has nothing to do from now on. */
  void rests(long now) {
    idleSince = now;
  }

  /** It is there. Where it is for one client only, that client is watched until {@link #over}. */
  void begun() {
    Connection client = ReuseKey.client(reuseKey);
    if (client != null) {
      client.channel().closeFuture().addListener(clientLeft);
    }
  }

  /** It is not used any more. */
  void over() {
    Connection client = ReuseKey.client(reuseKey);
    if (client != null) {
      client.channel().closeFuture().removeListener(clientLeft);
    }
  }
}
