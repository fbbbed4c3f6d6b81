package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts as hashes know them; the IPv6 forms are those of RFC 5952. */
class HostTextTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "::1, [::1]",
    "::, [::]",
    "1::, [1::]",
    "2001:0db8::0001, [2001:db8::1]",
    "2001:db8:0:0:0:0:2:1, [2001:db8::2:1]",
    "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]",
    "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]",
    "2001:0:0:1:0:0:0:1, [2001:0:0:1::1]",
    "2001:DB8:0:A:0:0:0:0, [2001:db8:0:a::]",
    "0:0:1:2:3:4:5:6, [::1:2:3:4:5:6]",
    "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]",
  })
  void an_address_is_written_in_its_shortest_form(String literal, String expected)
      throws UnknownHostException {
    InetAddress ip = InetAddress.getByAddress(InetAddress.getByName(literal).getAddress());
    assertThat(HostText.of(new InetSocketAddress(ip, 80))).isEqualTo(expected);
    assertThat(HostText.of(new InetSocketAddress(literal, 80))).isEqualTo(expected);
  }

  @Test
  void a_name_is_written_as_it_is_also_when_its_address_is_known() throws UnknownHostException {
    InetAddress known = InetAddress.getByAddress("app.example", new byte[16]);
    assertThat(HostText.of(new InetSocketAddress(known, 80))).isEqualTo("app.example");
    assertThat(HostText.of(InetSocketAddress.createUnresolved("App.example", 80)))
        .isEqualTo("App.example");
  }

  @Test
  void what_was_never_looked_up_has_its_brackets_once() {
    assertThat(HostText.of(InetSocketAddress.createUnresolved("::1", 80))).isEqualTo("[::1]");
    assertThat(HostText.of(InetSocketAddress.createUnresolved("[::1]", 80))).isEqualTo("[::1]");
  }
}
