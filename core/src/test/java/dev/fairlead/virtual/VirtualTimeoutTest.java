package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long a relayed connection may rest. */
class VirtualTimeoutTest {
  private static final Duration NANO = Duration.ofNanos(1);
  private static final Duration SHORT = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofSeconds(60);

  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private VirtualClient connected(Duration client, Duration server) {
    VirtualOrigin s1 = proxy.origin("s1");
    Backend app =
        Backend.builder("app").server(s1.server()).serverTimeout(server).build();
    proxy.start(proxy.frontend(app).clientTimeout(client).build());
    return proxy.client();
  }

  private void assertEndsAfter(Duration time, VirtualClient client, String termination) {
    proxy.advance(time.minus(NANO));
    assertThat(client.isOpen()).isTrue();
    proxy.advance(NANO);
    assertThat(client.isOpen()).isFalse();
    assertThat(proxy.closed().termination()).hasToString(termination);
  }

  @Test
  void a_client_that_says_nothing_is_cut_off_after_its_time() {
    assertEndsAfter(SHORT, connected(SHORT, LONG), "cD");
  }

  @Test
  void a_server_that_says_nothing_is_cut_off_after_its_time() {
    assertEndsAfter(SHORT, connected(LONG, SHORT), "sD");
  }

  @Test
  void the_time_counts_from_the_last_byte_in_either_direction() {
    VirtualClient client = connected(SHORT, LONG);
    client.write("x");
    proxy.advance(SHORT.minus(NANO));
    client.write("y");
    assertThat(client.received()).isEqualTo("s1s1");
    assertEndsAfter(SHORT, client, "cD");
    assertThat(proxy.closed().bytesIn()).isEqualTo(2);
    assertThat(proxy.closed().bytesOut()).isEqualTo(4);
  }

  @Test
  void a_client_that_only_receives_lives() {
    VirtualOrigin s1 = proxy.origin("s1");
    Backend app = Backend.builder("app").server(s1.server()).serverTimeout(LONG).build();
    proxy.start(proxy.frontend(app).clientTimeout(SHORT).build());
    VirtualClient client = proxy.client();
    for (int i = 0; i < 10; i++) {
      proxy.advance(SHORT.minus(NANO));
      s1.say(".");
    }
    assertThat(client.received()).isEqualTo("..........");
    assertEndsAfter(SHORT, client, "cD");
  }

  @Test
  void a_server_that_only_receives_lives() {
    VirtualOrigin s1 = proxy.origin("s1").silent();
    Backend app =
        Backend.builder("app").server(s1.server()).serverTimeout(SHORT).build();
    proxy.start(proxy.frontend(app).clientTimeout(LONG).build());
    VirtualClient client = proxy.client();
    for (int i = 0; i < 10; i++) {
      proxy.advance(SHORT.minus(NANO));
      client.write(".");
    }
    assertThat(s1.received()).isEqualTo("..........");
    assertEndsAfter(SHORT, client, "sD");
  }

  @Test
  void a_tunnel_timeout_stands_for_both() {
    VirtualOrigin s1 = proxy.origin("s1");
    Backend app = Backend.builder("app")
        .server(s1.server())
        .serverTimeout(SHORT)
        .tunnelTimeout(LONG)
        .build();
    proxy.start(proxy.frontend(app).clientTimeout(SHORT).build());
    VirtualClient client = proxy.client();
    client.write("x");
    proxy.advance(LONG.minus(NANO));
    assertThat(client.isOpen()).isTrue();
    proxy.advance(NANO);
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void a_server_that_hangs_up_ends_the_session_regularly() {
    VirtualOrigin s1 = proxy.origin("s1");
    proxy.start(Backend.builder("app").server(s1.server()).build());
    VirtualClient client = proxy.client();
    s1.say("bye");
    s1.hangUp();
    assertThat(client.received()).isEqualTo("bye");
    assertThat(client.isOpen()).isFalse();
    assertThat(proxy.closed().termination()).hasToString("--");
  }

  @Test
  void early_bytes_beyond_what_is_kept_arrive_all_the_same() {
    VirtualOrigin s1 = proxy.origin("s1").silent();
    proxy.start(Backend.builder("app").server(s1.server().maxConnections(1)).build());
    VirtualClient holder = proxy.client();
    VirtualClient client = proxy.client();
    String part = "0123456789".repeat(1000);
    for (int i = 0; i < 5; i++) {
      client.write(part);
    }
    holder.close();
    client.write("end");
    assertThat(s1.received()).isEqualTo(part.repeat(5) + "end");
  }
}
