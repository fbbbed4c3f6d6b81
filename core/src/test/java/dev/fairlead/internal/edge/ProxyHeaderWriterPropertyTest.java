package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is what is read. */
class ProxyHeaderWriterPropertyTest {
  @Provide
  Arbitrary<SocketAddress> inet() {
    Arbitrary<byte[]> ip = Arbitraries.oneOf(ProxyHeaders.ip(4), ProxyHeaders.ip(16));
    return Combinators.combine(ip, Arbitraries.integers().between(0, 65_535))
        .as(ProxyHeaderWriterPropertyTest::inet);
  }

  private static SocketAddress inet(byte[] ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Provide
  Arbitrary<SocketAddress> unix() {
    return Arbitraries.strings()
        .withCharRange('!', '~')
        .withChars('ä', '\u20AC')
        .ofMinLength(1)
        .ofMaxLength(36)
        .map(DomainSocketAddress::new);
  }

  @Provide
  Arbitrary<List<Tlv>> tlvs() {
    Arbitrary<byte[]> value = Arbitraries.bytes().array(byte[].class).ofMaxSize(100);
    Arbitrary<Integer> type = Arbitraries.integers()
        .between(0, 255)
        .filter(t -> t != ProxyHeader.NOOP && t != ProxyHeader.CRC32C && t != ProxyHeader.SSL);
    return Combinators.combine(type, value)
        .as((t, v) -> new Tlv(t, ByteBuffer.wrap(v)))
        .list()
        .ofMaxSize(10);
  }

  @Property
  void a_line_is_read_as_it_was_written(
      @ForAll("inet") SocketAddress source, @ForAll("inet") SocketAddress destination) {
    ByteBuf out = Unpooled.buffer();
    ProxyHeaderWriter.line(out, source, destination);
    assertThat(out.readableBytes()).isLessThanOrEqualTo(107);
    assertThat(ProxyBytes.header(ByteBufUtil.getBytes(out)))
        .isEqualTo(new ProxyHeader(1, false, source, destination, List.of()));
  }

  @Property
  void a_stream_of_ip_is_read_as_it_was_written(
      @ForAll("inet") SocketAddress source,
      @ForAll("inet") SocketAddress destination,
      @ForAll("tlvs") List<Tlv> tlvs,
      @ForAll boolean checksum) {
    assertRead(source, destination, tlvs, checksum);
  }

  @Property
  void a_stream_of_unix_is_read_as_it_was_written(
      @ForAll("unix") SocketAddress source,
      @ForAll("unix") SocketAddress destination,
      @ForAll("tlvs") List<Tlv> tlvs,
      @ForAll boolean checksum) {
    assertRead(source, destination, tlvs, checksum);
  }

  private static void assertRead(
      SocketAddress source, SocketAddress destination, List<Tlv> tlvs, boolean checksum) {
    ByteBuf out = Unpooled.buffer();
    int start = ProxyHeaderWriter.stream(out, source, destination);
    for (Tlv tlv : tlvs) {
      byte[] value = new byte[tlv.value().remaining()];
      tlv.value().get(value);
      ProxyHeaderWriter.tlv(out, tlv.type(), value);
    }
    ProxyHeaderWriter.end(out, start, checksum);
    ProxyHeader read = ProxyBytes.header(ByteBufUtil.getBytes(out));
    assertThat(read.source()).isEqualTo(source);
    assertThat(read.destination()).isEqualTo(destination);
    List<Tlv> all = new ArrayList<>(read.tlvs());
    assertThat(all.removeIf(tlv -> tlv.type() == ProxyHeader.CRC32C)).isEqualTo(checksum);
    assertThat(all).isEqualTo(tlvs);
  }

  @Property
  void an_ipv6_address_is_written_as_netty_writes_it(@ForAll("ipv6") byte[] address)
      throws UnknownHostException {
    ByteBuf out = Unpooled.buffer();
    AddressText.writeIpv6(out, address);
    assertThat(out.toString(StandardCharsets.US_ASCII))
        .isEqualTo(NetUtil.toAddressString(Inet6Address.getByAddress(null, address, -1)));
  }

  @Provide
  Arbitrary<byte[]> ipv6() {
    return ProxyHeaders.ip(16);
  }
}
