package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.acceptance.RawClient.Response;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ending without harm: the whole proxy, or one server. */
final class DrainReferenceTest {

  @ParameterizedTest
  @EnumSource
  void a_proxy_that_stops_finishes_what_runs_and_refuses_what_is_new(Proxy proxy)
      throws IOException {
    List<RawClient> idle = new ArrayList<>();
    try (HeldOrigin a = HeldOrigin.start("a");
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", a.port())))) {
      a.release("/idle");
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        RawClient client = RawClient.connect(running.port());
        idle.add(client);
        assertThat(client.send(RawClient.head("GET", "/idle")).response().status())
            .isEqualTo(200);
      }
      try (RawClient client = RawClient.connect(running.port())) {
        client.send(RawClient.head("GET", "/0"));
        a.awaitArrivals(idle.size() + 1);

        running.stopGracefully();
        Await.until("refused", Waits.PATIENCE, () -> refuses(running.port()));
        for (RawClient other : idle) { // one on each event loop: now all of them know
          assertThat(other.endsSilently()).isTrue();
        }
        assertThat(running.stopped()).isFalse();
        a.releaseAll();

        finishes(client);
      }
      Await.until("stopped", Waits.PATIENCE, running::stopped);
    } finally {
      idle.forEach(RawClient::close);
    }
  }

  private static void finishes(RawClient client) throws IOException {
    Response response = client.response();
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("a");
    assertThat(response.field("Connection"))
        .hasValueSatisfying(value -> assertThat(value).isEqualToIgnoringCase("close"));
    assertThat(client.endsSilently()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void a_proxy_that_stops_lets_tcp_sessions_end_by_themselves(Proxy proxy) throws IOException {
    try (ScriptedServer a = ScriptedServer.start(Scripts.echo());
        ProxyUnderTest running = proxy.start(Plan.tcp(Member.of("a", a.port())));
        RawClient client = RawClient.connect(running.port())) {
      assertThat(client.send("hello").read(5)).isEqualTo("hello");

      running.stopGracefully();
      Await.until("refused", Waits.PATIENCE, () -> refuses(running.port()));
      assertThat(client.send("again").read(5)).isEqualTo("again");
      assertThat(running.stopped()).isFalse();
      client.leave();

      Await.until("stopped", Waits.PATIENCE, running::stopped);
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_idle_kept_connection_does_not_hold_up_the_stop(Proxy proxy) throws IOException {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", a.port())));
        RawClient client = RawClient.connect(running.port())) {
      assertThat(client.send(RawClient.head("GET", "/")).response().status()).isEqualTo(200);

      running.stopGracefully();

      assertThat(client.endsSilently()).isTrue();
      Await.until("stopped", Waits.PATIENCE, running::stopped);
    }
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void a_draining_server_finishes_what_it_has_and_gets_nothing_new(Proxy proxy, Mode mode)
      throws IOException {
    try (HeldOrigin a = HeldOrigin.start("a");
        ScriptedServer b = ScriptedServer.start(Scripts.answer(Scripts.ok("b")));
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", a.port()), Member.of("b", b.port())))) {
      running.drain("b");
      try (RawClient client = RawClient.connect(running.port())) {
        client.send(RawClient.head("GET", "/0"));
        a.awaitArrivals(1);

        running.ready("b");
        running.drain("a");
        for (int i = 0; i < 6; i++) {
          assertThat(RawClient.get(running.port(), "/").body()).isEqualTo("b");
        }
        a.releaseAll();
        assertThat(client.response().body()).isEqualTo("a");
      }
      running.ready("a");
      Await.until(
          "a again",
          Waits.PATIENCE,
          () -> RawClient.get(running.port(), "/").body().equals("a"));
    }
  }

  private static boolean refuses(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !probe.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
