package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.health.AgentCheck;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The same agent says the same to HAProxy and to Fairlead: both make the same of it. */
final class AgentReferenceTest {
  private static final Duration EVERY = Duration.ofMillis(50);
  private static final int WEIGHT = 100;
  private static final int LIMIT = 50;

  /** What the agent says, in this order. {@code ORIGIN DOWN} is what happens, not what it says. */
  private static final List<String> TRANSCRIPT = List.of(
      "ready up 100%\n",
      "50%\n",
      "0%\n",
      "150%\n",
      "1000%\n",
      "75% trailing\r\n",
      "drain\n",
      "up\n",
      "ready\n",
      "maint\n",
      "down\n",
      "ready\n",
      "up\n",
      "down #disk full\n",
      "25%\n",
      "drain\n",
      "up\n",
      "ready\n",
      "fail # tests, ready up 1%\n",
      "ready maint 10%\n",
      "Up,ReAdY\t100%\n",
      "stopped\n",
      "",
      "up",
      "# up\n",
      "\n",
      "\u0000\u0001\n",
      "up\rdown\n",
      "maxconn:7\n",
      "maxconn:x -5% %\n",
      "down up\n",
      "up down\n",
      "up\n",
      "drain maint ready 3%,99% maxconn:20 maxconn:30\n",
      "50%x\n",
      "100%\n",
      "ORIGIN DOWN",
      "up\n",
      "ready up 60%\n",
      "down\n");

  /** A server as operators see it. */
  private record Seen(String state, int weight, int limit) {}

  private interface Judge extends AutoCloseable {
    Seen sees();

    @Override
    void close();
  }

  /** One agent, and the origin beside it. */
  private static final class Agent implements AutoCloseable {
    private final ScriptedServer agent = ScriptedServer.start(this::say);
    private final ScriptedServer origin = ScriptedServer.start(Scripts.closeAtOnce());
    private String line = TRANSCRIPT.get(0);
    private int said;

    private void say(ScriptedConnection client) throws IOException {
      client.readUntil("hello\n");
      client.write(next());
    }

    private synchronized String next() {
      said++;
      return line;
    }

    synchronized void begin(String other) {
      line = other;
      said = 0;
    }

    private synchronized int said() {
      return said;
    }

    /** A server is never asked twice at once: who asks again has understood the answer before. */
    void heard() {
      Await.until("heard: " + line, Waits.PATIENCE, () -> said() >= 3);
    }

    @Override
    public void close() {
      agent.close();
      origin.close();
    }
  }

  @Test
  void what_an_agent_says_comes_to_the_same() {
    List<String> theirs = new ArrayList<>();
    List<String> ours = new ArrayList<>();
    try (Agent agent = new Agent();
        Judge haproxy = haproxy(agent)) {
      play(agent, haproxy, theirs);
    }
    try (Agent agent = new Agent();
        Judge fairlead = fairlead(agent)) {
      play(agent, fairlead, ours);
    }
    assertThat(ours).hasSameSizeAs(TRANSCRIPT).containsExactlyElementsOf(theirs);
    assertThat(theirs).anyMatch(line -> line.endsWith("MAINT, weight 75, limit 50"));
  }

  private static void play(Agent agent, Judge judge, List<String> seen) {
    for (String line : TRANSCRIPT) {
      if (line.equals("ORIGIN DOWN")) {
        agent.origin.refuse();
        Await.until("down", Waits.PATIENCE, () -> judge.sees().state().equals("DOWN"));
      } else {
        agent.begin(line);
        agent.heard();
      }
      Seen after = judge.sees();
      seen.add("%s: %s, weight %d, limit %d"
          .formatted(line.strip(), after.state(), after.weight(), after.limit()));
    }
  }

  // ---- fairlead

  private static Judge fairlead(Agent agent) {
    Backend backend = Backend.builder("app")
        .server(
            Server.of("a", "127.0.0.1", agent.origin.port()).weight(WEIGHT).maxConnections(LIMIT))
        .healthCheck(HealthCheck.tcp().every(EVERY).rise(1).fall(1))
        .monitor(
            "agent",
            AgentCheck.port(agent.agent.port())
                .every(EVERY)
                .timeout(Waits.PATIENCE)
                .send("hello\n"))
        .build();
    LoadBalancer lb = LoadBalancer.builder()
        .frontend(TcpFrontend.builder("in")
            .bind("127.0.0.1", 0)
            .defaultBackend(backend)
            .build())
        .start();
    return new Judge() {
      @Override
      public Seen sees() {
        ServerStatus server =
            Objects.requireNonNull(lb.backend("app").server("a").status());
        return new Seen(state(server), server.effectiveWeight(), server.limit());
      }

      @Override
      public void close() {
        lb.close();
      }
    };
  }

  private static String state(ServerStatus server) {
    List<Admin> wishes = server.findings().values().stream()
        .map(Finding::admin)
        .filter(Objects::nonNull)
        .toList();
    return state(
        wishes.contains(Admin.MAINTENANCE),
        server.health() == Health.DOWN,
        wishes.contains(Admin.DRAIN));
  }

  private static String state(boolean maintenance, boolean down, boolean drain) {
    if (maintenance) {
      return "MAINT";
    }
    return down ? "DOWN" : drain ? "DRAIN" : "UP";
  }

  // ---- haproxy

  private static Judge haproxy(Agent agent) {
    int admin = Ports.free();
    RealServer process = RealServer.haproxy(admin, """
        global
          stats socket ipv4@127.0.0.1:%d level admin
        defaults
          mode tcp
          timeout connect 5s
          timeout client 5s
          timeout server 5s
          timeout check 5s
        backend app
          balance roundrobin
          server a 127.0.0.1:%d weight %d maxconn %d check inter 50ms rise 1 fall 1 agent-check \
        agent-port %d agent-inter %dms agent-send "hello\\n"
        """.formatted(
            admin, agent.origin.port(), WEIGHT, LIMIT, agent.agent.port(), EVERY.toMillis()));
    return new Judge() {
      @Override
      public Seen sees() {
        String[] state = row(ask(admin, "show servers state app"), "a ", " ");
        String[] stat = row(ask(admin, "show stat"), "app,a,", ",");
        int wishes = Integer.parseInt(state[6]);
        return new Seen(
            state((wishes & 1) != 0, state[5].equals("0"), (wishes & 8) != 0),
            Integer.parseInt(state[7]),
            stat[6].isEmpty() ? 0 : Integer.parseInt(stat[6]));
      }

      @Override
      public void close() {
        process.close();
      }
    };
  }

  private static String[] row(String table, String mark, String separator) {
    return table
        .lines()
        .filter(line -> !line.startsWith("#") && line.contains(mark))
        .findFirst()
        .orElseThrow(() -> new AssertionError(table))
        .split(separator, -1);
  }

  private static String ask(int admin, String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin)) {
      socket.getOutputStream().write((command + "\n").getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(command, e);
    }
  }
}
