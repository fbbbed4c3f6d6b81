package dev.fairlead.wire;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.event.Event;
import dev.fairlead.event.Event.SessionClosed;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A TCP proxy between real sockets, and what it told. */
final class WireProxy implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(10);

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final LoadBalancer lb;

  private WireProxy(TcpFrontend frontend, Transport transport) {
    lb = LoadBalancer.builder()
        .frontend(frontend)
        .transport(transport)
        .threads(2)
        .on(Event.class, events::add)
        .start();
  }

  static WireProxy start(
      Backend backend, Transport transport, UnaryOperator<TcpFrontend.Builder> options) {
    assumeTrue(
        transport != Transport.IO_URING || IoUring.isAvailable(),
        () -> "the kernel denies io_uring: " + IoUring.unavailabilityCause());
    TcpFrontend.Builder builder =
        TcpFrontend.builder("tcp").bind("127.0.0.1", 0).defaultBackend(backend);
    return new WireProxy(options.apply(builder).build(), transport);
  }

  static WireProxy start(Backend backend) {
    return start(backend, Transport.AUTO, UnaryOperator.identity());
  }

  /** A backend "app" with one server. */
  static Backend.Builder to(ScriptedServer server) {
    return Backend.builder("app").server(Server.of("s1", server.address()));
  }

  LoadBalancer lb() {
    return lb;
  }

  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(lb.address("tcp"));
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  <E extends Event> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  BackendStatus status() {
    return lb.backend("app").status();
  }

  /** Waits for the end of the only session. */
  SessionClosed closed() {
    Await.until("the session's end", SOON, () -> !events(SessionClosed.class).isEmpty());
    return events(SessionClosed.class).get(0);
  }

  void awaitRest() {
    Await.until("no lease and no waiter", SOON, () -> {
      return lb.backends().stream()
          .map(name -> lb.backend(name).status())
          .allMatch(now -> now.inFlight() == 0
              && now.queued() == 0
              && now.servers().stream().allMatch(s -> s.queued() == 0));
    });
  }

  @Override
  public void close() {
    awaitRest();
    lb.close();
    int opened = events(Event.SessionOpened.class).size();
    int closed = events(SessionClosed.class).size();
    if (opened != closed) {
      throw new AssertionError(opened + " sessions opened, " + closed + " closed");
    }
  }
}
