package dev.fairlead.internal.edge;

import static dev.fairlead.internal.edge.ProxyBytes.INET;
import static dev.fairlead.internal.edge.ProxyBytes.INET6;
import static dev.fairlead.internal.edge.ProxyBytes.REQUEST;
import static dev.fairlead.internal.edge.ProxyBytes.SIGNATURE;
import static dev.fairlead.internal.edge.ProxyBytes.ascii;
import static dev.fairlead.internal.edge.ProxyBytes.assertBad;
import static dev.fairlead.internal.edge.ProxyBytes.buffer;
import static dev.fairlead.internal.edge.ProxyBytes.concat;
import static dev.fairlead.internal.edge.ProxyBytes.header;
import static dev.fairlead.internal.edge.ProxyBytes.hex;
import static dev.fairlead.internal.edge.ProxyBytes.read;
import static dev.fairlead.internal.edge.ProxyBytes.tlv;
import static dev.fairlead.internal.edge.ProxyBytes.v2;
import static dev.fairlead.internal.edge.ProxyProblem.BAD_CHECKSUM;
import static dev.fairlead.internal.edge.ProxyProblem.MALFORMED;
import static dev.fairlead.internal.edge.ProxyProblem.TOO_LONG;
import static dev.fairlead.internal.edge.ProxyProblem.UNSUPPORTED_PROTOCOL;
import static dev.fairlead.internal.edge.ProxyProblem.UNSUPPORTED_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Version 2 of the PROXY protocol, and what holds for both. */
class ProxyBinaryTest {
  private static InetSocketAddress inet(String address, int port) {
    return new InetSocketAddress(address, port);
  }

  @Test
  void a_signature_with_any_other_byte_is_known_at_once_to_be_no_header() {
    for (int i = 0; i < SIGNATURE.length; i++) {
      byte[] wrong = Arrays.copyOf(SIGNATURE, i + 1);
      assertThat(read(wrong)).isEqualTo(ProxyReading.NEED_MORE);
      wrong[i] ^= 0x20;
      assertBad(read(wrong), ProxyProblem.MISSING);
    }
  }

