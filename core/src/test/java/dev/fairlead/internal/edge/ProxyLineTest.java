package dev.fairlead.internal.edge;

import static dev.fairlead.internal.edge.ProxyBytes.REQUEST;
import static dev.fairlead.internal.edge.ProxyBytes.ascii;
import static dev.fairlead.internal.edge.ProxyBytes.assertBad;
import static dev.fairlead.internal.edge.ProxyBytes.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.ProxyHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Version 1 of the PROXY protocol: a line of text. */
class ProxyLineTest {
  private static ProxyHeader header(String line) {
    return ProxyBytes.header(ascii(line + "\r\n"));
  }

  private static InetSocketAddress inet(String address, int port) {
    return new InetSocketAddress(address, port);
  }

  @Test
  void the_line_in_the_specification_is_read_and_the_request_behind_it_is_left() {
    assertThat(header("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443"))
        .isEqualTo(new ProxyHeader(
            1, false, inet("192.168.0.1", 56324), inet("192.168.0.11", 443), List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535",
        "PROXY TCP4 0.0.0.0 0.0.0.0 0 0",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            + " 65535 65535",
      })
  void the_longest_and_shortest_lines_with_addresses_are_read(String line) {
    assertThat(header(line).source()).isEqualTo(header(line).destination()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN",
        "PROXY UNKNOWN ",
        "PROXY UNKNOWN  any\rthing\n ",
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"
      })
  void an_unknown_client_has_no_address_whatever_else_the_line_says(String line) {
    assertThat(header(line)).isEqualTo(new ProxyHeader(1, false, null, null, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "::,                        0:0:0:0:0:0:0:0",
    "::1,                       0:0:0:0:0:0:0:1",
    "1::,                       1:0:0:0:0:0:0:0",
    "2001:DB8::Ab:0,            2001:db8:0:0:0:0:ab:0",
    "1:2:3:4:5:6:7:8,           1:2:3:4:5:6:7:8",
    "::2:3:4:5:6:7:8,           0:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::,           1:2:3:4:5:6:7:0",
    "0001:0002::0008,           1:2:0:0:0:0:0:8",
    "64:ff9b::192.0.2.33,       64:ff9b:0:0:0:0:c000:221",
    "1:2:3:4:5:6:192.0.2.33,    1:2:3:4:5:6:c000:221",
  })
  void an_ipv6_address_is_read_in_all_its_forms(String written, String meant) throws Exception {
    assertThat(header("PROXY TCP6 %s ::1 1 2".formatted(written)).source())
        .isEqualTo(new InetSocketAddress(InetAddress.getByName(meant), 1));
  }

  @Test
  void a_mapped_ipv4_address_is_the_ipv4_address() {
    ProxyHeader header = header("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::1 1 2");
    assertThat(header.source()).isEqualTo(inet("192.0.2.1", 1));
    assertThat(header.destination()).isEqualTo(inet("2001:db8::1", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4",
        "PROXY TCP4 ",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 ",
        "PROXY TCP4  1.2.3.4 5.6.7.8 1 2",
        "PROXY TCP4 1.2.3.4  5.6.7.8 1 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8  1 2",
        "PROXY TCP4 1.2.3.4\t5.6.7.8 1 2 3",
        "PROXY TCP4 1.2.3.4 5.6.7.8 01 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 00",
        "PROXY TCP4 1.2.3.4 5.6.7.8 65536 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536",
        "PROXY TCP4 1.2.3.4 5.6.7.8 4294967297 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8 +1 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8 0x1 2",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
        "PROXY TCP4 1.2.3.256 5.6.7.8 1 2",
        "PROXY TCP4 01.2.3.4 5.6.7.8 1 2",
        "PROXY TCP4 1.2.3 5.6.7.8 1 2",
        "PROXY TCP4 1.2.3.4.5 5.6.7.8 1 2",
        "PROXY TCP4 1.2.3. 5.6.7.8 1 2",
        "PROXY TCP4 .1.2.3 5.6.7.8 1 2",
        "PROXY TCP4 16909060 5.6.7.8 1 2",
        "PROXY TCP4 ::1 ::1 1 2",
        "PROXY TCP4 localhost 5.6.7.8 1 2",
        "PROXY TCP4 1.2.3.\u00b2 5.6.7.8 1 2",
        "PROXY TCP6 1.2.3.4 5.6.7.8 1 2",
        "PROXY TCP6 ::1 5.6.7.8 1 2",
        "PROXY TCP6 : ::1 1 2",
        "PROXY TCP6 ::: ::1 1 2",
        "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2",
        "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2",
        "PROXY TCP6 1::2::3 ::1 1 2",
        "PROXY TCP6 1:2:3:4::5:6:7:8 ::1 1 2",
        "PROXY TCP6 :1:2:3:4:5:6:7 ::1 1 2",
        "PROXY TCP6 1:2:3:4:5:6:7: ::1 1 2",
        "PROXY TCP6 00001::1 ::1 1 2",
        "PROXY TCP6 g::1 ::1 1 2",
        "PROXY TCP6 -1::1 ::1 1 2",
        "PROXY TCP6 fe80::1%eth0 ::1 1 2",
        "PROXY TCP6 [::1] ::1 1 2",
        "PROXY TCP6 1.2.3.4:: ::1 1 2",
        "PROXY TCP6 ::1.2.3 ::1 1 2",
        "PROXY TCP6 ::1.2.3.4:5 ::1 1 2",
        "PROXY TCP6 1:2:3:4:5:6:7:1.2.3.4 ::1 1 2",
      })
  void a_line_with_anything_else_is_malformed(String line) {
    assertBad(read(ascii(line + "\r\n"), REQUEST), ProxyProblem.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY ",
        "PROXY  TCP4 1.2.3.4 5.6.7.8 1 2",
        "PROXY tcp4 1.2.3.4 5.6.7.8 1 2",
        "PROXY TCP5 1.2.3.4 5.6.7.8 1 2",
        "PROXY UDP4 1.2.3.4 5.6.7.8 1 2",
        "PROXY UNKNOWNS",
        "PROXY unknown",
        "PROXY / HTTP/1.1"
      })
  void a_line_of_another_protocol_is_told_apart(String line) {
    assertBad(read(ascii(line + "\r\n"), REQUEST), ProxyProblem.UNSUPPORTED_PROTOCOL);
  }

  @Test
  void a_line_is_107_bytes_long_at_most() {
    String most = "PROXY UNKNOWN " + "x".repeat(91);
    assertThat(most).hasSize(105);
    assertThat(header(most).source()).isNull();
    assertBad(read(ascii(most + "x\r\n")), ProxyProblem.TOO_LONG);
    assertThat(read(ascii(most + "x"))).isEqualTo(ProxyReading.NEED_MORE);
    assertBad(read(ascii(most + "x\r")), ProxyProblem.TOO_LONG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "G",
        "GET / HTTP/1.1\r\n\r\n",
        "PROXYTCP4",
        "PRO\n",
        "proxy ",
        "\u0016\u0003\u0001",
        " PROXY ",
        "\0",
        "\r\n\r\n\r"
      })
  void other_first_bytes_are_known_at_once_to_be_no_header(String bytes) {
    assertBad(read(ascii(bytes)), ProxyProblem.MISSING);
  }
}
