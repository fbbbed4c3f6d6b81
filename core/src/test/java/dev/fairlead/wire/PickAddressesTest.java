package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.balance.Balancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.spi.AddressBytes;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Allocations;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The two ends of a client's connection, as a strategy sees them. */
class PickAddressesTest {
  @Test
  void a_strategy_sees_who_connected_to_where() throws Exception {
    List<Object> seen = new CopyOnWriteArrayList<>();
    Balancer looking = Balancer.of((servers, request) -> {
      seen.add(request.client());
      seen.add(String.valueOf(request.destination()));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      request.writeClient(bytes::write);
      seen.add(bytes.toByteArray());
      bytes.reset();
      request.writeDestination(bytes::write);
      seen.add(bytes.toByteArray());
      return servers.get(0);
    });
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        LoadBalancer lb = LoadBalancer.start(TcpFrontend.builder("tcp")
            .bind(0)
            .defaultBackend(Backend.builder("app")
                .balancer(looking)
                .server(Server.of("s1", "127.0.0.1", echo.port()))
                .build())
            .build());
        Socket socket = new Socket()) {
      int port = ((InetSocketAddress) lb.address("tcp")).getPort();
      socket.bind(new InetSocketAddress("127.0.0.2", 0));
      socket.connect(new InetSocketAddress("127.0.0.3", port));
      socket.getOutputStream().write('x');
      assertThat(socket.getInputStream().read()).isEqualTo('x');

      assertThat(seen)
          .containsExactly(
              socket.getLocalSocketAddress(),
              new InetSocketAddress("127.0.0.3", port).toString().replaceFirst(".*/", "/"),
              new byte[] {127, 0, 0, 2},
              new byte[] {127, 0, 0, 3});
    }
  }

  @Test
  void the_bytes_of_an_address_are_made_once() throws Exception {
    for (String text : List.of("10.1.2.3", "2001:db8::7")) {
      InetAddress inet = InetAddress.getByName(text);
      AddressBytes address = new AddressBytes(new InetSocketAddress(inet, 80));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      address.write(bytes::write);

      assertThat(bytes.toByteArray()).isEqualTo(inet.getAddress());
      assertThat(Allocations.leastBytes(() -> writeOften(address))).isZero();
    }
  }

  private static void writeOften(AddressBytes address) {
    for (int i = 0; i < 10_000; i++) {
      address.write(b -> {});
    }
  }

  @Test
  void another_kind_of_address_is_written_as_text() {
    SocketAddress unresolved = InetSocketAddress.createUnresolved("somewhere", 80);
    StringBuilder text = new StringBuilder();

    AddressBytes address = new AddressBytes(unresolved);
    address.write(b -> text.append((char) b));

    assertThat(text).hasToString(unresolved.toString());
    assertThat(Allocations.leastBytes(() -> writeOften(address))).isZero();
  }
}
