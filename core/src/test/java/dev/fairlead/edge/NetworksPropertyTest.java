package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The compiled set against one network after the other. */
class NetworksPropertyTest {
  private static final BigInteger MAPPED = BigInteger.valueOf(0xffffL << 32);

  /** An address as a number of 32 or 128 bits. */
  record Address(BigInteger number, int bits) {
    static Address of(byte[] bytes) {
      return new Address(new BigInteger(1, bytes), 8 * bytes.length);
    }

    /** The same as one of IPv6. */
    BigInteger mapped() {
      return bits == 32 ? MAPPED.or(number) : number;
    }

    byte[] bytes() {
      byte[] bytes = new byte[bits / 8];
      for (int i = 0; i < bytes.length; i++) {
        bytes[bytes.length - 1 - i] = number.shiftRight(8 * i).byteValue();
      }
      return bytes;
    }

    InetAddress inet() {
      try {
        return InetAddress.getByAddress(bytes());
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String toString() {
      byte[] bytes = bytes();
      return bits == 32
          ? inet().getHostAddress()
          : HexFormat.ofDelimiter(":").formatHex(bytes).replaceAll("(..):(..)", "$1$2");
    }
  }

  record Network(Address address, int prefix) {
    /** The first bits are the same, when both are written as IPv6. */
    boolean contains(Address other) {
      int rest = address.bits() - prefix;
      return other.mapped().shiftRight(rest).equals(address.mapped().shiftRight(rest));
    }

    /** Its first and its last address, the one before and the one behind. */
    Stream<Address> edges() {
      BigInteger size = BigInteger.ONE.shiftLeft(address.bits() - prefix);
      BigInteger first = address.number().divide(size).multiply(size);
      BigInteger all = BigInteger.ONE.shiftLeft(address.bits());
      return Stream.of(first, first.add(size))
          .flatMap(edge -> Stream.of(edge.subtract(BigInteger.ONE), edge))
          .map(n -> new Address(n.mod(all), address.bits()));
    }

    Stream<Network> halves() {
      if (prefix == address.bits()) {
        return Stream.of(this);
      }
      BigInteger bit = BigInteger.ONE.shiftLeft(address.bits() - prefix - 1);
      return Stream.of(address.number().or(bit), address.number().andNot(bit))
          .map(n -> new Network(new Address(n, address.bits()), prefix + 1));
    }

    @Override
    public String toString() {
      return address + "/" + prefix;
    }
  }

  // Of few different bytes, and around IPv4, so that networks contain, touch and miss each other.
  @Provide
  Arbitrary<Address> addresses() {
    Arbitrary<Byte> bytes = Arbitraries.of(0, 1, 0x7f, 0x80, 0xfe, 0xff).map(Integer::byteValue);
    Arbitrary<byte[]> v4 = bytes.array(byte[].class).ofSize(4);
    Arbitrary<byte[]> v6 = bytes.array(byte[].class).ofSize(16);
    Arbitrary<byte[]> near = v6.map(NetworksPropertyTest::nearIpv4);
    return Arbitraries.oneOf(v4, v6, near).map(Address::of);
  }

  private static byte[] nearIpv4(byte[] address) {
    byte[] near = address.clone();
    Arrays.fill(near, 0, 10, (byte) 0);
    near[10] = (byte) 0xff;
    return near;
  }

  @Provide
  Arbitrary<List<Network>> networks() {
    return Combinators.combine(addresses(), Arbitraries.integers().between(0, 128))
        .as((address, prefix) -> new Network(address, prefix % (address.bits() + 1)))
        .list()
        .ofMaxSize(40);
  }

  private static Networks compiled(Stream<Network> networks) {
    return Networks.of(networks.map(Network::toString).toList());
  }

  @Property
  void an_address_is_contained_when_it_shares_a_networks_prefix(
      @ForAll("networks") List<Network> networks, @ForAll("addresses") Address any) {
    Networks compiled = compiled(networks.stream());
    Stream.concat(Stream.of(any), networks.stream().flatMap(Network::edges)).forEach(address -> {
      boolean naive = networks.stream().anyMatch(n -> n.contains(address));
      assertThat(compiled.contains(address.inet()))
          .as("%s in %s", address, networks)
          .isEqualTo(naive);
      assertThat(compiled.contains(address.bytes())).isEqualTo(naive);
    });
  }

  @Property
  void neither_order_nor_repetition_makes_another_set(
      @ForAll("networks") List<Network> networks, @ForAll Random random) {
    List<Network> twice = new ArrayList<>(networks);
    twice.addAll(networks);
    Collections.shuffle(twice, random);
    Networks once = compiled(networks.stream());
    assertThat(compiled(twice.stream())).isEqualTo(once).hasSameHashCodeAs(once);
  }

  @Property
  void two_halves_make_the_whole(@ForAll("networks") List<Network> networks) {
    assertThat(compiled(networks.stream().flatMap(Network::halves)))
        .isEqualTo(compiled(networks.stream()));
  }
}
