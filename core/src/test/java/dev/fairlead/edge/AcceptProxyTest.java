package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.local.LocalAddress;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** From whom a PROXY header is expected. */
class AcceptProxyTest {
  private static final SocketAddress INSIDE = new InetSocketAddress("10.1.2.3", 5);
  private static final SocketAddress OUTSIDE = new InetSocketAddress("192.0.2.1", 5);
  private static final SocketAddress UNIX = new DomainSocketAddress("/run/a");

  @Test
  void required_is_from_everybody() {
    AcceptProxy accept = AcceptProxy.required();
    assertThat(accept.expectedFrom(INSIDE)).isTrue();
    assertThat(accept.expectedFrom(OUTSIDE)).isTrue();
    assertThat(accept.expectedFrom(UNIX)).isTrue();
  }

  @Test
  void from_networks_is_from_no_others() {
    AcceptProxy accept = AcceptProxy.from("10.0.0.0/8", "2001:db8::/32");
    assertThat(accept.expectedFrom(INSIDE)).isTrue();
    assertThat(accept.expectedFrom(new InetSocketAddress("2001:db8::1", 5))).isTrue();
    assertThat(accept.expectedFrom(OUTSIDE)).isFalse();
    assertThat(accept.expectedFrom(new InetSocketAddress("2001:db9::1", 5))).isFalse();
    assertThat(accept.expectedFrom(UNIX)).isFalse();
    assertThat(accept.expectedFrom(new LocalAddress("a"))).isFalse();
  }

  @Test
  void a_header_has_5_seconds_unless_told_otherwise() {
    AcceptProxy accept = AcceptProxy.from("10.0.0.0/8");
    assertThat(accept.timeout()).isEqualTo(Duration.ofSeconds(5));
    AcceptProxy changed = accept.timeout(Duration.ofSeconds(30));
    assertThat(changed.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(changed.networks()).isEqualTo(accept.networks());
    assertThat(accept.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(AcceptProxy.required().timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void nonsense_is_refused() {
    assertThatThrownBy(AcceptProxy::from).hasMessage("networks: none (expected: at least one)");
    assertThatThrownBy(() -> AcceptProxy.from("10.0.0.0/33"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AcceptProxy.required().timeout(Duration.ZERO))
        .hasMessageStartingWith("timeout: PT0S");
  }
}
