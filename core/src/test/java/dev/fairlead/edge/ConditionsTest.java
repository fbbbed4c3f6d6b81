package dev.fairlead.edge;

import static dev.fairlead.edge.Conditions.destinationPort;
import static dev.fairlead.edge.Conditions.firstBytes;
import static dev.fairlead.edge.Conditions.offersAlpn;
import static dev.fairlead.edge.Conditions.plainHttp;
import static dev.fairlead.edge.Conditions.proxyTlv;
import static dev.fairlead.edge.Conditions.rdp;
import static dev.fairlead.edge.Conditions.sni;
import static dev.fairlead.edge.Conditions.source;
import static dev.fairlead.edge.Conditions.tls;
import static dev.fairlead.edge.Conditions.tlsVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.edge.Condition.Answer;
import dev.fairlead.spi.ProxyHeader.Tlv;
import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each condition asks of a connection. */
class ConditionsTest {
  private static FakeConnection connection() {
    return new FakeConnection();
  }

  private static boolean holds(Condition condition, FakeConnection connection) {
    Answer answer = condition.ask(connection);
    assertThat(answer).isNotEqualTo(Answer.OPEN);
    return answer == Answer.YES;
  }

  private static Answer ask(Condition condition, FakeConnection connection) {
    return condition.ask(connection);
  }

  @Test
  void the_source_is_the_client_not_the_proxy_before_us() {
    assertThat(holds(source("192.0.2.0/24", "::1"), connection())).isTrue();
    assertThat(holds(source("203.0.113.0/24"), connection())).isFalse();
    assertThat(holds(source("0.0.0.0/0"), connection().from(new LocalAddress("in-jvm"))))
        .isFalse();
    assertThat(holds(source(Networks.of()), connection())).isFalse();
    assertThat(source("192.0.2.0/24").needs()).isEqualTo(Needs.ADDRESSES);
  }

  @Test
  void the_port_is_the_one_that_the_client_connected_to() {
    assertThat(holds(destinationPort(80, 443), connection())).isTrue();
    assertThat(holds(destinationPort(444), connection())).isFalse();
    assertThat(
            holds(destinationPort(444), connection().to(new InetSocketAddress("192.0.2.9", 444))))
        .isTrue();
    assertThat(holds(destinationPort(443), connection().to(new LocalAddress("in-jvm"))))
        .isFalse();
    assertThat(destinationPort(443).needs()).isEqualTo(Needs.ADDRESSES);
  }

  @ParameterizedTest
  @CsvSource({
    "www.example.org, true",
    "example.org, false",
    "a.wild.test, true",
    "xn--bcher-kva.wild.test, true",
    "a.b.wild.test, false",
    "wild.test, false",
    "a.deep.test, true",
    "a.b.c.deep.test, true",
    "deep.test, false",
    "notdeep.test, false",
    "xn--bcher-kva.test, true",
    ".wild.test, false",
    ".deep.test, false",
    "test, false",
  })
  void a_name_is_exact_or_has_one_label_more_or_any_number(String name, boolean listed) {
    Condition names = sni("WWW.example.org.", "*.wild.test", ".deep.test", "b\u00fccher.test");
    assertThat(holds(names, connection().hello(name))).isEqualTo(listed);
    assertThat(names.needs()).isEqualTo(Needs.FIRST_BYTES);
  }

  @Test
  void a_hello_without_a_name_has_none_of_the_names() {
    assertThat(holds(sni("*.example.org"), connection().hello(null))).isFalse();
  }

  @Test
  void among_ten_thousand_names_each_is_found() {
    List<String> names = IntStream.range(0, 10_000)
        .mapToObj(i -> (i % 3 == 0 ? "*." : i % 3 == 1 ? "." : "") + "n" + i + ".test")
        .toList();
    Condition condition = sni(names);
    for (int i = 0; i < 10_000; i++) {
      assertThat(holds(condition, connection().hello((i % 3 == 2 ? "" : "a.") + "n" + i + ".test")))
          .isTrue();
    }
    assertThat(holds(condition, connection().hello("n10000.test"))).isFalse();
    assertThat(condition).hasToString("sni(n2.test, n5.test, n8.test and 9997 more)");
  }