  static Stream<Arguments> addresses() {
    byte[] unix =
        concat(Arrays.copyOf(ascii("/run/client"), 108), Arrays.copyOf(ascii("/run/server"), 108));
    SocketAddress[] ipv4 = {inet("192.168.0.1", 56324), inet("192.168.0.11", 443)};
    SocketAddress[] ipv6 = {inet("2001:db8::1", 56324), inet("2001:db8::2", 443)};
    SocketAddress[] paths = {
      new DomainSocketAddress("/run/client"), new DomainSocketAddress("/run/server")
    };
    return Stream.of(
        arguments(0x11, INET, ipv4[0], ipv4[1]),
        arguments(0x12, INET, ipv4[0], ipv4[1]),
        arguments(0x21, INET6, ipv6[0], ipv6[1]),
        arguments(0x22, INET6, ipv6[0], ipv6[1]),
        arguments(0x31, unix, paths[0], paths[1]),
        arguments(0x32, unix, paths[0], paths[1]),
        arguments(0x10, INET, null, null),
        arguments(0x20, INET6, null, null),
        arguments(0x30, unix, null, null));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void the_family_says_which_addresses_stand_before_the_tlvs(
      int family,
      byte[] addresses,
      @Nullable SocketAddress source,
      @Nullable SocketAddress destination) {
    ProxyHeader header = header(v2(0x21, family, addresses, tlv(0x02, "a.example")));
    assertThat(header.version()).isEqualTo(2);
    assertThat(header.local()).isFalse();
    assertThat(header.source()).isEqualTo(source);
    assertThat(header.destination()).isEqualTo(destination);
    assertThat(header.authority()).isEqualTo("a.example");
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void addresses_that_are_too_short_are_malformed_before_they_have_come(
      int family, byte[] addresses) {
    byte[] bytes = v2(0x21, family, Arrays.copyOf(addresses, addresses.length - 1));
    assertBad(read(Arrays.copyOf(bytes, 16)), MALFORMED);
  }

  @Test
  void an_unspecified_family_has_tlvs_and_no_addresses() {
    for (int protocol = 0; protocol <= 2; protocol++) {
      ProxyHeader header = header(v2(0x21, protocol, tlv(0x02, "a.example")));
      assertThat(header.source()).isNull();
      assertThat(header.destination()).isNull();
      assertThat(header.local()).isFalse();
      assertThat(header.authority()).isEqualTo("a.example");
    }
  }

  @Test
  void a_mapped_ipv4_address_is_the_ipv4_address() {
    byte[] mapped =
        hex("00000000000000000000ffffc0000201 20010db8000000000000000000000002 0001 0002");
    assertThat(header(v2(0x21, 0x21, mapped)).source()).isEqualTo(inet("192.0.2.1", 1));
  }

  @Test
  void an_abstract_unix_address_begins_with_a_zero_and_an_unnamed_one_is_empty() {
    byte[] bytes = v2(0x21, 0x31, Arrays.copyOf(ascii("\0name"), 108), new byte[108]);
    assertThat(header(bytes).source()).isEqualTo(new DomainSocketAddress("\0name"));
    assertThat(header(bytes).destination()).isEqualTo(new DomainSocketAddress(""));
  }

  @Test
  void a_unix_path_ends_at_its_first_zero_or_with_its_108_bytes() {
    byte[] dirty = Arrays.copyOf(ascii("/a\0rubbish"), 108);
    byte[] full = ascii("/" + "x".repeat(107));
    ProxyHeader header = header(v2(0x21, 0x31, dirty, full));
    assertThat(header.source()).isEqualTo(new DomainSocketAddress("/a"));
    assertThat(header.destination()).isEqualTo(new DomainSocketAddress("/" + "x".repeat(107)));
  }

  static Stream<byte[]> local() {
    return Stream.of(
        v2(0x20, 0x00),
        v2(0x20, 0x11, INET),
        v2(0x20, 0x11, ascii("short")),
        v2(0x20, 0xff, ascii("junk")),
        v2(0x20, 0x00, tlv(0x03, hex("01020304"))),
        ProxyBytes.HAPROXY_UNIX);
  }

  @ParameterizedTest
  @MethodSource("local")
  void a_local_connection_is_the_senders_own_and_the_rest_of_its_header_is_skipped(byte[] bytes) {
    assertThat(header(bytes)).isEqualTo(new ProxyHeader(2, true, null, null, List.of()));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        arguments(UNSUPPORTED_VERSION, concat(SIGNATURE, hex("11"))),
        arguments(UNSUPPORTED_VERSION, concat(SIGNATURE, hex("31"))),
        arguments(UNSUPPORTED_VERSION, concat(SIGNATURE, hex("f1"))),
        arguments(UNSUPPORTED_PROTOCOL, concat(SIGNATURE, hex("22"))),
        arguments(UNSUPPORTED_PROTOCOL, concat(SIGNATURE, hex("2f"))),
        arguments(UNSUPPORTED_PROTOCOL, v2(0x21, 0x41)),
        arguments(UNSUPPORTED_PROTOCOL, v2(0x21, 0xf1)),
        arguments(UNSUPPORTED_PROTOCOL, v2(0x21, 0x13, INET)),
        arguments(UNSUPPORTED_PROTOCOL, v2(0x21, 0x03)),
        arguments(MALFORMED, v2(0x21, 0x11, INET, hex("02"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, hex("0200"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, hex("020001"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, hex("0200056161"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, hex("02ffff6161"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x02, "a"), hex("0400"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, hex("0400020000"), hex("02"))),
        arguments(MALFORMED, v2(0x21, 0x00, ascii("not a TLV"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x03))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x03, "123"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x03, "12345"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x05, "x".repeat(129)))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x20))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x20, "1234"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x20, "12345x"))),
        arguments(MALFORMED, v2(0x21, 0x11, INET, tlv(0x20, ascii("12345"), hex("21000261")))),
        arguments(BAD_CHECKSUM, v2(0x21, 0x11, INET, tlv(0x03, hex("00000000")))));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void a_header_with_anything_wrong_is_refused(ProxyProblem problem, byte[] bytes) {
    assertBad(read(bytes), problem);
    assertBad(read(bytes, REQUEST), problem);
  }

  @Test
  void padding_is_skipped_and_all_other_tlvs_are_kept_in_their_order() {
    byte[] tlvs =
        concat(tlv(0x04), tlv(0xE1, "x"), tlv(0x04, "padding"), tlv(0x02, "a"), tlv(0xE1, "y"));
    assertThat(header(v2(0x21, 0x11, INET, tlvs)).tlvs())
        .containsExactly(
            new Tlv(0xE1, ByteBuffer.wrap(ascii("x"))),
            new Tlv(0x02, ByteBuffer.wrap(ascii("a"))),
            new Tlv(0xE1, ByteBuffer.wrap(ascii("y"))));
  }

  @Test
  void a_unique_id_has_0_to_128_bytes() {
    byte[] longest = ascii("x".repeat(128));
    assertThat(header(v2(0x21, 0x11, INET, tlv(0x05, longest))).uniqueId())
        .isEqualTo(ByteBuffer.wrap(longest));
    assertThat(header(v2(0x21, 0x11, INET, tlv(0x05))).uniqueId())
        .isEqualTo(ByteBuffer.allocate(0));
  }

  @Test
  void the_checksum_covers_every_byte_of_the_header() {
    byte[] bytes = ProxyBytes.HAPROXY_TLS13;
    assertThat(header(bytes).authority()).isEqualTo("shop.example");
    for (int i = 0; i < bytes.length; i++) {
      boolean turnsItOff = i == 12 || i == 28; // LOCAL; another type of TLV
      byte[] wrong = bytes.clone();
      wrong[i] ^= 1;
      if (!turnsItOff) {
        assertThat(read(wrong, REQUEST)).as("byte %d", i).isNotInstanceOf(ProxyReading.Done.class);
      }
    }
    byte[] port = bytes.clone();
    port[25] ^= 1;
    assertBad(read(port), BAD_CHECKSUM);
  }

  @Test
  void a_header_may_be_as_long_as_the_limit_says() {
    byte[] most = v2(0x21, 0x11, INET, tlv(0x04, new byte[16_384 - 16 - 12 - 3]));
    byte[] more = v2(0x21, 0x11, INET, tlv(0x04, new byte[16_385 - 16 - 12 - 3]));
    assertThat(header(most).tlvs()).isEmpty();
    assertBad(read(Arrays.copyOf(more, 16)), TOO_LONG);
    assertBad(read(v2(0x20, 0x00, new byte[16_369])), TOO_LONG);

    ProxyHeaderReader any = new ProxyHeaderReader(65_551);
    byte[] longest = v2(0x21, 0x11, INET, tlv(0x04, new byte[65_535 - 12 - 3]));
    assertThat(any.read(buffer(longest))).isInstanceOf(ProxyReading.Done.class);
    assertBad(new ProxyHeaderReader(536).read(buffer(v2(0x20, 0, new byte[521]))), TOO_LONG);
    assertThatThrownBy(() -> new ProxyHeaderReader(535))
        .hasMessage("limit: 535 (expected: 536..65551)");
  }

  @Test
  void a_header_may_have_256_tlvs_and_any_padding_between_them() {
    byte[] some = concat(tlv(0xE0), tlv(0x04));
    byte[] most = concat(Stream.generate(() -> some).limit(256).toArray(byte[][]::new));
    assertThat(header(v2(0x21, 0x11, INET, most)).tlvs()).hasSize(256);
    assertBad(read(v2(0x21, 0x11, INET, most, tlv(0xE0))), TOO_LONG);
  }

  static Stream<byte[]> whole() {
    return Stream.concat(
        local(),
        Stream.of(
            ascii("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"),
            ascii("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1 65535\r\n"),
            ascii("PROXY UNKNOWN\r\n"),
            ascii("PROXY UNKNOWN a\rb\nc\r\n"),
            v2(0x21, 0x11, INET),
            v2(0x21, 0x22, INET6, tlv(0xE0, "own")),
            v2(0x21, 0x31, new byte[216]),
            v2(0x21, 0x00),
            ProxyBytes.HAPROXY_TLS12,
            ProxyBytes.HAPROXY_TLS13));
  }

  @ParameterizedTest
  @MethodSource("whole")
  void a_header_may_come_in_any_two_parts(byte[] bytes) {
    ProxyReading whole = read(bytes);
    assertThat(whole).isInstanceOf(ProxyReading.Done.class);
    for (int first = 0; first < bytes.length; first++) {
      ByteBuf in = buffer(Arrays.copyOf(bytes, first));
      assertThat(new ProxyHeaderReader().read(in))
          .as("%d bytes", first)
          .isEqualTo(ProxyReading.NEED_MORE);
      assertThat(ProxyHeaderReader.ended(in))
          .isEqualTo(first == 0 ? ProxyProblem.EMPTY : ProxyProblem.TRUNCATED);
    }
    assertThat(read(bytes, REQUEST)).isEqualTo(whole);
  }

  @Test
  void reading_begins_at_the_reader_index() {
    byte[] line = ascii("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n");
    for (byte[] bytes : List.of(line, ProxyBytes.HAPROXY_TLS12)) {
      ByteBuf in = buffer(ascii("junk"), bytes, ascii("junk")).skipBytes(4);
      assertThat(new ProxyHeaderReader().read(in)).isEqualTo(read(bytes));
    }
  }
}
