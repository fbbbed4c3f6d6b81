package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;

/** Checks a server on a real socket once, and sees to it that nothing of the check is left. */
final class OneCheck implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Loops loops = Loops.nio(1);

  EventLoop loop() {
    return loops.group().next();
  }

  /** What is said first of a server with a script, without its time. */
  String verdictOn(Script script, HealthCheck check) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      String verdict = verdict(server.address(), check);
      Await.until("all closed", PATIENCE, () -> server.open() == 0);
      return verdict;
    }
  }

  String verdict(SocketAddress address, HealthCheck check) throws Exception {
    return verdict(new FakeServer(loop(), address), check);
  }

  String verdict(FakeServer server, HealthCheck check) throws Exception {
    AutoCloseable watch = watch(server, check);
    Await.until("a verdict", PATIENCE, () -> !server.said.isEmpty());
    close(server.loop(), watch);
    assertThat(server.bugs).isEmpty();
    assertThat(server.connections)
        .allMatch(connection -> !connection.isSuccess() || !connection.getNow().isOpen());
    return server.said.get(0).replaceFirst("\\d+ ms ", "");
  }

  static AutoCloseable watch(FakeServer server, HealthCheck check) throws Exception {
    return server.loop().submit(() -> check.watch(server)).get();
  }

  static void close(EventLoop loop, AutoCloseable watch) throws Exception {
    loop.submit(() -> {
          watch.close();
          return true;
        })
        .get();
  }

  @Override
  public void close() {
    loops.close();
  }
}
