package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two letters at the end: who ended an exchange or a session, and at what stage. */
final class TerminationReferenceTest {
  private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";

  /** What a client does on its connection. */
  @FunctionalInterface
  private interface Act {
    void on(RawClient client, ScriptedServer origin) throws Exception;
  }

  private static AccessLine line(Proxy proxy, Plan.Mode mode, Script origin, Act act)
      throws Exception {
    try (ScriptedServer a = ScriptedServer.start(origin)) {
      Plan plan = Plan.of(mode, Member.of("a", a.port())).time(Time.SERVER, 600).retries(0);
      try (ProxyUnderTest running = proxy.start(plan.abortOnClose());
          RawClient client = RawClient.connect(running.port())) {
        act.on(client, a);
        return Waits.line(running);
      }
    }
  }

  private static AccessLine http(Proxy proxy, Script origin, Act act) throws Exception {
    return line(proxy, Mode.HTTP, origin, act);
  }

  private static void get(RawClient client, ScriptedServer origin) throws Exception {
    client.send(RawClient.head("GET", "/")).readHead();
  }

  @ParameterizedTest
  @EnumSource
  void a_complete_exchange_has_none(Proxy proxy) throws Exception {
    AccessLine line = http(proxy, Scripts.answer(Scripts.ok("a")), (client, origin) -> {
      client.send(RawClient.head("GET", "/")).response();
    });

    assertThat(line.termination()).isEqualTo("--");
    assertThat(line.status()).isEqualTo(200);
    assertThat(line.server()).isEqualTo("a");
    assertThat(line.queueMillis()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void a_malformed_answer_is_the_proxys_complaint(Proxy proxy) throws Exception {
    AccessLine line = http(
        proxy,
        client -> {
          client.readHead();
          client.write("HTTP/1.1 2x0 OK\r\n\r\n");
          client.readAll();
        },
        TerminationReferenceTest::get);

    assertThat(line.termination()).isEqualTo("PH");
    assertThat(line.status()).isEqualTo(502);
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_closes_in_the_body_is_named_with_data(Proxy proxy) throws Exception {
    AccessLine line = http(
        proxy,
        client -> {
          client.readHead();
          client.write(HALF);
        },
        TerminationReferenceTest::get);

    assertThat(line.termination()).isEqualTo("SD");
    assertThat(line.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_stalls_in_the_body_is_named_with_data(Proxy proxy) throws Exception {
    AccessLine line = http(
        proxy,
        client -> {
          client.readHead();
          client.write(HALF);
          client.hang();
        },
        TerminationReferenceTest::get);

    assertThat(line.termination()).isEqualTo("sD");
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_leaves_in_the_body_is_named_with_data(Proxy proxy) throws Exception {
    AccessLine line = http(
        proxy,
        client -> {
          client.readHead();
          client.write(HALF);
          client.readAll();
        },
        (client, origin) -> {
          get(client, origin);
          client.reset();
        });

    assertThat(line.termination()).isEqualTo("CD");
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_leaves_before_the_answer_is_named_with_headers(Proxy proxy) throws Exception {
    AccessLine line = http(proxy, client -> client.readAll(), (client, origin) -> {
      client.send(RawClient.head("GET", "/"));
      Await.until(Waits.PATIENCE, () -> origin.connection(1).received().contains("\r\n\r\n"));
      client.leave(); // HAProxy calls a reset CD even here
    });

    assertThat(line.termination()).isEqualTo("CH");
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_leaves_in_its_head_is_named_with_request(Proxy proxy) throws Exception {
    AccessLine line = http(proxy, Scripts.hang(), (client, origin) -> {
      client.send("GET / HTTP/1.1\r\nHost:");
      client.leave();
    });

    assertThat(line.termination()).isEqualTo("CR");
    assertThat(line.server()).isEqualTo("<NOSRV>");
  }

  @ParameterizedTest
  @EnumSource
  void a_malformed_request_is_refused_by_the_proxy(Proxy proxy) throws Exception {
    AccessLine line = http(proxy, Scripts.hang(), (client, origin) -> {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(400);
    });

    assertThat(line.termination()).isEqualTo("PR");
    assertThat(line.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void a_tcp_session_that_both_ended_has_none(Proxy proxy) throws Exception {
    AccessLine line = line(proxy, Mode.TCP, Scripts.echo(), (client, origin) -> {
      client.send("hello").closeOutput();
      assertThat(client.read(5)).isEqualTo("hello");
      assertThat(client.endsSilently()).isTrue();
    });

    assertThat(line.termination()).isEqualTo("--");
    assertThat(line.server()).isEqualTo("a");
  }

  @ParameterizedTest
  @EnumSource
  void a_tcp_client_that_resets_while_bytes_flow_is_named_with_data(Proxy proxy) throws Exception {
    AccessLine line = line(
        proxy,
        Mode.TCP,
        client -> {
          while (true) {
            client.drip("hello", 5, Duration.ofMillis(5));
          }
        },
        (client, origin) -> {
          assertThat(client.read(5)).isEqualTo("hello");
          client.reset();
        });

    assertThat(line.termination()).isEqualTo("CD");
  }

  @ParameterizedTest
  @EnumSource
  void a_tcp_server_that_resets_is_named_with_data(Proxy proxy) throws Exception {
    AccessLine line = line(
        proxy,
        Mode.TCP,
        client -> {
          client.write("hello");
          client.read(3);
          client.reset();
        },
        (client, origin) -> {
          assertThat(client.read(5)).isEqualTo("hello");
          client.send("abc");
          assertThat(client.endsSilently()).isTrue();
        });

    assertThat(line.termination()).isEqualTo("SD");
  }
}
