package dev.fairlead.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.1.2.128/25, 10.1.2.129, true",
    "10.1.2.128/25, 10.1.2.127, false",
    "0.0.0.0/0, 1.2.3.4, true",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::1, ::1, true"
  })
  void a_network_contains_its_addresses(String network, String address, boolean inside)
      throws UnknownHostException {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    assertThat(Objects.requireNonNull(Network.parse(network))
            .contains(InetAddress.getByAddress(bytes)))
        .isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0/8/8", "1.2.3.4/-1"})
  void what_is_no_network_is_refused(String text) {
    assertThat(Network.parse(text)).isNull();
  }
}