  @Test
  void one_of_the_protocols_offered_is_enough() {
    FakeConnection client = connection().hello("a.test", "h2", "http/1.1");
    assertThat(holds(offersAlpn("imap", "http/1.1"), client)).isTrue();
    assertThat(holds(offersAlpn("http/1.0"), client)).isFalse();
    assertThat(holds(offersAlpn("h2"), connection().hello("a.test"))).isFalse();
    assertThat(holds(tls(), client)).isTrue();
  }

  @Test
  void what_asks_for_a_hello_stays_open_while_one_may_come() {
    for (Condition condition : List.of(sni("a.test"), offersAlpn("h2"), tls())) {
      assertThat(ask(condition, connection())).isEqualTo(Answer.OPEN);
      assertThat(ask(condition, connection().first("\u0016"))).isEqualTo(Answer.OPEN);
      assertThat(ask(condition, connection().first("\u0016\u0003\u0001"))).isEqualTo(Answer.OPEN);
      assertThat(ask(condition, connection().first("\u0016\u0003").ended())).isEqualTo(Answer.NO);
      assertThat(ask(condition, connection().ended())).isEqualTo(Answer.NO);
      assertThat(ask(condition, connection().first("GET "))).isEqualTo(Answer.NO);
      assertThat(ask(condition, connection().first("\u0016\u0002"))).isEqualTo(Answer.NO);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1",
        "M-SEARCH * HTTP/1.1",
        "CONNECT a.test:443 HTTP/1.1",
        "get http://a.test/ HTTP/1.1",
        "GET /b\u00fccher HTTP/1.1",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      })
  void http_is_known_by_its_request_line_or_preface(String text) {
    assertThat(ask(plainHttp(), connection().first(text))).isEqualTo(Answer.YES);
    int known = text.startsWith("PRI") ? 24 : text.indexOf(" HTTP/1.") + 8;
    for (int i = 0; i < known; i++) {
      FakeConnection part = connection().first(text.substring(0, i));
      assertThat(ask(plainHttp(), part)).isEqualTo(Answer.OPEN);
      assertThat(ask(plainHttp(), part.ended())).isEqualTo(Answer.NO);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6 Ubuntu\r\n",
        "EHLO mail.example.org\r\n",
        "\u0016\u0003\u0001",
        " GET / HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /\r\n",
        "GET / HTTP/2.0",
        "GET / http/1.1",
        "PRI * HTTP/2.0\r\n\r\nSM\r\r",
        "\r\nGET / HTTP/1.1",
        "A23456789012345678901234567890123",
        "{\"id\": 1}"
      })
  void what_else_a_client_may_say_is_not_http(String text) {
    assertThat(ask(plainHttp(), connection().first(text))).isEqualTo(Answer.NO);
  }

  @Test
  void first_bytes_are_compared_as_they_come() {
    Condition ssh = firstBytes("SSH-");
    assertThat(ask(ssh, connection())).isEqualTo(Answer.OPEN);
    assertThat(ask(ssh, connection().first("SSH"))).isEqualTo(Answer.OPEN);
    assertThat(ask(ssh, connection().first("SSH").ended())).isEqualTo(Answer.NO);
    assertThat(ask(ssh, connection().first("SSX"))).isEqualTo(Answer.NO);
    assertThat(ask(ssh, connection().first("SSH-2.0"))).isEqualTo(Answer.YES);
    byte[] binary = {(byte) 0xff, 0, 1};
    Condition copied = firstBytes(binary);
    binary[1] = 7;
    assertThat(ask(copied, connection().first("\u00ff\u0000\u0001"))).isEqualTo(Answer.YES);
    assertThat(ask(firstBytes("\u00ff"), connection().first("\u00ff"))).isEqualTo(Answer.YES);
  }

  @Test
  void rdp_is_known_by_its_whole_connection_request() {
    byte[] request = RdpRequestTest.request("Cookie: mstshash=eltons\r\n");
    for (int i = 0; i < request.length; i++) {
      FakeConnection part = connection().first(Arrays.copyOf(request, i));
      assertThat(ask(rdp(), part)).isEqualTo(Answer.OPEN);
      assertThat(ask(rdp(), part.ended())).isEqualTo(Answer.NO);
    }
    assertThat(ask(rdp(), connection().first(request))).isEqualTo(Answer.YES);
  }

