package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ends and resets on real sockets, in each pair of versions: a tunnel's two directions end one by one, and a
 * connection that breaks off is told as one, be it a TCP reset or one of a stream (RFC 8441 §5).
 */
@Timeout(60)
final class BreakingOffTest {
  private static final String PAIRS = """
      false, false
      false, true
      true, false
      true, true
      """;

  /** A tunnel through which bytes have passed. */
  private record Tunnel(EitherEnd client, EitherEnd server) {
    static Tunnel open(EitherPeers peers) throws IOException {
      EitherEnd client = peers.clientAsks();
      EitherEnd server = peers.serverGets();
      peers.answer(server, true);
      peers.answered(client);
      client.send("ping");
      server.gets("ping");
      server.send("pong");
      client.gets("pong");
      return new Tunnel(client, server);
    }
  }

  private static void assertEnd(EitherPeers peers, String how) {
    assertThat(peers.proxy().first().detail().status()).isEqualTo(101);
    assertThat(peers.proxy().first().termination()).hasToString(how);
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void the_client_ends_its_direction_of_a_tunnel_first(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      Tunnel tunnel = Tunnel.open(peers);
      tunnel.client().finish();
      tunnel.server().seesTheEnd();
      tunnel.server().send("last");
      tunnel.client().gets("last");
      tunnel.server().finish();
      tunnel.client().seesTheEnd();
      assertEnd(peers, "--");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void the_server_ends_its_direction_of_a_tunnel_first(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      Tunnel tunnel = Tunnel.open(peers);
      tunnel.server().finish();
      tunnel.client().seesTheEnd();
      tunnel.client().send("last");
      tunnel.server().gets("last");
      tunnel.client().finish();
      tunnel.server().seesTheEnd();
      assertEnd(peers, "--");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}")
  @ValueSource(booleans = {false, true})
  void a_server_ends_its_direction_of_a_tunnel_with_its_consent(boolean client2) throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, true)) {
      EitherEnd client = peers.clientAsks();
      EitherEnd server = peers.serverGets();
      peers.consentAndEnd("bye");
      peers.answered(client);
      client.gets("bye");
      client.seesTheEnd();
      client.send("you too");
      server.gets("you too");
      client.finish();
      server.seesTheEnd();
      assertEnd(peers, "--");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_client_resets_its_tunnel(boolean client2, boolean server2) throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      Tunnel tunnel = Tunnel.open(peers);
      tunnel.client().reset();
      tunnel.server().seesTheReset();
      assertEnd(peers, "CD");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_client_resets_the_connection_of_its_tunnel(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      Tunnel tunnel = Tunnel.open(peers);
      tunnel.client().resetConnection();
      tunnel.server().seesTheReset();
      assertEnd(peers, "CD");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_server_resets_its_tunnel(boolean client2, boolean server2) throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      Tunnel tunnel = Tunnel.open(peers);
      tunnel.server().reset();
      tunnel.client().seesTheReset();
      assertEnd(peers, "SD");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_server_resets_the_connection_of_its_tunnel(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      Tunnel tunnel = Tunnel.open(peers);
      tunnel.server().resetConnection();
      tunnel.client().seesTheReset();
      assertEnd(peers, "SD");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_client_resets_the_connection_of_its_request(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      EitherEnd client = peers.clientPosts();
      EitherEnd server = peers.serverGets();
      client.resetConnection();
      assertThat(peers.proxy().first().termination()).hasToString("CH");
      if (server instanceof EitherEnd.Two) {
        server.seesTheReset();
      } else {
        server.seesTheEnd();
      }
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_client_resets_the_connection_of_its_response(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      EitherEnd client = peers.clientPosts();
      EitherEnd server = peers.serverGets();
      peers.answer(server, false);
      server.send("hi");
      peers.answered(client);
      client.gets("hi");
      client.resetConnection();
      assertThat(peers.proxy().first().termination()).hasToString("CD");
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_server_resets_the_connection_of_its_request(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      EitherEnd client = peers.clientPosts();
      peers.serverGets().resetConnection();
      assertThat(peers.proxy().first().detail().status()).isEqualTo(502);
      assertThat(peers.proxy().first().termination()).hasToString("SH");
      if (client instanceof EitherEnd.Two two) {
        Await.until("502", Proxy.SOON, () -> two.status() == 502);
      } else if (client instanceof EitherEnd.One one) {
        assertThat(one.socket().response()).startsWith("HTTP/1.1 502 ");
      }
    }
  }

  @ParameterizedTest(name = "client of HTTP/2 {0}, server of HTTP/2 {1}")
  @CsvSource(textBlock = PAIRS)
  void a_server_resets_the_connection_of_its_response(boolean client2, boolean server2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, server2)) {
      EitherEnd client = peers.clientPosts();
      EitherEnd server = peers.serverGets();
      peers.answer(server, false);
      server.send("hi");
      peers.answered(client);
      client.gets("hi");
      server.resetConnection();
      assertThat(peers.proxy().first().termination()).hasToString("SD");
      if (client instanceof EitherEnd.Two two) {
        Await.until("a reset", Proxy.SOON, () -> two.last().equals("RST INTERNAL_ERROR"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_server_resets_the_connection_whose_close_would_end_its_response(boolean client2)
      throws Exception {
    try (EitherPeers peers = new EitherPeers(client2, false)) {
      EitherEnd client = peers.clientPosts();
      EitherEnd server = peers.serverGets();
      server.send("HTTP/1.0 200 OK\r\n\r\nhi");
      peers.answered(client);
      if (client instanceof EitherEnd.Two two) {
        two.gets("hi");
      }
      server.resetConnection();
      assertThat(peers.proxy().first().termination()).hasToString("SD");
      if (client instanceof EitherEnd.Two two) {
        Await.until("a reset", Proxy.SOON, () -> two.last().equals("RST INTERNAL_ERROR"));
      }
    }
  }
}
