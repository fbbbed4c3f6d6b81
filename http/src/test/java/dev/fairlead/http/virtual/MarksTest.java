package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Finding;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exchanges whose server goes down, or whose backup is relieved, where they are not to outlive that. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
class MarksTest {
  private static final String REQUEST = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

  private final Map<String, Watched> watched = new HashMap<>();
  private final HealthMonitor checks = server -> {
    watched.put(server.name(), server);
    return () -> {};
  };

  /** The origin s1 is a backup, too, when the other server there is up. */
  private final VirtualProxy proxy = new VirtualProxy(
      VirtualNetwork.create(),
      b -> b.server(Server.of("s2", new LocalAddress("app")))
          .eachServer(s -> s.name().equals("s1")
              ? s.closeSessionsWhenDown().asBackup()
              : s.closeBackupSessionsWhenUp())
          .healthCheck(checks),
      f -> f);

  @AfterEach
  void close() {
    proxy.close();
  }

  private void report(String server, Finding finding) {
    Objects.requireNonNull(watched.get(server), server).report(finding);
    proxy.advance(Duration.ofMillis(1));
  }

  private Peer asked() {
    report("s2", Finding.down("x"));
    Peer client = proxy.connect();
    proxy.send(client, REQUEST);
    return client;
  }

  private void answerBegins() {
    proxy.send(proxy.servers().get(0), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  }

  @Test
  void a_request_without_an_answer_gets_502_when_its_server_goes_down() {
    Peer client = asked();
    report("s1", Finding.down("x"));
    assertThat(proxy.end()).isEqualTo("502 DH");
    assertThat(client.received()).startsWith("HTTP/1.1 502 ");
    assertThat(proxy.servers()).noneMatch(Peer::open);
  }

  @Test
  void an_answer_under_way_is_cut_when_its_server_goes_down() {
    Peer client = asked();
    answerBegins();
    report("s1", Finding.down("x"));
    assertThat(proxy.end()).isEqualTo("200 DD");
    assertThat(client.open()).isFalse();
  }

  @Test
  void a_request_without_an_answer_gets_502_when_its_backup_is_relieved() {
    Peer client = asked();
    report("s2", Finding.up("ok"));
    assertThat(proxy.end()).isEqualTo("502 UH");
    assertThat(client.open()).isTrue();
  }

  @Test
  void an_answer_under_way_is_cut_when_its_backup_is_relieved() {
    Peer client = asked();
    answerBegins();
    report("s2", Finding.up("ok"));
    assertThat(proxy.end()).isEqualTo("200 UD");
    assertThat(client.open()).isFalse();
  }
}
