package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The upgrade to WebSocket, and the goodbye. */
@Timeout(60)
class WebSocketProbeTest {
  private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\n";
  private static final WebSocketProbe PROBE = Probes.webSocket("/chat");

  private static OneCheck checks;

  @BeforeAll
  static void start() {
    checks = new OneCheck();
  }

  @AfterAll
  static void stop() {
    checks.close();
  }

  private static String verdict(Script script, WebSocketProbe probe) throws Exception {
    return checks.verdictOn(script, HealthCheck.of(probe).every(ofSeconds(5)));
  }

  /** Upgrades, with more fields; and waits for the client's end. */
  private static Script upgrade(String more) {
    return client -> {
      String head = client.readHead();
      String key = head.replaceFirst("(?s).*sec-websocket-key: (\\S+)\r\n.*", "$1");
      client.write(SWITCHING + "Upgrade: WebSocket\r\n"
          + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: "
          + WebSocketProbe.accepted(key) + "\r\n" + more + "\r\n");
      client.readAll();
    };
  }

  @Test
  void a_server_that_upgrades_passes_and_is_left_in_peace() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(upgrade(""))) {
      HealthCheck check =
          HealthCheck.of(PROBE.header("Origin", "https://a.example").host("a.example"));
      assertThat(checks.verdict(server.address(), check))
          .matches("UP: L7OK: 101 in \\d+ ms, first check passed");
      Await.until("the end", OneCheck.PATIENCE, () -> server.open() == 0);
      assertThat(server.connection(1).received())
          .startsWith("GET /chat HTTP/1.1\r\nhost: a.example\r\n")
          .contains(
              "connection: Upgrade\r\n",
              "upgrade: websocket\r\n",
              "sec-websocket-version: 13\r\n",
              "Origin: https://a.example\r\n")
          .endsWith("\r\n\r\n\u0088\u0082\u0000\u0000\u0000\u0000\u0003\u00e8");
    }
  }

  @Test
  void each_check_has_a_key_of_its_own() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(upgrade(""))) {
      assertThat(checks.verdict(server.address(), HealthCheck.of(PROBE))).startsWith("UP");
      assertThat(checks.verdict(server.address(), HealthCheck.of(PROBE))).startsWith("UP");
      assertThat(server.connection(1).received())
          .isNotEqualTo(server.connection(2).received());
    }
  }

  @Test
  void the_key_is_answered_as_the_rfc_says() {
    assertThat(WebSocketProbe.accepted("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @Test
  void a_server_that_does_not_upgrade_is_told() throws Exception {
    assertThat(verdict(Scripts.answer(Scripts.ok("hello")), PROBE))
        .matches("DOWN: L7STS: 200 in \\d+ ms, expected 101, first check failed");
    assertThat(verdict(
            Scripts.answer("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"), PROBE))
        .startsWith("DOWN: L7STS: 426 in ");
    assertThat(verdict(Scripts.answer(SWITCHING + "Upgrade: h2c\r\n\r\n"), PROBE))
        .startsWith("DOWN: L7STS: 101, header Upgrade: 'h2c' in ");
    assertThat(verdict(
            Scripts.answer(SWITCHING + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: nonsense\r\n\r\n"),
            PROBE))
        .startsWith("DOWN: L7STS: 101, header Sec-WebSocket-Accept: 'nonsense' in ");
  }

  @Test
  void a_subprotocol_that_is_asked_for_must_be_chosen() throws Exception {
    WebSocketProbe chat = PROBE.subprotocol("v2.chat", "v1.chat");
    assertThat(verdict(upgrade("Sec-WebSocket-Protocol: v1.chat\r\n"), chat)).startsWith("UP");
    assertThat(verdict(upgrade("Sec-WebSocket-Protocol: v2.chat\r\n"), chat)).startsWith("UP");
    assertThat(verdict(upgrade("Sec-WebSocket-Protocol: v1xchat\r\n"), chat))
        .startsWith("DOWN: L7STS: 101, header Sec-WebSocket-Protocol: 'v1xchat' in ");
    assertThat(verdict(upgrade(""), PROBE.subprotocol("v1.chat")))
        .startsWith("DOWN: L7STS: 101, no header Sec-WebSocket-Protocol in ")
        .contains("expected header Sec-WebSocket-Protocol equal to 'v1.chat'");
    assertThat(verdict(upgrade("Sec-WebSocket-Protocol: v1.chat\r\n"), PROBE))
        .startsWith("DOWN: L7STS: 101, header Sec-WebSocket-Protocol: 'v1.chat' in ");
  }

  @Test
  void servers_in_bad_condition_are_told() throws Exception {
    assertThat(checks.verdictOn(
            client -> client.readAll(), HealthCheck.of(PROBE).timeout(ofMillis(300))))
        .startsWith("DOWN: L7TOUT: no answer in ");
    assertThat(verdict(
            client -> {
              client.readHead();
              client.write("HTTP/1.1 101 Swi");
            },
            PROBE))
        .startsWith("DOWN: L7RSP: closed without an answer in ");
    assertThat(verdict(client -> client.write("220 mail.example ESMTP\r\n"), PROBE))
        .startsWith("DOWN: L7RSP: not an HTTP response: ");
  }

  @Test
  void it_says_what_it_does() {
    assertThat(PROBE).hasToString("websocket /chat");
    assertThat(PROBE.host("a.example").subprotocol("a", "b"))
        .hasToString("websocket /chat, host a.example, subprotocol a or b")
        .isEqualTo(PROBE.subprotocol("a", "b").host("a.example"))
        .isNotEqualTo(PROBE);
    assertThatThrownBy(() -> {
          throw new AssertionError(PROBE.subprotocol("a b"));
        })
        .hasMessage("subprotocol: 'a b' (expected: a field name)");
  }
}
