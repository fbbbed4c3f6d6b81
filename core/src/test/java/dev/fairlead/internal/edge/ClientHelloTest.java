package dev.fairlead.internal.edge;

import static dev.fairlead.internal.edge.HelloBytes.ascii;
import static dev.fairlead.internal.edge.HelloBytes.join;
import static dev.fairlead.internal.edge.HelloBytes.number;
import static dev.fairlead.internal.edge.HelloBytes.records;
import static dev.fairlead.internal.edge.HelloBytes.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.internal.edge.ClientHello.Bad;
import dev.fairlead.internal.edge.ClientHello.Hello;
import dev.fairlead.internal.edge.ClientHello.NeedMore;
import dev.fairlead.internal.edge.ClientHello.NotTls;
import dev.fairlead.testkit.Allocations;
import dev.fairlead.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first bytes of a connection say of TLS. */
class ClientHelloTest {
  private static HelloBytes hello() {
    return new HelloBytes();
  }

  /** Our hellos offer no suite of ECDHE_ECDSA, and do not say which signatures they know. */
  private static Hello told(@Nullable String sni, List<String> alpn, int version) {
    return new Hello(sni, alpn, version, version >= 0x0304);
  }

  private static ByteBuf hex(String bytes) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(bytes.replace(" ", "")));
  }

  @Test
  void a_hello_tells_name_protocols_and_version() {
    ByteBuf in = hello()
        .sni("www.Example.ORG")
        .alpn("h2", "http/1.1")
        .versions(0x0304, 0x0303)
        .buffer();
    assertThat(ClientHello.read(in))
        .isEqualTo(told("www.example.org", List.of("h2", "http/1.1"), 0x0304));
  }

  @Test
  void what_is_not_offered_is_told_as_such() {
    Hello nothing = told(null, List.of(), 0x0303);
    assertThat(ClientHello.read(hello().buffer())).isEqualTo(nothing);
    assertThat(ClientHello.read(hello().withoutExtensions().buffer())).isEqualTo(nothing);
    assertThat(ClientHello.read(hello().sessionId(new byte[0]).buffer())).isEqualTo(nothing);
    assertThat(ClientHello.read(hello().version(0x0300).withoutExtensions().buffer()))
        .isEqualTo(told(null, List.of(), 0x0300));
  }

  @Test
  void extensions_come_in_any_order_with_others_between() {
    HelloBytes any = hello()
        .extension(0xff01, new byte[1])
        .versions(0x0303, 0x0304, 0x0302)
        .extension(51, new byte[1200])
        .alpn("http/1.1")
        .extension(21, new byte[0])
        .sni("a.test")
        .extension(41, new byte[77]);
    assertThat(ClientHello.read(any.buffer()))
        .isEqualTo(told("a.test", List.of("http/1.1"), 0x0304));
  }

  @Test
  void grease_is_ignored() {
    HelloBytes grease = hello()
        .ciphers((byte) 0x0a, (byte) 0x0a, (byte) 0x13, (byte) 0x01)
        .extension(0x8a8a, new byte[0])
        .versions(0xfafa, 0x0303)
        .alpn("\u00aa\u00aa", "h2", "\n\n", "\n\u001a")
        .sni("a.test")
        .extension(0xbaba, new byte[1]);
    assertThat(ClientHello.read(grease.buffer()))
        .isEqualTo(told("a.test", List.of("h2", "\n\u001a"), 0x0303));
  }

  @Test
  void versions_that_nobody_speaks_are_ignored() {
    assertThat(ClientHello.read(hello().version(0x0302).versions(0x7f1c, 0x3a3a).buffer()))
        .isEqualTo(told(null, List.of(), 0x0302));
  }

  @ParameterizedTest
  @CsvSource({
    "1301, , 0304, true",
    "1301, 0804 0403, 0304, true",
    "1301, 0804 0203, 0304, true",
    "1301, 0804 0401 0807, 0304, false",
    "1301, 0a0a 0303, 0304, true",
    "1301, 3a3a 1a03, 0304, false",
    "c02b, , 0303, true",
    "c02f c009, , 0303, true",
    "c02f cca9, 0401 0603, 0303, true",
    "c02f cca8, 0401 0403, 0303, false",
    "c02b, 0401, 0303, false",
    "c02f, , 0303, false",
    "c02f, 0403, 0304, true",
  })
  void it_is_told_whether_the_client_can_verify_ecdsa(
      String ciphers, @Nullable String signatures, String version, boolean ecdsa) {
    HelloBytes hello = hello()
        .ciphers(HexFormat.of().parseHex(ciphers.replace(" ", "")))
        .versions(Integer.parseInt(version, 16));
    if (signatures != null) {
      hello.extension(13, vector(2, HexFormat.of().parseHex(signatures.replace(" ", ""))));
    }
    Hello expected = new Hello(null, List.of(), Integer.parseInt(version, 16), ecdsa);
    assertThat(ClientHello.read(hello.buffer())).isEqualTo(expected);
  }

  @Test
  void a_dot_at_the_end_of_a_name_is_dropped() {
    assertThat(ClientHello.read(hello().sni("example.org.").buffer()))
        .isEqualTo(told("example.org", List.of(), 0x0303));
  }

  @Test
  void a_name_of_an_unknown_type_is_passed_over() {
    byte[] other = join(number(1, 7), vector(2, ascii("x")));
    byte[] host = join(number(1, 0), vector(2, ascii("a.test")));
    assertThat(ClientHello.read(
            hello().extension(0, vector(2, join(other, host))).buffer()))
        .isEqualTo(told("a.test", List.of(), 0x0303));
    assertThat(ClientHello.read(hello().extension(0, vector(2, other)).buffer()))
        .isEqualTo(told(null, List.of(), 0x0303));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 50, 100})
  void a_hello_may_be_cut_into_records(int size) {
    HelloBytes hello = hello().sni("a.test").alpn("h2");
    assertThat(ClientHello.read(hello.records(size)))
        .isEqualTo(told("a.test", List.of("h2"), 0x0303));
  }

  @Test
  void what_follows_the_hello_does_not_matter() {
    HelloBytes hello = hello().sni("a.test");
    Hello expected = told("a.test", List.of(), 0x0303);
    for (ByteBuf last : List.of(hello.buffer(), hello.records(60))) {
      for (String next : List.of("14 03 03 00 01 01", "17 03 03 ff ff", "47")) {
        assertThat(ClientHello.read(Unpooled.wrappedBuffer(last.duplicate(), hex(next))))
            .isEqualTo(expected);
      }
    }
    ByteBuf coalesced = records(join(hello.message(), new byte[30]), 10_000);
    assertThat(ClientHello.read(coalesced)).isEqualTo(expected);
  }

  @Test
  void reading_begins_at_the_reader_index_and_consumes_nothing() {
    ByteBuf in = Unpooled.wrappedBuffer(hex("00 17 00"), hello().sni("a.test").records(9));
    in.skipBytes(3);
    byte[] before = ByteBufUtil.getBytes(in);
    assertThat(ClientHello.read(in)).isInstanceOf(Hello.class);
    assertThat(in.readerIndex()).isEqualTo(3);
    assertThat(ByteBufUtil.getBytes(in)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "47 45 54 20", // GET
        "50 52 49", // PRI of HTTP/2
        "53 53 48 2d", // SSH-
        "0d 0a 0d 0a 00", // PROXY v2
        "03 00 00 13", // RDP: TPKT
        "80 2e 01 00 02", // SSL 2.0 hello
        "80 2e 01 03 01", // SSL 2.0 hello that offers TLS 1.0
        "14 03 01 00 01 01", // change cipher spec
        "15 03 01 00 02 02 28", // alert
        "17 03 01 00 05",
        "16 02",
        "16 fe ff 00 00" // DTLS
      })
  void what_does_not_begin_as_tls_is_no_tls(String bytes) {
    ByteBuf in = hex(bytes);
    assertThat(ClientHello.read(in)).isEqualTo(new NotTls());
    int told = in.getByte(0) == 0x16 ? 2 : 1;
    assertThat(ClientHello.read(in.slice(0, told))).isEqualTo(new NotTls());
  }

  @Test
  void every_beginning_of_a_hello_needs_more() {
    HelloBytes hello = hello().sni("a.test").alpn("h2");
    for (ByteBuf in : List.of(hello.buffer(), hello.records(1), hello.records(11))) {
      for (int length = 0; length < in.readableBytes(); length++) {
        assertThat(ClientHello.read(in.slice(0, length))).isEqualTo(new NeedMore());
      }
      assertThat(ClientHello.read(in)).isInstanceOf(Hello.class);
    }
  }

  static Stream<Arguments> broken() {
    byte[] longName = new byte[256];
    byte[] a = join(number(1, 0), vector(2, ascii("a")));
    return Stream.of(
        Arguments.of(hex("16 03 01 00 00"), "TLS record of bad length"),
        Arguments.of(hex("16 03 01 40 01"), "TLS record of bad length"),
        Arguments.of(hex("16 03 01 00 01 02"), "first message of TLS is no ClientHello"),
        Arguments.of(
            hex("16 03 01 00 01 01 15 03 01 00 02"), "another TLS record within the ClientHello"),
        Arguments.of(
            hex("16 03 01 00 01 01 16 04 01 00 02"), "another TLS record within the ClientHello"),
        Arguments.of(hex("16 03 01 00 04 01 00 00 00"), "ClientHello ends too early"),
        Arguments.of(hex("16 03 01 10 00 01 01 00 00"), "ClientHello is longer than 16384 bytes"),
        Arguments.of(hello().version(0x0403).buffer(), "ClientHello of an unknown version"),
        Arguments.of(hello().sessionId(new byte[33]).buffer(), "session id longer than 32 bytes"),
        Arguments.of(hello().ciphers().buffer(), "bad list of cipher suites"),
        Arguments.of(hello().ciphers((byte) 1).buffer(), "bad list of cipher suites"),
        Arguments.of(hello().compressions().buffer(), "no compression method"),
        Arguments.of(hello().sni("a").sni("a").buffer(), "two extensions of server names"),
        Arguments.of(hello().sni("a", "b").buffer(), "two server names"),
        Arguments.of(hello().sni().buffer(), "no name in the extension of server names"),
        Arguments.of(hello().extension(0, new byte[0]).buffer(), "ClientHello ends too early"),
        Arguments.of(hello().sni("").buffer(), "server name of bad length"),
        Arguments.of(
            hello().sni("x".repeat(longName.length)).buffer(), "server name of bad length"),
        Arguments.of(hello().sni("a\u0000b").buffer(), "server name is not ASCII"),
        Arguments.of(hello().sni("b\u00fccher.test").buffer(), "server name is not ASCII"),
        Arguments.of(hello().sni("a b").buffer(), "server name is not ASCII"),
        Arguments.of(hello().sni(".").buffer(), "server name without a last label"),
        Arguments.of(hello().sni("a..").buffer(), "server name without a last label"),
        Arguments.of(
            hello().extension(0, join(vector(2, a), new byte[1])).buffer(),
            "bytes behind the list of an extension"),
        Arguments.of(
            hello().extension(0, vector(2, join(a, new byte[2]))).buffer(),
            "ClientHello ends too early"),
        Arguments.of(hello().alpn("h2").alpn("h2").buffer(), "two extensions of ALPN"),
        Arguments.of(hello().alpn().buffer(), "no protocol in the extension of ALPN"),
        Arguments.of(hello().alpn("h2", "").buffer(), "empty protocol in the extension of ALPN"),
        Arguments.of(
            hello().extension(16, vector(2, new byte[] {3, 'h', '2'})).buffer(),
            "ClientHello ends too early"),
        Arguments.of(
            hello().versions(0x0304).versions(0x0304).buffer(),
            "two extensions of supported versions"),
        Arguments.of(
            hello().extension(13, vector(2, new byte[3])).buffer(),
            "bad list of signature algorithms"),
        Arguments.of(
            hello().extension(13, vector(2, new byte[0])).buffer(),
            "bad list of signature algorithms"),
        Arguments.of(
            hello()
                .extension(13, vector(2, new byte[2]))
                .extension(13, vector(2, new byte[2]))
                .buffer(),
            "two extensions of signature algorithms"),
        Arguments.of(hello().versions().buffer(), "bad list of supported versions"),
        Arguments.of(
            hello().extension(43, vector(1, new byte[3])).buffer(),
            "bad list of supported versions"),
        Arguments.of(
            records(lengthened(hello().sni("a").message()), 10_000),
            "bytes behind the extensions"));
  }

  /** A message whose body has a byte more. */
  private static byte[] lengthened(byte[] message) {
    byte[] longer = join(message, new byte[1]);
    longer[3]++;
    return longer;
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_breaks_the_rules_is_bad_and_says_why(ByteBuf in, String reason) {
    assertThat(ClientHello.read(in)).isEqualTo(new Bad(reason));
  }

  @Test
  void the_longest_hello_ends_with_the_last_byte_that_is_looked_at() {
    int rest =
        ClientHello.MAX_BYTES - hello().extension(21, new byte[0]).buffer().readableBytes();
    HelloBytes longest = hello().extension(21, new byte[rest]);
    assertThat(longest.buffer().readableBytes()).isEqualTo(ClientHello.MAX_BYTES);
    assertThat(ClientHello.read(longest.buffer())).isInstanceOf(Hello.class);
    Bad tooLong = new Bad("ClientHello is longer than 16384 bytes");
    HelloBytes longer = hello().extension(21, new byte[rest + 1]);
    assertThat(ClientHello.read(longer.buffer().slice(0, 9))).isEqualTo(tooLong);
    // In two records it is five bytes longer.
    ByteBuf cut = longest.records(9_000);
    assertThat(ClientHello.read(cut.slice(0, ClientHello.MAX_BYTES - 1))).isEqualTo(new NeedMore());
    assertThat(ClientHello.read(cut.slice(0, ClientHello.MAX_BYTES))).isEqualTo(tooLong);
    assertThat(ClientHello.read(cut)).isEqualTo(tooLong);
  }

  @Test
  void looking_at_half_a_hello_allocates_nothing() {
    HelloBytes hello = hello().sni("a.test").extension(51, new byte[1200]);
    List<ByteBuf> halves =
        List.of(hello.buffer().slice(0, 700), hello.records(8).slice(0, 1000), hex("47 45 54 20"));
    Runnable looks = () -> {
      for (int i = 0; i < 1000; i++) {
        for (int k = 0; k < halves.size(); k++) {
          assertThatNoHello(ClientHello.read(halves.get(k)));
        }
      }
    };
    Await.until("no garbage", Duration.ofSeconds(20), () -> Allocations.leastBytes(looks) == 0);
  }

  private static void assertThatNoHello(ClientHello read) {
    if (read instanceof Hello || read instanceof Bad) {
      throw new AssertionError(read);
    }
  }
}
