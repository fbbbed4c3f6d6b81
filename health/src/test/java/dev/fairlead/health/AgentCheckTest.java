package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.SilentPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent on a real socket, and what becomes of its words. */
class AgentCheckTest {
  private static final Duration PATIENCE = ofSeconds(10);
  private static final InetSocketAddress NOBODY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private static Loops loops;

  @BeforeAll
  static void start() {
    loops = Loops.nio(1);
  }

  @AfterAll
  static void stop() {
    loops.close();
  }

  @Test
  void its_words_become_findings_and_stay_until_it_takes_them_back() throws Exception {
    FakeServer server = watchedBy(saying(
        "up 75%\n",
        "drain maxconn:9\r\n", "\n", "nonsense\n", "down #disk\n", "up\n", "ready 100%\n"));
    assertThat(server.findings)
        .containsExactly(
            new Finding(Health.UP, null, 0.75, null, "agent: up, 75%"),
            new Finding(Health.UP, Admin.DRAIN, 0.75, 9, "agent: up, drain, 75%, maxconn 9"),
            new Finding(
                Health.DOWN, Admin.DRAIN, 0.75, 9, "agent: down (disk), drain, 75%, maxconn 9"),
            new Finding(Health.UP, Admin.DRAIN, 0.75, 9, "agent: up, drain, 75%, maxconn 9"),
            new Finding(Health.UP, Admin.READY, 1.0, 9, "agent: up, ready, 100%, maxconn 9"));
    assertThat(server.checked)
        .startsWith(
            "L7OK: up 75%",
            "L7OK: drain maxconn:9", "L7OK: ", "L7OK: nonsense", "L7STS: down #disk");
    assertThat(server.warnings)
        .containsExactly("the agent says what is not understood: \"nonsense\"");
  }

  @Test
  void one_that_cannot_be_understood_changes_nothing() throws Exception {
    FakeServer server =
        watchedBy(saying("down\n", "up", "", "\u0000\u00ff garbage", "up ".repeat(9_000)));
    assertThat(server.findings).containsExactly(Finding.down("agent: down"));
    assertThat(server.checked)
        .startsWith(
            "L7STS: down",
            "L7RSP: closed, no line from the agent, got \"up\"",
            "L7RSP: closed, no line from the agent",
            "L7RSP: closed, no line from the agent, got \"?ÿ garbage\"")
        .element(4)
        .asString()
        .startsWith("L7RSP: more than 16384 bytes, no line from the agent, got \"up up ");
  }

  @Test
  void one_that_cannot_be_reached_or_hangs_changes_nothing() throws Exception {
    try (ScriptedServer refusing = ScriptedServer.refusing();
        ScriptedServer hanging = ScriptedServer.start(client -> client.readAll());
        SilentPort silent = SilentPort.open()) {
      assertThat(firstOf(AgentCheck.port(refusing.port()))).startsWith("L4CON: ");
      assertThat(firstOf(AgentCheck.port(hanging.port()).timeout(ofMillis(100))))
          .isEqualTo("L7TOUT: no line from the agent");
      assertThat(firstOf(AgentCheck.address(silent.address()).timeout(ofMillis(100))))
          .isEqualTo("L4TOUT: no connection");
    }
  }

  @Test
  void the_question_is_sent_with_the_names_in_it() throws Exception {
    try (ScriptedServer agent = ScriptedServer.start(client -> {
      client.readUntil("\n");
      client.write("up\n");
    })) {
      FakeServer server = new FakeServer(loops.group().next(), NOBODY);
      AgentCheck check = AgentCheck.address(agent.address()).send("state {backend}/{server}?\n");
      AutoCloseable watch = watch(server, check);
      Await.until("heard", PATIENCE, () -> !server.said.isEmpty());
      close(server, watch);
      assertThat(agent.connection(1).received()).isEqualTo("state app/s1?\n");
    }
  }

  @Test
  void it_is_asked_on_its_rhythm_and_never_after_the_watch() throws Exception {
    try (ScriptedServer agent = ScriptedServer.start(saying("up\n"))) {
      FakeServer server = new FakeServer(loops.group().next(), NOBODY);
      AutoCloseable watch = watch(server, asked(agent, 10));
      Await.until("asked often", PATIENCE, () -> agent.connections() >= 5);
      close(server, watch);
      Await.until("all closed", PATIENCE, () -> agent.open() == 0);
      int asked = agent.connections();
      assertThat(Await.held(ofMillis(100), () -> agent.connections() > asked)).isFalse();
      assertThat(server.findings).hasSize(1);
      assertThat(server.connections).allMatch(c -> !c.isSuccess() || !c.getNow().isOpen());
    }
  }

  @Test
  void what_it_had_said_before_a_restart_still_holds() throws Exception {
    try (ScriptedServer agent = ScriptedServer.start(saying("50%\n"))) {
      FakeServer server = new FakeServer(loops.group().next(), NOBODY);
      server.restored = Finding.drain("agent: drain");
      AutoCloseable watch = watch(server, AgentCheck.port(agent.port()));
      Await.until("heard", PATIENCE, () -> !server.said.isEmpty());
      close(server, watch);
      assertThat(server.findings)
          .containsExactly(new Finding(null, Admin.DRAIN, 0.5, null, "agent: drain, 50%"));
    }
  }

  @Test
  void it_is_a_value() {
    AgentCheck check =
        AgentCheck.port(9707).every(ofSeconds(1)).timeout(ofMillis(300)).jitter(5);
    assertThat(check)
        .hasToString("agent, at port 9707, every 1 s, timeout 300 ms")
        .isEqualTo(AgentCheck.port(9707).jitter(5).timeout(ofMillis(300)).every(ofSeconds(1)))
        .isNotEqualTo(check.send("x"));
    assertThatThrownBy(() -> AgentCheck.port(0)).hasMessage("port: 0 (expected: 1..65535)");
    assertThatThrownBy(() -> AgentCheck.port(1).send(""))
        .hasMessage("send: empty (expected: at least one character)");
  }

  private static Script saying(String... lines) {
    return client -> client.write(lines[Math.min(client.number(), lines.length) - 1]);
  }

  /** Often, but never cut short by a busy machine. */
  private static AgentCheck asked(ScriptedServer agent, int everyMillis) {
    return AgentCheck.port(agent.port()).every(ofMillis(everyMillis)).timeout(PATIENCE);
  }

  /** A server whose agent has said everything. */
  private static FakeServer watchedBy(Script script) throws Exception {
    try (ScriptedServer agent = ScriptedServer.start(script)) {
      FakeServer server = new FakeServer(loops.group().next(), NOBODY);
      AutoCloseable watch = watch(server, asked(agent, 20));
      Await.until("everything heard", PATIENCE, () -> server.checked.size() >= 7);
      close(server, watch);
      return server;
    }
  }

  private static String firstOf(AgentCheck check) throws Exception {
    FakeServer server = new FakeServer(loops.group().next(), NOBODY);
    AutoCloseable watch = watch(server, check);
    Await.until("asked", PATIENCE, () -> !server.checked.isEmpty());
    close(server, watch);
    assertThat(server.findings).isEmpty();
    assertThat(server.connections).allMatch(c -> !c.isSuccess() || !c.getNow().isOpen());
    return server.checked.get(0);
  }

  private static AutoCloseable watch(FakeServer server, AgentCheck check) throws Exception {
    return server.loop().submit(() -> check.watch(server)).get();
  }

  private static void close(FakeServer server, AutoCloseable watch) throws Exception {
    server
        .loop()
        .submit(() -> {
          watch.close();
          return true;
        })
        .get();
  }
}
