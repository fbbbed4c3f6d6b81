package dev.fairlead.internal.edge;

import static dev.fairlead.internal.edge.ProxyBytes.ascii;
import static dev.fairlead.internal.edge.ProxyBytes.concat;
import static dev.fairlead.internal.edge.ProxyBytes.tlv;
import static dev.fairlead.internal.edge.ProxyBytes.v2;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** PROXY headers of all kinds, good ones and spoilt ones, for properties. */
final class ProxyHeaders {
  /** Not 0, which Netty refuses. */
  private static final Arbitrary<Integer> PORTS = Arbitraries.integers().between(1, 65_535);

  private ProxyHeaders() {}

  /** Headers as senders make them: no checksum, every value with a byte at least. */
  static Arbitrary<byte[]> good() {
    return Arbitraries.frequencyOf(
        Tuple.of(1, line()), Tuple.of(3, binary()), Tuple.of(1, local()));
  }

  /** Good ones with some bytes set to others, the end cut off, or bytes behind. */
  static Arbitrary<byte[]> spoilt() {
    Arbitrary<List<Tuple2<Integer, Byte>>> edits = Combinators.combine(
            Arbitraries.integers().between(0, 300), Arbitraries.bytes())
        .as(Tuple::of)
        .list()
        .ofMaxSize(3);
    Arbitrary<Integer> cut = Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.just(0)), Tuple.of(1, Arbitraries.integers().between(0, 40)));
    return Combinators.combine(good(), edits, cut, bytes(0, 20))
        .as((bytes, changes, less, more) -> {
          byte[] spoilt = Arrays.copyOf(bytes, Math.max(0, bytes.length - less));
          for (Tuple2<Integer, Byte> change : changes) {
            if (change.get1() < spoilt.length) {
              spoilt[change.get1()] = change.get2();
            }
          }
          return concat(spoilt, more);
        });
  }

  /** Anything behind the first bytes of a header. */
  static Arbitrary<byte[]> random() {
    Arbitrary<byte[]> begin = Arbitraries.of(
        new byte[0],
        ascii("PROXY "),
        ascii("PROXY TCP4 "),
        ascii("PROXY TCP6 "),
        ProxyBytes.SIGNATURE,
        concat(ProxyBytes.SIGNATURE, new byte[] {0x21}),
        concat(ProxyBytes.SIGNATURE, new byte[] {0x21, 0x11, 0, 40}));
    return Combinators.combine(begin, bytes(0, 200)).as((first, rest) -> concat(first, rest));
  }

  private static Arbitrary<byte[]> bytes(int min, int max) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(min).ofMaxSize(max);
  }

  private static Arbitrary<byte[]> line() {
    Arbitrary<String> addresses = Arbitraries.oneOf(
        pair(4).map(p -> "PROXY TCP4 " + p.get1() + " " + p.get2()),
        pair(16).map(p -> "PROXY TCP6 " + p.get1() + " " + p.get2()));
    Arbitrary<String> known = Combinators.combine(addresses, PORTS, PORTS)
        .as((both, source, destination) -> both + " " + source + " " + destination);
    Arbitrary<String> unknown = Arbitraries.of("PROXY UNKNOWN", "PROXY UNKNOWN a b c d");
    return Arbitraries.frequencyOf(Tuple.of(9, known), Tuple.of(1, unknown))
        .map(line -> ascii(line + "\r\n"));
  }

  private static Arbitrary<Tuple2<String, String>> pair(int size) {
    Arbitrary<String> address = ip(size).map(NetUtil::bytesToIpAddress);
    return Combinators.combine(address, address).as(Tuple::of);
  }

  /** Also those with runs of zeros, which are shortened when written. */
  static Arbitrary<byte[]> ip(int size) {
    Arbitrary<Byte> half = Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.just((byte) 0)), Tuple.of(1, Arbitraries.bytes()));
    return half.array(byte[].class).ofSize(size);
  }

  private static Arbitrary<byte[]> binary() {
    Arbitrary<byte[]> inet = Combinators.combine(ip(8), ports()).as((a, b) -> concat(a, b));
    Arbitrary<byte[]> inet6 = Combinators.combine(ip(32), ports()).as((a, b) -> concat(a, b));
    Arbitrary<byte[]> path = Arbitraries.strings()
        .withCharRange('!', '~')
        .ofMaxLength(108)
        .map(text -> Arrays.copyOf(ascii(text), 108));
    Arbitrary<byte[]> unix = Combinators.combine(path, path).as((a, b) -> concat(a, b));
    return Arbitraries.oneOf(
        binary(0x10, inet),
        binary(0x20, inet6),
        binary(0x30, unix),
        tlvs().map(t -> v2(0x21, 0, t)));
  }

  private static Arbitrary<byte[]> ports() {
    return Combinators.combine(PORTS, PORTS).as((source, destination) -> new byte[] {
      (byte) (source >> 8), source.byteValue(), (byte) (destination >> 8), destination.byteValue()
    });
  }

  private static Arbitrary<byte[]> binary(int family, Arbitrary<byte[]> addresses) {
    return Combinators.combine(Arbitraries.integers().between(1, 2), addresses, tlvs())
        .as((protocol, bytes, tlvs) -> v2(0x21, family | protocol, bytes, tlvs));
  }

  private static Arbitrary<byte[]> local() {
    return Combinators.combine(Arbitraries.integers().between(0, 255), bytes(0, 40))
        .as((family, bytes) -> v2(0x20, family, bytes));
  }

  private static Arbitrary<byte[]> tlvs() {
    Arbitrary<byte[]> plain = Combinators.combine(
            Arbitraries.integers().between(0, 255).filter(t -> t != 0x03 && t != 0x20),
            bytes(1, 30))
        .as((type, value) -> tlv(type, value));
    Arbitrary<byte[]> ssl = Combinators.combine(bytes(5, 5), plain.list().ofMaxSize(5))
        .as((head, subs) -> tlv(0x20, head, concat(subs.toArray(byte[][]::new))));
    return Arbitraries.frequencyOf(Tuple.of(4, plain), Tuple.of(1, ssl))
        .list()
        .ofMaxSize(6)
        .map(list -> concat(list.toArray(byte[][]::new)));
  }
}
