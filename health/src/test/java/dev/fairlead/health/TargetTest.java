package dev.fairlead.health;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Loops;
import dev.fairlead.testkit.ScriptedServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a probe of the user's gets in hand. */
class TargetTest {
  @Test
  void it_describes_the_server_as_the_check_sees_it() {
    AtomicReference<Target> seen = new AtomicReference<>();
    try (Loops loops = Loops.nio(1)) {
      FakeServer server = new FakeServer(
          loops.group().next(), InetSocketAddress.createUnresolved("db.example", 5432));
      watch(server, HealthCheck.of(remembering(seen)).port(5433).timeout(ofSeconds(3)));

      Target target = seen.get();
      assertThat(target.name()).isEqualTo("s1");
      assertThat(target.backend()).isEqualTo("app");
      assertThat(target.tags()).containsEntry("zone", "eu-1");
      assertThat(target.loop()).isSameAs(server.loop());
      assertThat(target.timeout()).isEqualTo(ofSeconds(3));
      assertThat(target.address())
          .isEqualTo(InetSocketAddress.createUnresolved("db.example", 5433));
    }
  }

  @Test
  void its_connections_are_made_from_any_thread_with_the_checks_options_and_closed_at_the_end()
      throws Exception {
    AtomicReference<Target> seen = new AtomicReference<>();
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    try (Loops loops = Loops.nio(1);
        ScriptedServer origin = ScriptedServer.start(client -> client.readAll())) {
      FakeServer server = new FakeServer(
          loops.group().next(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
      HealthCheck check = HealthCheck.of(target -> {
            seen.set(target);
            return verdict;
          })
          .port(origin.port())
          .timeout(ofSeconds(9));
      watch(server, check);

      Future<Channel> connection = seen.get().connect(new ChannelInboundHandlerAdapter());
      Channel channel = connection.get();
      assertThat(channel.isActive()).isTrue();
      assertThat(server.options).singleElement().satisfies(options -> {
        assertThat(options.port()).isEqualTo(origin.port());
        assertThat(options.timeout()).isBetween(ofSeconds(4), ofSeconds(9));
      });

      Future<Channel> refused =
          seen.get().connect(new ChannelInboundHandlerAdapter(), options -> options.port(-1));
      assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(refused.cause()).hasMessage("port: -1 (expected: 0..65535)");

      verdict.complete(Verdict.pass("fine"));
      channel.closeFuture().get(10, TimeUnit.SECONDS);
      Await.until(ofSeconds(5), () -> origin.open() == 0);

      Future<Channel> tooLate =
          seen.get().connect(new ChannelInboundHandlerAdapter()).await();
      assertThat(tooLate.cause()).hasMessage("the check has ended");
    }
  }

  private static Probe remembering(AtomicReference<Target> seen) {
    return target -> {
      seen.set(target);
      CompletionStage<Verdict> pass = CompletableFuture.completedFuture(Verdict.pass("fine"));
      return pass;
    };
  }

  private static void watch(FakeServer server, HealthCheck check) {
    AutoCloseable unused =
        server.loop().submit(() -> check.watch(server)).syncUninterruptibly().getNow();
  }
}
