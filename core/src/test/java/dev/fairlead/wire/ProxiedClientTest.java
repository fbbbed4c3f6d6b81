package dev.fairlead.wire;

import static dev.fairlead.config.ConnectionRule.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.Conditions;
import dev.fairlead.event.AccessFormat;
import dev.fairlead.event.Event;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Behind a proxy that is trusted, the client of its PROXY header is the client everywhere. */
class ProxiedClientTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("198.51.100.7", 1234);
  private static final String HEADER = "PROXY TCP4 198.51.100.7 203.0.113.1 1234 443\r\n";

  private static WireProxy start(ScriptedServer server, Balancer balancer, AcceptProxy rule) {
    Backend app = Backend.builder("app")
        .balancer(balancer)
        .server(Server.of("s1", server.address()))
        .build();
    return WireProxy.start(
        app,
        Transport.AUTO,
        b -> b.bind(Binding.of("127.0.0.1", 0).acceptProxy(rule))
            .rule(when(Conditions.source("192.0.2.0/24")).reject())
            .rule(when(Conditions.destinationPort(444)).reject()));
  }

  private static String talk(WireProxy proxy, String... parts) throws IOException {
    InetSocketAddress to =
        (InetSocketAddress) proxy.lb().frontend("tcp").addresses().get(1);
    try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
      socket.setSoTimeout((int) WireProxy.SOON.toMillis());
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
      }
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return "reset";
    }
  }

  @Test
  void it_is_so_for_strategies_rules_events_and_logs() throws Exception {
    List<SocketAddress> asked = new CopyOnWriteArrayList<>();
    Balancer noting = Balancer.of((servers, request) -> {
      asked.add(request.client());
      return servers.get(0);
    });
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("got " + c.readAll()));
        WireProxy proxy = start(server, noting, AcceptProxy.from("127.0.0.0/8"))) {
      assertThat(talk(proxy, HEADER, "x")).isEqualTo("got x");
      assertThat(asked).containsExactly(CLIENT);
      assertThat(proxy.closed().client()).isEqualTo(CLIENT);
      assertThat(AccessFormat.tcp(proxy.closed())).startsWith("198.51.100.7:1234 ");

      assertThat(talk(proxy, HEADER.replace("198.51.100.7", "192.0.2.7"), "x")).isEqualTo("reset");
      assertThat(talk(proxy, HEADER.replace("443", "444"), "x")).isEqualTo("reset");
      Await.until(
          "two refusals",
          WireProxy.SOON,
          () -> proxy.events(Event.ConnectionRefused.class).size() == 2);
      assertThat(proxy.events(Event.ConnectionRefused.class))
          .extracting(Event.ConnectionRefused::reason)
          .containsOnly(Reason.RULE_REJECTED);
      assertThat(proxy.events(Event.ConnectionRefused.class).get(0).client())
          .isEqualTo(new InetSocketAddress("192.0.2.7", 1234));
    }
  }

  /** Its header is the first of what it has to say to the server, nothing more. */
  @Test
  void who_is_not_trusted_cannot_pretend_to_be_another() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> c.write("got " + c.readAll()));
        WireProxy proxy = start(
            server,
            Balancer.of((servers, request) -> servers.get(0)),
            AcceptProxy.from("192.0.2.0/24"))) {
      assertThat(talk(proxy, HEADER, "x")).isEqualTo("got " + HEADER + "x");
      assertThat(((InetSocketAddress) proxy.closed().client()).getAddress().isLoopbackAddress())
          .isTrue();
    }
  }
}
