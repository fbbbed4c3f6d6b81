package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One direction has ended, the other goes on, and stalls on the way: nothing may be cut off. */
final class HalfCloseReferenceTest {
  /** More than all buffers on the way hold. */
  private static final int MANY = 32 * 1024 * 1024;

  private static final byte[] PART = new byte[64 * 1024];

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void a_client_that_ended_its_direction_gets_all_of_a_large_answer(Proxy proxy, Mode mode)
      throws IOException {
    AtomicLong sent = new AtomicLong();
    try (ScriptedServer a = ScriptedServer.start(client -> answer(client, sent));
        ProxyUnderTest running = proxy.start(Plan.of(mode, Member.of("a", a.port())));
        RawClient client = RawClient.connect(running.port())) {
      client.send(RawClient.head("GET", "/"));
      client.closeOutput();
      awaitStall(sent);

      assertThat(client.response().body()).hasSize(MANY);
    }
  }

  private static void answer(ScriptedConnection client, AtomicLong sent) throws IOException {
    client.readHead();
    client.write("HTTP/1.1 200 OK\r\nContent-Length: " + MANY + "\r\n\r\n");
    for (int i = 0; i < MANY; i += PART.length) {
      client.write(PART);
      sent.addAndGet(PART.length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_ended_its_direction_gets_all_that_is_sent(Proxy proxy) throws Exception {
    AtomicLong received = new AtomicLong();
    try (ScriptedServer a = ScriptedServer.start(client -> {
          client.write("bye");
          client.closeOutput();
          client.pause(Duration.ofMillis(300));
          for (String some = client.readSome(); !some.isEmpty(); some = client.readSome()) {
            received.addAndGet(some.length());
          }
        });
        ProxyUnderTest running = proxy.start(Plan.tcp(Member.of("a", a.port())));
        RawClient client = RawClient.connect(running.port())) {
      assertThat(client.read(3)).isEqualTo("bye");
      String part = "x".repeat(PART.length);
      for (int i = 0; i < MANY; i += PART.length) {
        client.send(part);
      }
      client.closeOutput();

      Await.until(Waits.PATIENCE, () -> received.get() == MANY);
    }
  }

  /** Waits until the origin can send no more, since nobody reads. */
  private static void awaitStall(AtomicLong sent) {
    long[] before = {-1};
    Await.until("a stall", Waits.PATIENCE, () -> {
      boolean stalled = !Await.held(Duration.ofMillis(200), () -> sent.get() != before[0]);
      before[0] = sent.get();
      return stalled;
    });
  }
}