  @Test
  void a_version_is_that_of_the_finished_handshake() {
    Condition old = tlsVersion(TlsVersion.TLS_1_2);
    assertThat(holds(old, connection().secured("TLSv1.2"))).isTrue();
    assertThat(holds(old, connection().secured("TLSv1.3"))).isFalse();
    assertThat(holds(tlsVersion(TlsVersion.values()), connection().secured("TLSv1.3")))
        .isTrue();
    assertThat(holds(old, connection().hello("a.test"))).isFalse();
    assertThat(old.needs()).isEqualTo(Needs.TLS);
  }

  @Test
  void a_value_of_the_proxy_header_is_there_or_equal_or_as_a_predicate_wants_it() {
    Tlv tenant = new Tlv(0xe0, ByteBuffer.wrap(new byte[] {4, 2}));
    FakeConnection client = connection().proxied(tenant, new Tlv(0xe1, ByteBuffer.allocate(0)));
    assertThat(holds(proxyTlv(0xe0), client)).isTrue();
    assertThat(holds(proxyTlv(0xe1), client)).isTrue();
    assertThat(holds(proxyTlv(0xe2), client)).isFalse();
    assertThat(holds(proxyTlv(0xe0, new byte[] {4, 2}), client)).isTrue();
    assertThat(holds(proxyTlv(0xe0, new byte[] {4, 2}), client)).isTrue();
    assertThat(holds(proxyTlv(0xe0, new byte[] {4}), client)).isFalse();
    assertThat(holds(proxyTlv(0xe0, v -> v.remaining() == 2 && v.get() == 4), client))
        .isTrue();
    assertThat(holds(proxyTlv(0xe0, v -> v.get() == 5), client)).isFalse();
    assertThat(holds(proxyTlv(0xe0), connection())).isFalse();
    assertThat(proxyTlv(0xe0).needs()).isEqualTo(Needs.ADDRESSES);
  }

  @Test
  void each_tells_itself_as_it_was_written() {
    assertThat(source("10.0.0.0/8")).hasToString("source[10.0.0.0/8]");
    assertThat(destinationPort(443, 80)).hasToString("destinationPort(80, 443)");
    assertThat(sni("a.test", "*.b.test", ".c.test")).hasToString("sni(a.test, *.b.test, .c.test)");
    assertThat(offersAlpn("h2", "http/1.1")).hasToString("offersAlpn(h2, http/1.1)");
    assertThat(List.of(tls(), plainHttp(), rdp())).hasToString("[tls(), plainHttp(), rdp()]");
    assertThat(firstBytes("SSH-")).hasToString("firstBytes(\"SSH-\")");
    assertThat(firstBytes(new byte[] {3, 0})).hasToString("firstBytes(0300)");
    assertThat(tlsVersion(TlsVersion.TLS_1_3)).hasToString("tlsVersion(TLSv1.3)");
    assertThat(proxyTlv(5)).hasToString("proxyTlv(0x05)");
    assertThat(proxyTlv(0xe0, new byte[] {4, 2})).hasToString("proxyTlv(0xe0, 0402)");
    assertThat(proxyTlv(0xe0, v -> true)).hasToString("proxyTlv(0xe0, by a predicate)");
  }

  @Test
  void what_can_never_hold_is_refused() {
    refused("sni: none (expected: at least one)", () -> sni());
    refused("sni: 'a b' (expected: a host name", () -> sni("a b"));
    refused("sni: 'a.*.test' (expected: a host name", () -> sni("a.*.test"));
    refused("sni: '' (expected: a host name", () -> sni("."));
    refused("destinationPort: none (expected: at least one)", () -> destinationPort());
    refused("destinationPort: 0 (expected: 1..65535)", () -> destinationPort(80, 0));
    refused("offersAlpn: none (expected: at least one)", () -> offersAlpn());
    refused("length of '': 0 (expected: 1..255)", () -> offersAlpn("h2", ""));
    refused("tlsVersion: none (expected: at least one)", () -> tlsVersion());
    refused("length of firstBytes: 0 (expected: 1..1024)", () -> firstBytes(""));
    refused("length of firstBytes: 1025 (expected: 1..1024)", () -> firstBytes(new byte[1025]));
    refused("firstBytes: '\u20ac' (expected: ISO-8859-1)", () -> firstBytes("\u20ac"));
    refused("type: 256 (expected: 0..255)", () -> proxyTlv(256));
    refused("network: 'a.test' (expected: ", () -> source("a.test"));
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(message);
  }
}
