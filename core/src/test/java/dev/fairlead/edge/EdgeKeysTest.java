package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.FakePickContext;
import dev.fairlead.balance.HashKey;
import dev.fairlead.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hash keys from what the edge knows. */
class EdgeKeysTest {
  private static @Nullable String key(HashKey key, @Nullable Connection connection) {
    StringBuilder bytes = new StringBuilder();
    FakePickContext request = new FakePickContext(1);
    if (connection != null) {
      request.with(connection);
    }
    return key.write(request, b -> bytes.append((char) (b & 0xff))) ? bytes.toString() : null;
  }

  @Test
  void the_server_name_is_a_key() {
    assertThat(key(EdgeKeys.sni(), new FakeConnection().hello("a.test"))).isEqualTo("a.test");
    assertThat(key(EdgeKeys.sni(), new FakeConnection().hello(null))).isNull();
  }

  @Test
  void the_session_is_a_key_when_it_has_an_identifier() {
    FakeConnection secured = new FakeConnection().secured("TLSv1.2", (byte) 'i', (byte) 'd');
    assertThat(key(EdgeKeys.tlsSession(), secured)).isEqualTo("id");
    assertThat(key(EdgeKeys.tlsSession(), new FakeConnection().secured("TLSv1.3")))
        .isNull();
    assertThat(key(EdgeKeys.tlsSession(), new FakeConnection())).isNull();
  }

  @Test
  void an_rdp_cookie_is_a_key() {
    FakeConnection client =
        new FakeConnection().first(RdpRequestTest.request("Cookie: mstshash=Anna\r\n"));
    assertThat(key(EdgeKeys.rdpCookie("MSTSHASH"), client)).isEqualTo("Anna");
    assertThat(key(EdgeKeys.rdpCookie("msts"), client)).isNull();
    assertThat(key(EdgeKeys.rdpCookie("msts"), new FakeConnection())).isNull();
    assertThatIllegalArgumentException().isThrownBy(() -> EdgeKeys.rdpCookie("a b"));
  }

  @Test
  void a_request_without_a_connection_has_no_key() {
    assertThat(key(EdgeKeys.sni(), null)).isNull();
    assertThat(key(EdgeKeys.tlsSession(), null)).isNull();
    assertThat(key(EdgeKeys.rdpCookie("msts"), null)).isNull();
  }

  @Test
  void they_are_for_balancers() {
    Balancer balancer = Balancers.hash(EdgeKeys.rdpCookie("msts")).orElse(Balancers.first());
    assertThat(balancer.toString()).contains("rdpCookie(msts)");
    assertThat(EdgeKeys.sni()).hasToString("sni()");
    assertThat(EdgeKeys.tlsSession()).hasToString("tlsSession()");
  }
}
