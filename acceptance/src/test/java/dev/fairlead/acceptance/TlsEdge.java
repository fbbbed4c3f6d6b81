package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.FrontendControl;
import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.FrontendBuilder;
import dev.fairlead.config.Server;
import dev.fairlead.edge.Tls;
import dev.fairlead.event.Event;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A Fairlead in this JVM at the edge: it listens as a binding says, and behind it is an origin that
 * answers each request with its head. What was refused and what happened is remembered. Thread-safe.
 */
final class TlsEdge implements AutoCloseable {
  private final ScriptedServer origin = ScriptedServer.start(TlsEdge::echoHeads);
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final LoadBalancer lb;

  private TlsEdge(FrontendBuilder<?> frontend, Binding binding) {
    frontend
        .bind(binding)
        .defaultBackend(
            Backend.builder("app").server(Server.of("origin", origin.address())).build());
    this.lb = LoadBalancer.builder()
        .frontend(
            frontend instanceof HttpFrontend.Builder http
                ? http.build()
                : ((TcpFrontend.Builder) frontend).build())
        .on(Event.ConnectionRefused.class, events::add)
        .on(Event.Listening.class, events::add)
        .start();
  }

  /** Terminates TLS and speaks HTTP. */
  static TlsEdge http(Tls tls) {
    return http(loopback().tls(tls));
  }

  /** Speaks HTTP. */
  static TlsEdge http(Binding binding) {
    return new TlsEdge(
        HttpFrontend.builder("edge").forwardedFor().clientCertificateHeaders(), binding);
  }

  /** Terminates TLS and passes on the bytes. */
  static TlsEdge tcp(Tls tls) {
    return new TlsEdge(TcpFrontend.builder("edge"), loopback().tls(tls));
  }

  static Binding loopback() {
    return Binding.of("127.0.0.1", 0);
  }

  private static void echoHeads(ScriptedConnection client) throws IOException {
    String head = "";
    while (!head.contains("Connection: close")) { // which an HTTP frontend keeps to itself
      head = client.readRequest();
      client.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + head.length()
          + "\r\n\r\n" + head);
    }
  }

  int port() {
    return ((InetSocketAddress) lb.address("edge")).getPort();
  }

  FrontendControl control() {
    return lb.frontend("edge");
  }

  long count(Counter counter) {
    return lb.count(new Subject(Kind.FRONTEND, "edge", null), counter);
  }

  void awaitCount(Counter counter, long expected) {
    if (!Await.held(Waits.PATIENCE, () -> count(counter) == expected)) {
      assertThat(count(counter)).as(counter.toString()).isEqualTo(expected);
    }
  }

  <E extends Event> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The only connection that was refused was so for this reason. */
  void awaitRefused(Reason reason) {
    Await.held(Waits.PATIENCE, () -> !events(Event.ConnectionRefused.class).isEmpty());
    assertThat(events(Event.ConnectionRefused.class))
        .extracting(Event.ConnectionRefused::reason)
        .containsExactly(reason);
  }

  @Override
  public void close() {
    lb.close();
    origin.close();
  }
}
