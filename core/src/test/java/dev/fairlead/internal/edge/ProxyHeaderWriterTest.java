package dev.fairlead.internal.edge;

import static dev.fairlead.internal.edge.ProxyBytes.INET;
import static dev.fairlead.internal.edge.ProxyBytes.INET6;
import static dev.fairlead.internal.edge.ProxyBytes.ascii;
import static dev.fairlead.internal.edge.ProxyBytes.concat;
import static dev.fairlead.internal.edge.ProxyBytes.hex;
import static dev.fairlead.internal.edge.ProxyBytes.tlv;
import static dev.fairlead.internal.edge.ProxyBytes.v2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.spi.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a PROXY header that we send. */
class ProxyHeaderWriterTest {
  private static final SocketAddress CLIENT = new InetSocketAddress("192.168.0.1", 56324);
  private static final SocketAddress SERVER = new InetSocketAddress("192.168.0.11", 443);
  private static final SocketAddress CLIENT6 = new InetSocketAddress("2001:db8::1", 56324);
  private static final SocketAddress SERVER6 = new InetSocketAddress("2001:db8::2", 443);
  private static final SocketAddress UNIX = new DomainSocketAddress("/run/a");
  private static final SocketAddress UNRESOLVED =
      InetSocketAddress.createUnresolved("name.example", 80);

  private static byte[] written(Consumer<ByteBuf> writing) {
    ByteBuf out = Unpooled.buffer().writeBytes(ascii("before"));
    writing.accept(out);
    return ByteBufUtil.getBytes(out.skipBytes(6));
  }

  private static String line(@Nullable SocketAddress source, @Nullable SocketAddress destination) {
    return new String(
        written(out -> ProxyHeaderWriter.line(out, source, destination)),
        StandardCharsets.ISO_8859_1);
  }

  private static byte[] stream(
      @Nullable SocketAddress source, @Nullable SocketAddress destination) {
    return written(out ->
        ProxyHeaderWriter.end(out, ProxyHeaderWriter.stream(out, source, destination), false));
  }

  private static byte[] unix(String path) {
    return Arrays.copyOf(ascii(path), 108);
  }

