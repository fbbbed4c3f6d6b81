package dev.fairlead.wire;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.event.Event;
import dev.fairlead.tcp.TcpFrontend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A proxy in a process of its own, for {@link OutOfFilesTest}: tells what happens on its output. */
final class FewFiles {
  private FewFiles() {}

  /** Transport and the server's port; ends when its input does. */
  public static void main(String[] args) throws IOException {
    Backend app = Backend.builder("app")
        .server(Server.of("s1", "127.0.0.1", Integer.parseInt(args[1])).maxConnections(1))
        .queueTimeout(Duration.ofMinutes(1)) // those who wait need one file each, not two
        .build();
    try (LoadBalancer lb = LoadBalancer.builder()
        .frontend(
            TcpFrontend.builder("tcp").bind("127.0.0.1", 0).defaultBackend(app).build())
        .transport(Transport.valueOf(args[0]))
        .threads(2)
        .on(Event.AcceptPaused.class, e -> tell("paused " + e.reason()))
        .on(Event.AcceptResumed.class, e -> tell("resumed"))
        .start()) {
      tell("port " + ((InetSocketAddress) lb.address("tcp")).getPort());
      while (System.in.read() >= 0) {
        tell("alive");
      }
    }
  }

  private static void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
