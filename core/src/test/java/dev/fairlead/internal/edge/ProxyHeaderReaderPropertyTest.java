package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Any bytes, read as a PROXY header. */
class ProxyHeaderReaderPropertyTest {
  private final ProxyHeaderReader reader = new ProxyHeaderReader();

  @Provide
  Arbitrary<byte[]> good() {
    return ProxyHeaders.good();
  }

  @Provide
  Arbitrary<byte[]> spoilt() {
    return ProxyHeaders.spoilt();
  }

  @Provide
  Arbitrary<byte[]> random() {
    return ProxyHeaders.random();
  }

  @Property(tries = 2000)
  void a_good_header_is_read_as_netty_reads_it(@ForAll("good") byte[] bytes) {
    ProxyReading.Done netty = NettyReading.read(bytes);
    assertThat(netty).isNotNull();
    assertThat(ProxyBytes.read(bytes)).isInstanceOf(ProxyReading.Done.class);
    assertSameWhereBothAccept(bytes, netty);
  }

  @Property(tries = 5000)
  void a_spoilt_header_that_both_accept_is_read_as_netty_reads_it(@ForAll("spoilt") byte[] bytes) {
    assertSameWhereBothAccept(bytes, NettyReading.read(bytes));
    assertAnsweredOnceAndForAll(bytes);
  }

  @Property(tries = 2000)
  void random_bytes_that_both_accept_are_read_as_netty_reads_them(@ForAll("random") byte[] bytes) {
    assertSameWhereBothAccept(bytes, NettyReading.read(bytes));
    assertAnsweredOnceAndForAll(bytes);
  }

  private static void assertSameWhereBothAccept(byte[] bytes, ProxyReading.@Nullable Done netty) {
    if (netty != null && ProxyBytes.read(bytes) instanceof ProxyReading.Done ours) {
      assertThat(ours.length()).isEqualTo(netty.length());
      assertThat(comparable(ours.header(), bytes)).isEqualTo(comparable(netty.header(), bytes));
    }
  }

  /** Netty knows no TLV when the family is not specified, and no empty one at the end. */
  private static ProxyHeader comparable(ProxyHeader header, byte[] bytes) {
    boolean unspecified = bytes[0] == 0x0D && bytes[13] == 0;
    List<Tlv> tlvs = new ArrayList<>(unspecified ? List.of() : header.tlvs());
    while (!tlvs.isEmpty() && !tlvs.get(tlvs.size() - 1).value().hasRemaining()) {
      tlvs.remove(tlvs.size() - 1);
    }
    SocketAddress source = comparable(header.source());
    SocketAddress destination = comparable(header.destination());
    return new ProxyHeader(header.version(), header.local(), source, destination, tlvs);
  }

  /** Of a Unix path, Netty takes each byte for a character, and an abstract one for unnamed. */
  private static @Nullable SocketAddress comparable(@Nullable SocketAddress address) {
    if (!(address instanceof DomainSocketAddress unix)) {
      return address;
    }
    String path = unix.path().replaceFirst("(?s)\0.*", "").replaceAll("[^\\x00-\\x7f]+", "?");
    return new DomainSocketAddress(path);
  }

  /** However the bytes are cut, the answer is the same, and comes at one point. */
  private void assertAnsweredOnceAndForAll(byte[] bytes) {
    ProxyReading whole = ProxyBytes.read(bytes);
    boolean answered = false;
    for (int first = 0; first <= bytes.length; first++) {
      ByteBuf in = ProxyBytes.buffer(Arrays.copyOf(bytes, first));
      ProxyReading reading = reader.read(in);
      assertThat(in.readerIndex()).isZero();
      if (reading != ProxyReading.NEED_MORE) {
        assertThat(reading).as("%d bytes", first).isEqualTo(whole);
        answered = true;
      } else {
        assertThat(answered).as("%d bytes", first).isFalse();
      }
      if (reading instanceof ProxyReading.Done done) {
        assertThat(done.length()).isLessThanOrEqualTo(first);
      }
    }
  }

  @Property
  void no_more_bytes_are_wanted_than_the_limit_allows(
      @ForAll("random") byte[] bytes, @ForAll("limits") int limit) {
    byte[] many = Arrays.copyOf(bytes, limit);
    assertThat(new ProxyHeaderReader(limit).read(ProxyBytes.buffer(many)))
        .isNotEqualTo(ProxyReading.NEED_MORE);
  }

  @Provide
  Arbitrary<Integer> limits() {
    return Arbitraries.integers().between(536, 65_551);
  }

  @Provide
  Arbitrary<byte[]> addresses() {
    return Arbitraries.oneOf(ProxyHeaders.ip(4), ProxyHeaders.ip(16));
  }

  @Property
  void an_address_written_by_netty_is_read(@ForAll("addresses") byte[] address) {
    String text = NetUtil.bytesToIpAddress(address);
    assertThat(address.length == 4 ? AddressText.ipv4(text) : AddressText.ipv6(text))
        .isEqualTo(address);
  }

  @Provide
  Arbitrary<String> almostAddresses() {
    return Arbitraries.of("::", ":", "0", "1", "ff", "1234", "01", ".", "1.2.3.4", "256", "::1")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 5000)
  void what_is_read_as_an_address_java_reads_alike(@ForAll("almostAddresses") String text)
      throws UnknownHostException {
    for (byte[] ours : Arrays.asList(AddressText.ipv4(text), AddressText.ipv6(text))) {
      if (ours != null) {
        assertThat(InetAddress.getByAddress(ours)).isEqualTo(InetAddress.getByName(text));
      }
    }
  }
}
