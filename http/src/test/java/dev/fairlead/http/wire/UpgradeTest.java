package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class UpgradeTest {
  private static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
      + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n";
  private static final String CONSENT = "HTTP/1.1 101 Switching Protocols\r\n"
      + "Upgrade: WebSocket\r\nConnection: Upgrade\r\nX: 1\r\n\r\n";

  private static final Script ECHO = c -> {
    c.readHead();
    c.write(CONSENT + "early");
    Scripts.echo().play(c);
  };

  @Test
  void a_websocket_becomes_a_tunnel() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(ECHO);
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send(ASK);
      assertThat(client.head())
          .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nX: 1\r\n"
              + "Upgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n");
      assertThat(client.read(5)).isEqualTo("early");
      assertThat(client.send("\0\1\2 GET / HTTP/1.1\r\n\r\n").read(22)).startsWith("\0\1\2 GET");
      assertThat(server.connection(1).received())
          .startsWith("GET /chat HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: x\r\n"
              + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
      client.finish();
      assertThat(client.rest()).isEmpty();
      assertThat(proxy.first().detail().status()).isEqualTo(101);
      assertThat(proxy.first().termination()).hasToString("--");
      assertThat(proxy.first().bytesOut()).isGreaterThan(27 + 60);
      Await.until(Proxy.SOON, () -> server.open() == 0);
    }
  }

  @Test
  void a_connect_passes_only_by_rule() throws Exception {
    Script answer = c -> {
      c.readHead();
      c.write("HTTP/1.1 200 Connected\r\nX: 1\r\n\r\nearly");
      Scripts.echo().play(c);
    };
    try (ScriptedServer server = ScriptedServer.start(answer);
        Proxy proxy = Proxy.of(
            b -> b, f -> f.allowConnect(r -> r.target().endsWith(".example:443")), server);
        RawClient refused = proxy.connect();
        RawClient client = proxy.connect()) {
      refused.send("CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n");
      assertThat(refused.head()).startsWith("HTTP/1.1 405 ");
      assertThat(server.open()).isZero();

      client.send("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 200 Connected\r\nX: 1\r\n\r\n");
      assertThat(client.read(5)).isEqualTo("early");
      assertThat(client.send("\0\1 GET / HTTP/1.1\r\n\r\n").read(21)).startsWith("\0\1 GET");
      assertThat(server.connection(1).received())
          .startsWith("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
      client.finish();
      assertThat(client.rest()).isEmpty();
      Await.until(Proxy.SOON, () -> server.open() == 0);
    }
  }

  @Test
  void what_the_client_sent_too_early_reaches_the_server_through_the_tunnel() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(ECHO);
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send(ASK + "hasty");
      int head = client.head().length();
      assertThat(client.read(10)).isEqualTo("earlyhasty");
      client.send("later").finish();
      assertThat(client.rest()).isEqualTo("later");
      assertThat(proxy.first().bytesIn()).isEqualTo(ASK.length() + 10);
      assertThat(proxy.first().bytesOut()).isEqualTo(head + 15);
      assertThat(proxy.gone(1).get(0).bytesIn()).isEqualTo(ASK.length() + 10);
      assertThat(proxy.gone(1).get(0).bytesOut()).isEqualTo(head + 15);
    }
  }

  @Test
  void a_refused_upgrade_is_an_ordinary_response() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("plain")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      assertThat(client.send(ASK).response()).endsWith("plain");
      assertThat(client.send(ASK).response()).endsWith("plain");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void other_upgrades_are_stripped_unless_they_are_named() throws Exception {
    String ask = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: mqtt, websocket/13, h2c\r\n"
        + "Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x\r\n\r\n";
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("")));
        Proxy plain = Proxy.to(server);
        Proxy named = Proxy.of(b -> b, f -> f.upgrades("MQTT"), server);
        RawClient one = plain.connect();
        RawClient two = named.connect()) {
      one.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
      one.response();
      assertThat(server.connection(1).received()).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      two.send(ask).response();
      assertThat(server.connection(2).received())
          .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket, mqtt\r\n"
              + "Connection: Upgrade\r\n\r\n");
    }
  }

  @Test
  void an_upgrade_may_be_spread_over_several_lines() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          c.write("HTTP/1.1 101 Switching\r\nUpgrade: x/1\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\n\r\n");
          Scripts.echo().play(c);
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nUpgrade: x, WebSocket\r\n"
          + "Connection: Upgrade\r\n\r\n");
      assertThat(client.head())
          .isEqualTo("HTTP/1.1 101 Switching\r\nUpgrade: x/1\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\n\r\n");
      assertThat(server.connection(1).received())
          .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\n\r\n");
      assertThat(client.send("hi").read(2)).isEqualTo("hi");
    }
  }

  @Test
  void a_101_for_something_else_is_a_malformed_response() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          c.write("HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
          c.readAll();
        });
        Proxy proxy = Proxy.of(b -> b.retries(0), f -> f, server);
        RawClient client = proxy.connect()) {
      assertThat(client.send(ASK).response()).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.first().termination()).hasToString("PH");
    }
  }
}
