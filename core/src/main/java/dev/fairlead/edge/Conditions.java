package dev.fairlead.edge;

import dev.fairlead.spi.Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What connection rules ask (HAProxy: the samples of {@code tcp-request connection} and {@code content}).
 * All of them are immutable and cost the same however many names or networks they are given.
 *
 * <p>A condition on the first bytes makes the edge wait for them, at most the inspect time-out. Where
 * clients wait for the server to speak first, do not use one.
 */
public final class Conditions {
  private Conditions() {}

  /**
   * The client's address lies in a network (HAProxy {@code src}): the address in the PROXY header, where
   * there was one.
   *
   * @param networks addresses and networks, see {@link Networks#of(String...)}
   * @return the condition
   * @throws IllegalArgumentException when one of them is neither
   */
  public static Condition source(String... networks) {
    return source(Networks.of(networks));
  }

  /**
   * The client's address lies in a network (HAProxy {@code src}): the address in the PROXY header, where
   * there was one.
   *
   * @param networks which; none: never
   * @return the condition
   */
  public static Condition source(Networks networks) {
    return new KnownAtOnce.Source(Objects.requireNonNull(networks, "networks"));
  }

  /**
   * The client connected to one of these ports (HAProxy {@code dst_port}): as a PROXY header says, where
   * there was one.
   *
   * @param ports 1..65535, one at least
   * @return the condition
   * @throws IllegalArgumentException when one of them is out of range
   */
  public static Condition destinationPort(int... ports) {
    some("destinationPort", ports.length);
    BitSet set = new BitSet();
    for (int port : ports) {
      set.set(Check.range("destinationPort", port, 1, 65_535));
    }
    return new KnownAtOnce.Port(set);
  }

  /**
   * The client asks by SNI for one of these names (HAProxy {@code req.ssl_sni}, Nginx
   * {@code $ssl_preread_server_name}); TLS need not be terminated here. Exact names
   * ({@code www.example.org}), one label more ({@code *.example.org}, as in certificates: it holds for
   * {@code a.example.org}, not for {@code a.b.example.org}), or any number of labels more
   * ({@code .example.org}, HAProxy's {@code -m end}). Neither of the last two holds for
   * {@code example.org} itself. Case does not count; an IDN may be given as it is written.
   *
   * @param names one at least
   * @return the condition
   * @throws IllegalArgumentException when one of them is no such name
   */
  public static Condition sni(String... names) {
    return sni(Arrays.asList(names));
  }

  /**
   * The client asks by SNI for one of these names, see {@link #sni(String...)}.
   *
   * @param names one at least
   * @return the condition
   * @throws IllegalArgumentException when one of them is no such name
   */
  public static Condition sni(Collection<String> names) {
    some("sni", names.size());
    return new HelloFact.Sni(NameSet.of(names));
  }

  /**
   * The client offers one of these protocols by ALPN (HAProxy {@code req.ssl_alpn}).
   *
   * @param protocols as registered, such as {@code h2}; 1 to 255 characters each, one at least
   * @return the condition
   * @throws IllegalArgumentException when one of them is empty or too long
   */
  public static Condition offersAlpn(String... protocols) {
    some("offersAlpn", protocols.length);
    for (String protocol : protocols) {
      Check.range("length of '" + protocol + "'", protocol.length(), 1, 255);
    }
    return new HelloFact.OffersAlpn(List.of(protocols));
  }

  /**
   * The client begins with a whole TLS ClientHello (HAProxy {@code req.ssl_hello_type 1}).
   *
   * @return the condition
   */
  public static Condition tls() {
    return new HelloFact.BeginsTls();
  }

  /**
   * The client begins with HTTP that is not encrypted: the request line of HTTP/1 or the preface of HTTP/2
   * (HAProxy {@code req.proto_http}).
   *
   * @return the condition
   */
  public static Condition plainHttp() {
    return new Beginning.Http();
  }

  /**
   * The client begins with a whole connection request of RDP, see {@link EdgeKeys#rdpCookie}.
   *
   * @return the condition
   */
  public static Condition rdp() {
    return new Beginning.Rdp();
  }

  /**
   * The client begins with these bytes (HAProxy {@code req.payload(0,n)}).
   *
   * @param prefix 1..1024 characters, each standing for the byte of its number: ASCII or ISO-8859-1
   * @return the condition
   * @throws IllegalArgumentException when it is empty, too long or has other characters
   */
  public static Condition firstBytes(String prefix) {
    if (!StandardCharsets.ISO_8859_1.newEncoder().canEncode(prefix)) {
      throw new IllegalArgumentException("firstBytes: '" + prefix + "' (expected: ISO-8859-1)");
    }
    return firstBytes(prefix.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * The client begins with these bytes (HAProxy {@code req.payload(0,n)}).
   *
   * @param prefix 1..1024 bytes; copied
   * @return the condition
   * @throws IllegalArgumentException when it is empty or too long
   */
  public static Condition firstBytes(byte[] prefix) {
    Check.range("length of firstBytes", prefix.length, 1, 1024);
    return new Beginning.Prefix(ByteBuffer.wrap(prefix.clone()).asReadOnlyBuffer());
  }

  /**
   * TLS is terminated here, with one of these versions (HAProxy {@code ssl_fc_protocol}).
   *
   * @param versions one at least
   * @return the condition
   */
  public static Condition tlsVersion(TlsVersion... versions) {
    some("tlsVersion", versions.length);
    return new HandshakeFact.Version(EnumSet.copyOf(Arrays.asList(versions)));
  }

  /**
   * The PROXY header has a value of this type (HAProxy {@code fc_pp_tlv(type) -m found}).
   *
   * @param type 0..255
   * @return the condition
   * @throws IllegalArgumentException when the type is out of range
   */
  public static Condition proxyTlv(int type) {
    Check.range("type", type, 0, 255);
    return new KnownAtOnce.Tlv(type, value -> true, "%#04x".formatted(type));
  }

  /**
   * The PROXY header has exactly this value of a type (HAProxy {@code fc_pp_tlv(type)}); the first one
   * counts.
   *
   * @param type 0..255
   * @param value its bytes; copied
   * @return the condition
   * @throws IllegalArgumentException when the type is out of range
   */
  public static Condition proxyTlv(int type, byte[] value) {
    Check.range("type", type, 0, 255);
    ByteBuffer wanted = ByteBuffer.wrap(value.clone());
    String text = "%#04x, %s".formatted(type, HexFormat.of().formatHex(value));
    return new KnownAtOnce.Tlv(type, wanted::equals, text);
  }

  /**
   * The PROXY header has a value of a type for which a predicate holds (HAProxy {@code fc_pp_tlv(type)});
   * the first one counts.
   *
   * @param type 0..255
   * @param value asked for its bytes, from position to limit, read-only
   * @return the condition
   * @throws IllegalArgumentException when the type is out of range
   */
  public static Condition proxyTlv(int type, Predicate<? super ByteBuffer> value) {
    Check.range("type", type, 0, 255);
    Objects.requireNonNull(value, "value");
    return new KnownAtOnce.Tlv(type, value, "%#04x, by a predicate".formatted(type));
  }

  private static void some(String field, int count) {
    if (count == 0) {
      throw new IllegalArgumentException(field + ": none (expected: at least one)");
    }
  }
}
