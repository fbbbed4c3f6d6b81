package dev.fairlead.balance;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The request for which a server is picked. Valid during the pick only. Time and chance come from here,
 * so that a strategy is deterministic under test.
 */
public interface PickContext {
  /** {@return the client's address, as recovered by PROXY protocol where that is in use} */
  SocketAddress client();

  /**
   * Writes the bytes of the client's address, without its port: 4 for IPv4, 16 for IPv6; the text of
   * any other kind of address.
   *
   * @param sink where to
   */
  default void writeClient(KeySink sink) {
    write(client(), sink);
  }

  /** {@return the address that the client connected to, or null when that is not known} */
  default @Nullable SocketAddress destination() {
    return null;
  }

  /**
   * Writes the bytes of the address that the client connected to, as {@link #writeClient} does; nothing
   * when it is not known. A protocol that knows it keeps the bytes, since the default makes a copy of them
   * each time.
   *
   * @param sink where to
   */
  default void writeDestination(KeySink sink) {
    SocketAddress destination = destination();
    if (destination != null) {
      write(destination, sink);
    }
  }

  private static void write(SocketAddress address, KeySink sink) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      byte[] bytes = inet.getAddress().getAddress();
      sink.write(bytes, 0, bytes.length);
    } else {
      sink.write(address.toString());
    }
  }

  /**
   * Whether a server has failed already for this very request.
   *
   * @param candidate the server
   * @return true when it was tried
   */
  boolean tried(Candidate candidate);

  /** {@return the ticker's reading} */
  long nanoTime();

  /** {@return the source of chance; of the request's event loop} */
  RandomGenerator random();

  /**
   * The request in its protocol's terms.
   *
   * @param type the wanted view, for example {@code RequestInfo} of the HTTP module
   * @param <T> the wanted view
   * @return the request, or null when the protocol does not have such a view
   */
  <T> @Nullable T request(Class<T> type);

  /**
   * Whether a server is worth choosing: neither tried nor full.
   *
   * @param candidate the server
   * @return true when it is
   */
  default boolean usable(Candidate candidate) {
    return !tried(candidate) && !candidate.full();
  }
}
