package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.Allocations;
import dev.fairlead.testkit.Await;
import io.netty.channel.local.LocalAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a set of networks contains, and how it is written. */
class NetworksTest {
  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
    "10.1.2.3/8, 10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
    "192.0.2.7, 192.0.2.7, 192.0.2.7, 192.0.2.6, 192.0.2.8",
    "128.0.0.0/1, 128.0.0.0, 255.255.255.255, 127.255.255.255, 0.0.0.0",
    "0.0.0.0/1, 0.0.0.0, 127.255.255.255, 128.0.0.0, 255.255.255.255",
    "255.255.255.255, 255.255.255.255, 255.255.255.255, 255.255.255.254, 0.0.0.0",
    "2001:db8::/32, 2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db7:ffff::, 2001:db9::",
    "2001:db8:0:0:8000::/65, 2001:db8::8000:0:0:0, 2001:db8::ffff:ffff:ffff:ffff,"
        + " 2001:db8::7fff:ffff:ffff:ffff, 2001:db8:0:1::",
    "8000::/1, 8000::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 7fff::, ::",
    "fe80::1, fe80::1, fe80::1, fe80::, fe80::2",
    "::1, ::1, ::1, ::, ffff::",
    "ffff::/16, ffff::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fffe::, ::",
  })
  void a_network_reaches_from_its_first_address_to_its_last(
      String network, String first, String last, String before, String behind) throws Exception {
    Networks networks = Networks.of(network);
    assertThat(networks.contains(address(first))).isTrue();
    assertThat(networks.contains(address(last))).isTrue();
    assertThat(networks.contains(address(before))).isFalse();
    assertThat(networks.contains(address(behind))).isFalse();
  }

  @Test
  void nothing_is_in_no_networks() throws Exception {
    assertThat(Networks.of().contains(address("10.0.0.1"))).isFalse();
    assertThat(Networks.of().contains(address("::1"))).isFalse();
    assertThat(Networks.of()).hasToString("[]");
  }

  @Test
  void an_ipv4_address_mapped_into_ipv6_is_that_address() throws Exception {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a010203");
    InetAddress kept = Inet6Address.getByAddress(null, mapped, -1);
    assertThat(kept).isInstanceOf(Inet6Address.class);
    for (String same : List.of("10.0.0.0/8", "::ffff:10.0.0.0/104", "::ffff:a00:0/104")) {
      assertThat(Networks.of(same).contains(kept)).as(same).isTrue();
      assertThat(Networks.of(same).contains(mapped)).as(same).isTrue();
      assertThat(Networks.of(same).contains(address("10.9.9.9"))).as(same).isTrue();
      assertThat(Networks.of(same)).isEqualTo(Networks.of("10.0.0.0/8"));
    }
    assertThat(Networks.of("::ffff:0:0/96")).isEqualTo(Networks.of("0.0.0.0/0"));
  }

  @Test
  void an_ipv6_network_around_the_mapped_addresses_contains_ipv4() throws Exception {
    for (String around : List.of("::/0", "::/80", "::ffff:0:0/95", "::ffff:0:0/96")) {
      assertThat(Networks.of(around).contains(address("0.0.0.0"))).as(around).isTrue();
      assertThat(Networks.of(around).contains(address("192.0.2.1"))).as(around).isTrue();
      assertThat(Networks.of(around).contains(address("255.255.255.255")))
          .as(around)
          .isTrue();
    }
    for (String beside : List.of("::/96", "::fffe:0:0/96", "::1:0:0:0/80", "8000::/1")) {
      assertThat(Networks.of(beside).contains(address("0.0.0.0"))).as(beside).isFalse();
      assertThat(Networks.of(beside).contains(address("255.255.255.255")))
          .as(beside)
          .isFalse();
    }
    assertThat(Networks.of("0.0.0.0/0").contains(address("::1"))).isFalse();
    assertThat(Networks.of("0.0.0.0/0").contains(address("::1:0:0:0"))).isFalse();
    assertThat(Networks.of("0.0.0.0/0").contains(address("::fffe:ffff:ffff"))).isFalse();
    assertThat(Networks.of("::fffe:0:0/96", "0.0.0.0/0")).isEqualTo(Networks.of("::fffe:0:0/95"));
    assertThat(Networks.of("::/0", "192.0.2.1")).isEqualTo(Networks.of("::/0"));
  }

  @Test
  void the_port_and_the_zone_do_not_count() throws Exception {
    Networks networks = Networks.of("192.0.2.0/24", "fe80::/10");
    assertThat(networks.contains(new InetSocketAddress("192.0.2.1", 0))).isTrue();
    assertThat(networks.contains(new InetSocketAddress("192.0.2.1", 65535))).isTrue();
    byte[] bytes = address("fe80::1").getAddress();
    assertThat(networks.contains(Inet6Address.getByAddress(null, bytes, 7))).isTrue();
  }

  @Test
  void what_has_no_ip_address_is_in_no_network() {
    Networks all = Networks.of("0.0.0.0/0", "::/0");
    assertThat(all.contains(new LocalAddress("here"))).isFalse();
    assertThat(all.contains(InetSocketAddress.createUnresolved("192.0.2.1", 80)))
        .isFalse();
    assertThat(all.contains((InetSocketAddress) null)).isFalse();
  }

  @Test
  void bytes_are_four_or_sixteen() {
    assertThat(Networks.of("1.2.3.4").contains(new byte[] {1, 2, 3, 4})).isTrue();
    assertThatThrownBy(() -> Networks.of("1.2.3.4").contains(new byte[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("address: 5 bytes (expected: 4 or 16)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/08",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "10.0.0.01",
        "10.0.0.",
        ".10.0.0",
        "10..0.0",
        "0x0a.0.0.1",
        " 10.0.0.1",
        "10.0.0.1 ",
        "\u0661.0.0.1",
        "localhost",
        "example.org/24",
        "::/129",
        ":",
        ":::",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4:5:6:7::8:",
        "::12345",
        "::g",
        "::1%lo",
        "[::1]",
        "::1.2.3",
        "::1.2.3.4.5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "\uff11::",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8"
      })
  void what_is_no_network_is_refused_by_its_name(String text) {
    assertThatThrownBy(() -> Networks.of("192.0.2.1", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network: '" + text + "' (expected: an IPv4 or IPv6 address or network, such as"
            + " 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32; names are not resolved)");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, 10.0.0.0/8",
    "10.1.2.3/32, 10.1.2.3",
    "0.0.0.0/0, 0.0.0.0/0",
    "::/0, ::/0",
    "2001:DB8:0:0:0:0:0:7/32, 2001:db8::/32",
    "::ffff:10.1.2.3/104, 10.0.0.0/8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
    "::1.2.3.4, ::102:304",
  })
  void a_network_is_told_as_one_writes_it(String given, String told) {
    assertThat(Networks.of(given)).hasToString("[" + told + "]");
  }

  @Test
  void many_networks_are_told_in_short() {
    String[] many = IntStream.range(0, 10_000)
        .mapToObj(i -> "10." + i / 100 + "." + i % 100 + ".0/24")
        .toArray(String[]::new);
    assertThat(Networks.of(many))
        .hasToString("[10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24 and 9997 more]");
  }

  @Test
  void sets_of_the_same_addresses_are_equal() {
    Networks whole = Networks.of("10.0.0.0/8", "2001:db8::/32", "255.0.0.0/8", "ff00::/8");
    Networks parts = Networks.of(List.of(
        "10.128.0.0/9",
        "2001:db8:8000::/33",
        "10.0.0.0/9",
        "255.128.0.0/9",
        "ff80::/9",
        "10.7.7.7",
        "2001:db8::/33",
        "ff00::/9",
        "255.0.0.0/9"));
    assertThat(parts).isEqualTo(whole).hasSameHashCodeAs(whole);
    assertThat(Networks.of("10.0.0.0/8")).isNotEqualTo(whole).isNotEqualTo("10.0.0.0/8");
  }

  @Test
  void a_lookup_allocates_nothing() throws Exception {
    Networks networks = Networks.of(IntStream.range(0, 10_000)
        .mapToObj(i -> "%d.%d.0.0/17".formatted(10 + i % 40, i / 40 % 256))
        .toList());
    InetSocketAddress v4 = new InetSocketAddress("10.3.4.5", 80);
    byte[] v6 = address("2001:db8:3::1").getAddress();
    boolean[] found = new boolean[2];
    Runnable lookups = () -> {
      for (int i = 0; i < 20_000; i++) {
        found[0] ^= networks.contains(v4);
        found[1] ^= networks.contains(v6);
      }
    };
    // The copy of an IPv4 address is not made once the compiler has seen the code often enough.
    Await.until(
        "a lookup without garbage",
        Duration.ofSeconds(20),
        () -> Allocations.leastBytes(lookups) == 0);
  }
}
