package dev.fairlead.health;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;

/** Puts a probe's question to a server on a real socket, once, and sees that nothing is left of it. */
final class Interview implements AutoCloseable {
  private static final Duration PATIENCE = ofSeconds(10);

  private final Loops loops = Loops.nio(1);

  /** What is said of a server that plays this script, as {@code L7OK: +PONG}, without the duration. */
  String with(Script script, Probe probe) throws Exception {
    return with(script, HealthCheck.of(probe).every(ofSeconds(5)));
  }

  String with(Script script, HealthCheck check) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      String verdict = at(server.address(), check);
      Await.until("all closed", PATIENCE, () -> server.open() == 0);
      return verdict;
    }
  }

  String at(SocketAddress address, HealthCheck check) throws Exception {
    FakeServer server = new FakeServer(loop(), address);
    AutoCloseable watch = server.loop().submit(() -> check.watch(server)).get();
    Await.until("a verdict", PATIENCE, () -> !server.said.isEmpty());
    server
        .loop()
        .submit(() -> {
          watch.close();
          return true;
        })
        .get();
    assertThat(server.bugs).isEmpty();
    assertThat(server.connections)
        .allMatch(connection -> !connection.isSuccess() || !connection.getNow().isOpen());
    assertThat(server.said).singleElement().asString().doesNotMatch(".*\\p{Cc}.*");
    return server.checked.get(0);
  }

  EventLoop loop() {
    return loops.group().next();
  }

  @Override
  public void close() {
    loops.close();
  }
}
