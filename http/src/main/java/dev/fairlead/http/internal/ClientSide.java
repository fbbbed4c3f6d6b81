package dev.fairlead.http.internal;

import dev.fairlead.event.Event;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Gateway;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for a client's connection in every version of HTTP: who it is, what servers are told of
 * it, and its two events. On its event loop only.
 */
final class ClientSide {
  private final HttpLoop home;
  private final HttpRoute route;
  private final Connection connection;
  private final ClientSession session;
  /** What is told of the client with every request, and the same with its address. */
  private final byte[] told;

  private final byte[] toldWithAddress;
  private long exchanges;

  ClientSide(HttpLoop home, Connection connection, ClientSession session) {
    this.home = home;
    this.route = home.route(connection.backend());
    this.connection = connection;
    this.session = session;
    byte[] address = ForwardRule.line(home.settings().forward(), connection.client());
    this.told = home.settings().tlsFields().lines(connection);
    this.toldWithAddress = Arrays.copyOf(address, address.length + told.length);
    System.arraycopy(told, 0, toldWithAddress, address.length, told.length);
  }

  /** The session of another version goes on where one ends. */
  ClientSide handedTo(ClientSession next) {
    home.left(session);
    home.joined(next);
    return new ClientSide(this, next);
  }

  private ClientSide(ClientSide from, ClientSession next) {
    this.home = from.home;
    this.route = from.route;
    this.connection = from.connection;
    this.session = next;
    this.told = from.told;
    this.toldWithAddress = from.toldWithAddress;
    this.exchanges = from.exchanges;
  }

  HttpLoop home() {
    return home;
  }

  HttpRoute route() {
    return route;
  }

  Connection connection() {
    return connection;
  }

  /** {@return how many requests it has made} */
  long exchanges() {
    return exchanges;
  }

  /** A request came. */
  HttpExchange exchange(ClientStream stream, RequestHead head, long arrived) {
    if (connection.tls() != null && !head.absolute()) {
      head.secure(true);
    }
    exchanges++;
    return new HttpExchange(stream, route, head, exchanges, arrived, exchanges == 1);
  }

  /** {@return the field lines that tell a server who the client is, or empty} */
  byte[] forwarded(RequestHead request) {
    return ForwardRule.adds(home.settings().forward(), request) ? toldWithAddress : told;
  }

  /** Drops what is not for the client to say. */
  void clean(RequestHead head) {
    home.settings().tlsFields().dropFrom(head);
  }

  /** Drops what is not for the client to add behind its request. */
  void clean(@Nullable Fields trailers) {
    if (trailers != null) {
      home.settings().tlsFields().dropFrom(trailers);
      ForwardRule rule = home.settings().forward();
      if (rule != null) {
        trailers.dropNamed(rule.header());
      }
    }
  }

  void opened() {
    home.joined(session);
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(
          new Event.SessionOpened(gateway.frontend(), connection.number(), connection.client()));
    }
  }

  /** Its exchanges were told before. */
  void closed(long bytesIn, long bytesOut, Termination how) {
    home.left(session);
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(new Event.SessionClosed(
          gateway.frontend(),
          connection.number(),
          connection.client(),
          null,
          null,
          gateway.instant(connection.acceptedNanos()),
          new Timings(0, -1, -1, -1, home.now() - connection.acceptedNanos()),
          bytesIn,
          bytesOut,
          0,
          false,
          how,
          gateway.load(null)));
    }
  }
}
