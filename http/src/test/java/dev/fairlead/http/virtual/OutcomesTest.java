package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.spi.Watched;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strategies and monitors are told of an attempt that has ended: when, and whether it was answered. */
@Timeout(30)
final class OutcomesTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

  private final List<String> told = new ArrayList<>();
  private final VirtualProxy proxy = new VirtualProxy(
      VirtualNetwork.create(),
      b -> b.retries(0).serverTimeout(ofSeconds(20)).monitor("spy", this::spy),
      f -> f.clientTimeout(ofSeconds(99)));

  private AutoCloseable spy(Watched watched) {
    return watched.onOutcome(o -> told.add("%s %s %s"
        .formatted(
            o.kind(),
            o.answered() ? "answered" : "unanswered",
            Duration.ofNanos(o.nanoTime()).toSeconds())));
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  /** A request that the one server has got, after so many seconds. */
  private Peer asked(int seconds) {
    Peer client = proxy.connect();
    proxy.advance(ofSeconds(seconds));
    proxy.send(client, GET);
    return client;
  }

  private Peer server() {
    return proxy.servers().get(0);
  }

  @Test
  void a_response_ends_with_its_last_byte() {
    asked(3);
    proxy.send(server(), HEAD);
    proxy.advance(ofSeconds(2));
    proxy.send(server(), "ok");
    assertThat(told).containsExactly("COMPLETED answered 5");
  }

  @Test
  void a_server_that_leaves_before_the_head_has_not_answered() {
    asked(3);
    proxy.advance(ofSeconds(1));
    proxy.close(server());
    assertThat(told).containsExactly("EMPTY unanswered 4");
  }

  @Test
  void a_server_that_leaves_in_the_midst_of_its_head_has_not_answered() {
    asked(3);
    proxy.send(server(), "HTTP/1.1 200");
    proxy.close(server());
    assertThat(told).containsExactly("RESET unanswered 3");
  }

  @Test
  void a_server_that_leaves_after_the_head_has_answered() {
    asked(3);
    proxy.send(server(), HEAD);
    proxy.close(server());
    assertThat(told).containsExactly("RESET answered 3");
  }

  @Test
  void a_server_that_is_silent_has_not_answered_when_its_time_is_over() {
    asked(3);
    proxy.advance(ofSeconds(20));
    assertThat(told).containsExactly("TIMEOUT unanswered 23");
  }

  @Test
  void a_client_that_leaves_ends_it_too() {
    Peer client = asked(3);
    proxy.advance(ofSeconds(1));
    proxy.close(client);
    assertThat(told).containsExactly("CLIENT_ABORT unanswered 4");
  }
}
