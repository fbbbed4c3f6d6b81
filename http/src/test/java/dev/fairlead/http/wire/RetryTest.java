package dev.fairlead.http.wire;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Retries;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RetryTest {
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

  @Test
  void a_refused_server_costs_nothing_while_another_is_there() throws Exception {
    try (ScriptedServer refusing = ScriptedServer.refusing();
        ScriptedServer good = ScriptedServer.start(Scripts.answer(Scripts.ok("good")));
        Proxy proxy = Proxy.to(refusing, good);
        RawClient client = proxy.connect()) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.send(POST).response()).endsWith("good");
      }
      assertThat(proxy.ended(6)).extracting(ExchangeClosed::server).containsOnly("s2");
      // No pause of a second before the other server.
      assertThat(proxy.ended(6)).anyMatch(end -> end.timings().totalMillis() < 1000);
      // A turn that failed is a turn: the next request begins with the first server again.
      assertThat(proxy.ended(6)).allMatch(ExchangeClosed::redispatched);
      assertThat(proxy.server("s1", Counter.REDISPATCHES)).isEqualTo(6);
      assertThat(proxy.server("s1", Counter.CONNECT_ERRORS)).isEqualTo(6);
      assertThat(proxy.server("s1", Counter.RETRIES)).isZero();
    }
  }

  @Test
  void the_only_server_is_tried_again_after_a_pause_and_then_it_is_503() throws Exception {
    try (ScriptedServer refusing = ScriptedServer.refusing();
        Proxy proxy = Proxy.of(b -> b.connectTimeout(ofMillis(20)).retries(2), f -> f, refusing);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 ");
      ExchangeClosed end = proxy.first();
      assertThat(end.termination()).hasToString("SC");
      assertThat(end.retries()).isEqualTo(2);
      assertThat(end.redispatched()).isFalse();
      assertThat(end.timings().total()).isGreaterThan(ofMillis(40).toNanos());
      assertThat(proxy.server("s1", Counter.RETRIES)).isEqualTo(2);
      assertThat(proxy.server("s1", Counter.CONNECT_ERRORS)).isEqualTo(3);
      assertThat(proxy.frontend(Counter.CONNECT_ERRORS)).isEqualTo(1);
    }
  }

  @Test
  void a_get_without_an_answer_goes_to_another_server() throws Exception {
    try (ScriptedServer empty = ScriptedServer.start(c -> c.readRequest());
        ScriptedServer good = ScriptedServer.start(Scripts.answer(Scripts.ok("good")));
        Proxy proxy = Proxy.to(empty, good);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/1").response()).endsWith("good");
      assertThat(proxy.first().server()).isEqualTo("s2");
      assertThat(proxy.server("s1", Counter.REDISPATCHES)).isEqualTo(1);
      assertThat(proxy.server("s1", Counter.RESPONSE_ERRORS)).isEqualTo(1);
    }
  }

  @Test
  void a_reset_and_a_malformed_response_are_retried_too() throws Exception {
    try (ScriptedServer reset = ScriptedServer.start(Scripts.resetAfter(20));
        ScriptedServer junk = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("220 mail.example ESMTP\r\n");
          c.readAll();
        });
        ScriptedServer good = ScriptedServer.start(Scripts.answer(Scripts.ok("good")));
        Proxy proxy = Proxy.to(reset, junk, good);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/1").response()).endsWith("good");
      assertThat(proxy.first().retries()).isEqualTo(2);
    }
  }

  @Test
  void a_post_that_was_sent_is_not_sent_again() throws Exception {
    try (ScriptedServer empty = ScriptedServer.start(c -> c.readRequest());
        ScriptedServer good = ScriptedServer.start(Scripts.answer(Scripts.ok("good")));
        Proxy proxy = Proxy.to(empty, good);
        RawClient client = proxy.connect()) {
      assertThat(client.send(POST).response()).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.first().termination()).hasToString("SH");
      assertThat(good.connections()).isZero();
      assertThat(client.send(POST).response()).endsWith("good");
    }
  }

  @Test
  void a_body_is_sent_again_as_far_as_it_is_kept() throws Exception {
    Retries rule = Retries.defaults().idempotent("PUT").replay(10);
    try (ScriptedServer empty = ScriptedServer.start(c -> c.readRequest());
        ScriptedServer good = ScriptedServer.start(Scripts.answer(Scripts.ok("good")));
        Proxy proxy = Proxy.of(b -> b.retries(rule), f -> f, empty, good);
        RawClient client = proxy.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789");
      assertThat(client.response()).endsWith("good");
      assertThat(good.connection(1).received()).endsWith("0123456789");
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n0123456789x");
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
    }
  }

  @Test
  void a_reused_connection_that_closes_silently_costs_one_fresh_one() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write(Scripts.ok("fine"));
          c.readRequest();
        });
        Proxy proxy = Proxy.of(b -> b.retries(Retries.of(3).on()), f -> f, server);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/1").response()).endsWith("fine");
      assertThat(client.get("/2").response()).endsWith("fine");
      assertThat(server.connections()).isEqualTo(2);
      assertThat(proxy.server("s1", Counter.RETRIES)).isEqualTo(1);
      assertThat(proxy.server("s1", Counter.RESPONSE_ERRORS)).isZero();
    }
  }

  @Test
  void the_first_request_of_a_client_is_not_risked_on_a_reused_connection() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy proxy = Proxy.to(server)) {
      try (RawClient client = proxy.connect()) {
        client.get("/1").response();
        client.send(POST).response();
        assertThat(server.connections()).isEqualTo(1);
      }
      try (RawClient client = proxy.connect()) {
        client.send(POST).response();
        assertThat(server.connections()).isEqualTo(2);
      }
      try (RawClient client = proxy.connect()) {
        client.get("/").response();
        assertThat(server.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void a_status_is_retried_where_that_is_wanted_and_passed_on_at_last() throws Exception {
    Retries rule = Retries.of(1).on(Retries.On.STATUS_503);
    String busy = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";
    try (ScriptedServer first = ScriptedServer.start(Scripts.answer(busy));
        ScriptedServer second = ScriptedServer.start(Scripts.answer(busy));
        Proxy proxy = Proxy.of(b -> b.retries(rule), f -> f, first, second);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 Busy").endsWith("busy");
      assertThat(proxy.first().retries()).isEqualTo(1);
      assertThat(proxy.server("s1", Counter.HTTP_5XX)).isEqualTo(1);
      assertThat(proxy.server("s2", Counter.HTTP_5XX)).isEqualTo(1);
    }
  }

  @Test
  void a_silent_server_gives_504_and_its_connection_is_closed() throws Exception {
    try (ScriptedServer silent = ScriptedServer.start(c -> c.readAll());
        Proxy proxy = Proxy.of(b -> b.serverTimeout(ofMillis(100)), f -> f, silent);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 504 ");
      assertThat(proxy.first().termination()).hasToString("sH");
      Await.until(ofSeconds(10), () -> silent.open() == 0);
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 504 ");
    }
  }

  @Test
  void no_server_is_503_at_once() throws Exception {
    try (Proxy proxy = Proxy.to();
        RawClient client = proxy.connect()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 ").doesNotContain("close");
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 ");
      assertThat(proxy.ended(2)).allSatisfy(end -> assertThat(end.termination()).hasToString("SC"));
      assertThat(proxy.frontend(Counter.NO_SERVER)).isEqualTo(2);
    }
  }
}