  @Test
  void version_1_is_the_line_of_the_specification() {
    assertThat(line(CLIENT, SERVER)).isEqualTo("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
    assertThat(line(CLIENT6, SERVER6))
        .isEqualTo("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "1::8",
        "1:2:3:4:5:6:7:8",
        "2001:db8:0:1:1:1:1:1",
        "2001:0:0:1::1",
        "2001:db8::1:0:0:1",
        "1:2:3:4:5:6::",
        "::3:4:5:6:7:8",
        "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
      })
  void an_ipv6_address_is_written_in_its_shortest_form(String address) {
    SocketAddress client = new InetSocketAddress(address, 1);
    assertThat(line(client, SERVER6))
        .isEqualTo("PROXY TCP6 %s 2001:db8::2 1 443\r\n".formatted(address));
  }

  @Test
  void an_ipv4_address_beside_an_ipv6_one_is_mapped() {
    assertThat(line(CLIENT, SERVER6))
        .isEqualTo("PROXY TCP6 ::ffff:192.168.0.1 2001:db8::2 56324 443\r\n");
    assertThat(line(CLIENT6, SERVER))
        .isEqualTo("PROXY TCP6 2001:db8::1 ::ffff:192.168.0.11 56324 443\r\n");
    byte[] mapped =
        hex("00000000000000000000ffffc0a80001 20010db8000000000000000000000002 dc0401bb");
    assertThat(stream(CLIENT, SERVER6)).isEqualTo(v2(0x21, 0x21, mapped));
  }

  @Test
  void version_2_has_the_addresses_in_binary() {
    assertThat(stream(CLIENT, SERVER)).isEqualTo(v2(0x21, 0x11, INET));
    assertThat(stream(CLIENT6, SERVER6)).isEqualTo(v2(0x21, 0x21, INET6));
    assertThat(stream(UNIX, new DomainSocketAddress("\0abstract")))
        .isEqualTo(v2(0x21, 0x31, unix("/run/a"), unix("\0abstract")));
  }

  @Test
  void datagrams_are_told_from_streams() {
    assertThat(written(out ->
            ProxyHeaderWriter.end(out, ProxyHeaderWriter.datagram(out, CLIENT, SERVER), false)))
        .isEqualTo(v2(0x21, 0x12, INET));
    assertThat(written(
            out -> ProxyHeaderWriter.end(out, ProxyHeaderWriter.datagram(out, UNIX, UNIX), false)))
        .isEqualTo(v2(0x21, 0x32, unix("/run/a"), unix("/run/a")));
  }

  @Test
  void what_has_no_form_in_the_protocol_is_unknown_or_local() {
    SocketAddress inJvm = new LocalAddress("a");
    SocketAddress tooLong = new DomainSocketAddress("/" + "x".repeat(108));
    byte[] local = v2(0x20, 0x00);
    assertThat(line(UNIX, UNIX)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(line(inJvm, SERVER)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(line(CLIENT, UNRESOLVED)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(line(null, null)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(stream(inJvm, inJvm)).isEqualTo(local);
    assertThat(stream(UNRESOLVED, SERVER)).isEqualTo(local);
    assertThat(stream(UNIX, SERVER)).isEqualTo(local);
    assertThat(stream(UNIX, tooLong)).isEqualTo(local);
    assertThat(stream(null, null)).isEqualTo(local);
  }

  @Test
  void tlvs_follow_and_the_checksum_comes_last() {
    byte[] bytes = written(out -> {
      int start = ProxyHeaderWriter.stream(out, CLIENT, SERVER);
      ProxyHeaderWriter.tlv(out, ProxyHeader.AUTHORITY, "grün.example", StandardCharsets.UTF_8);
      ProxyHeaderWriter.tlv(out, 0xE0, hex("0102"));
      int ssl = ProxyHeaderWriter.open(out, ProxyHeader.SSL);
      out.writeByte(1).writeInt(0);
      ProxyHeaderWriter.tlv(out, 0x21, "TLSv1.3", StandardCharsets.US_ASCII);
      ProxyHeaderWriter.close(out, ssl);
      ProxyHeaderWriter.end(out, start, true);
    });
    byte[] tlvs = concat(
        tlv(0x02, "grün.example".getBytes(StandardCharsets.UTF_8)),
        tlv(0xE0, hex("0102")),
        tlv(0x20, hex("0100000000"), tlv(0x21, "TLSv1.3")));
    byte[] expected = v2(0x21, 0x11, INET, tlvs, tlv(0x03, new byte[4]));
    assertThat(Arrays.copyOf(bytes, bytes.length - 4))
        .isEqualTo(Arrays.copyOf(expected, bytes.length - 4));
    assertThat(ProxyBytes.header(bytes).tlvs()).hasSize(4);
  }

  @Test
  void the_checksum_is_the_crc32c_of_the_header_with_zeros_in_its_place() {
    byte[] local = written(out -> ProxyHeaderWriter.end(out, ProxyHeaderWriter.local(out), true));
    assertThat(local).isEqualTo(v2(0x20, 0x00, tlv(0x03, hex("a9b87e8f"))));
    byte[] stream = written(
        out -> ProxyHeaderWriter.end(out, ProxyHeaderWriter.stream(out, CLIENT, SERVER), true));
    assertThat(stream).isEqualTo(v2(0x21, 0x11, INET, tlv(0x03, hex("1c1ae9c6"))));
  }

  @Test
  void more_than_a_length_can_say_is_refused() {
    ByteBuf out = Unpooled.buffer();
    assertThatThrownBy(() -> ProxyHeaderWriter.tlv(out, 0xE0, new byte[65_536]))
        .hasMessage("length: 65536 (expected: at most 65535 bytes)");
    out.clear();
    int start = ProxyHeaderWriter.stream(out, CLIENT, SERVER);
    ProxyHeaderWriter.tlv(out, 0xE0, new byte[65_535]);
    assertThatThrownBy(() -> ProxyHeaderWriter.end(out, start, false))
        .hasMessageStartingWith("length: 65550");
  }
}
