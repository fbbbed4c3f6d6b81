package dev.fairlead.health;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import java.net.SocketAddress;
import java.time.Duration;

/** Asks one server at a time on real sockets, and sees to it that nothing is left open. */
final class Asker implements AutoCloseable {
  private static final Duration PATIENCE = ofSeconds(10);

  private final Loops loops = Loops.nio(1);

  /** What the probe finds, for example {@code L7OK: 200}, within ten seconds. */
  String ask(Script script, Probe probe) {
    return ask(script, probe, PATIENCE);
  }

  String ask(Script script, Probe probe, Duration timeout) {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      return ask(server, probe, timeout);
    }
  }

  /** The same, and what the server has received is there to be looked at. */
  String ask(ScriptedServer server, Probe probe, Duration timeout) {
    String verdict = ask(server.address(), probe, timeout);
    Await.until("all closed", PATIENCE, () -> server.open() == 0);
    return verdict;
  }

  String ask(SocketAddress address, Probe probe, Duration timeout) {
    FakeServer server = new FakeServer(loops.group().next(), address);
    HealthCheck check = HealthCheck.of(probe).every(Duration.ofHours(1)).timeout(timeout);
    AutoCloseable watch =
        server.loop().submit(() -> check.watch(server)).syncUninterruptibly().getNow();
    Await.until("a verdict", PATIENCE.plus(timeout), () -> !server.checked.isEmpty());
    server
        .loop()
        .submit(() -> {
          watch.close();
          return true;
        })
        .syncUninterruptibly();
    assertThat(server.bugs).isEmpty();
    assertThat(server.connections)
        .allMatch(connection -> !connection.isSuccess() || !connection.getNow().isOpen());
    return server.checked.get(0);
  }

  @Override
  public void close() {
    loops.close();
  }
}
