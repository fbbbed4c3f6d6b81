package dev.fairlead.spi;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY protocol header said of a connection: whose it is and where it went, as the proxy before
 * us saw it (HAProxy's {@code proxy-protocol.txt}; sections are named below). Immutable.
 *
 * <p>The texts in it are the sender's: nothing is checked but the form, so treat them like any input
 * before they go into a header or a log.
 *
 * @param version 1 for the line of text (§2.1), 2 for the binary form (§2.2)
 * @param local whether the connection is the sender's own, for example a health check: the command LOCAL
 * @param source the client; null when the header names none ({@code LOCAL}, {@code UNKNOWN}, {@code
 *     UNSPEC}): then the connection's own addresses count. An {@link java.net.InetSocketAddress}, or for a
 *     Unix socket Netty's {@code DomainSocketAddress} when its jar is there. An IPv4-mapped IPv6 address
 *     is the IPv4 address, as everywhere in Java
 * @param destination what the client connected to; null when {@code source} is
 * @param tlvs what else the sender told, in its order, without padding; empty for version 1
 */
public record ProxyHeader(
    int version,
    boolean local,
    @Nullable SocketAddress source,
    @Nullable SocketAddress destination,
    List<Tlv> tlvs) {
  /** The application protocol: {@code PP2_TYPE_ALPN} (§2.2.1). */
  public static final int ALPN = 0x01;

  /** The host name that the client asked for: {@code PP2_TYPE_AUTHORITY} (§2.2.2). */
  public static final int AUTHORITY = 0x02;

  /** The checksum of the header: {@code PP2_TYPE_CRC32C} (§2.2.3). */
  public static final int CRC32C = 0x03;

  /** Padding: {@code PP2_TYPE_NOOP} (§2.2.4). */
  public static final int NOOP = 0x04;

  /** A name for the connection that all proxies share: {@code PP2_TYPE_UNIQUE_ID} (§2.2.5). */
  public static final int UNIQUE_ID = 0x05;

  /** What was negotiated with the client by TLS: {@code PP2_TYPE_SSL} (§2.2.6). */
  public static final int SSL = 0x20;

  /** The network namespace: {@code PP2_TYPE_NETNS} (§2.2.7). */
  public static final int NETNS = 0x30;

  /**
   * Checks that the parts go together.
   *
   * @param version 1 or 2
   * @param local whether the connection is the sender's own
   * @param source the client, or null
   * @param destination what the client connected to, or null
   * @param tlvs what else the sender told
   */
  public ProxyHeader {
    Check.range("version", version, 1, 2);
    if ((source == null) != (destination == null)) {
      throw new IllegalArgumentException(
          "source: %s, destination: %s (expected: both or none)".formatted(source, destination));
    }
    if (local && source != null) {
      throw new IllegalArgumentException(
          "source: " + source + " (expected: none in a header of a local connection)");
    }
    tlvs = List.copyOf(tlvs);
    if (version == 1 && !tlvs.isEmpty()) {
      throw new IllegalArgumentException("tlvs: " + tlvs + " (expected: none in version 1)");
    }
  }

  /**
   * The first value of a type.
   *
   * @param type 0..255
   * @return its bytes, read-only; null when the header has none
   */
  public @Nullable ByteBuffer tlv(int type) {
    return Tlv.first(tlvs, type);
  }

  /** {@return the application protocol, a character for each byte, such as {@code h2}; null for none} */
  public @Nullable String alpn() {
    return Tlv.text(tlvs, ALPN, StandardCharsets.ISO_8859_1);
  }

  /** {@return the host name that the client asked for, its SNI if it spoke TLS; null for none} */
  public @Nullable String authority() {
    return Tlv.text(tlvs, AUTHORITY, StandardCharsets.UTF_8);
  }

  /** {@return the name that the proxies before us gave the connection, 0..128 bytes, read-only; null for none} */
  public @Nullable ByteBuffer uniqueId() {
    return tlv(UNIQUE_ID);
  }

  /** {@return the network namespace of the connection; null for none} */
  public @Nullable String netns() {
    return Tlv.text(tlvs, NETNS, StandardCharsets.ISO_8859_1);
  }

  /** {@return what the client negotiated with the sender by TLS; null when the sender does not tell} */
  public @Nullable Ssl ssl() {
    ByteBuffer value = tlv(SSL);
    return value == null ? null : Ssl.of(value);
  }

  /**
   * A type, a length and a value: one thing that a header tells (§2.2). Immutable.
   *
   * @param type 0..255; 0xE0..0xEF are free for anybody's use
   * @param value its bytes
   */
  public record Tlv(int type, ByteBuffer value) {
    /**
     * Takes a copy of the bytes.
     *
     * @param type 0..255
     * @param value its bytes, from position to limit, at most 65535; not changed
     */
    public Tlv {
      Check.range("type", type, 0, 255);
      Check.range("length", value.remaining(), 0, 65_535);
      value =
          ByteBuffer.allocate(value.remaining()).put(value.duplicate()).flip().asReadOnlyBuffer();
    }

    /** {@return the bytes: read-only, from position to limit, with a position of the caller's own} */
    @Override
    public ByteBuffer value() {
      return value.duplicate();
    }

    /** {@return type and bytes in hexadecimal digits} */
    @Override
    public String toString() {
      byte[] bytes = new byte[value.remaining()];
      value().get(bytes);
      return "0x%02x=%s".formatted(type, HexFormat.of().formatHex(bytes));
    }

    /** All of some bytes; null when the last one does not end where the bytes end. */
    static @Nullable List<Tlv> list(ByteBuffer bytes) {
      List<Tlv> list = new ArrayList<>();
      for (int at = bytes.position(); at < bytes.limit(); ) {
        int value = at + 3;
        int end = value > bytes.limit() ? value : value + (bytes.getShort(at + 1) & 0xFFFF);
        if (end > bytes.limit()) {
          return null;
        }
        list.add(new Tlv(bytes.get(at) & 0xFF, bytes.slice(value, end - value)));
        at = end;
      }
      return list;
    }

    static @Nullable ByteBuffer first(List<Tlv> tlvs, int type) {
      for (int i = 0; i < tlvs.size(); i++) {
        if (tlvs.get(i).type == type) {
          return tlvs.get(i).value();
        }
      }
      return null;
    }

    static @Nullable String text(List<Tlv> tlvs, int type, Charset charset) {
      ByteBuffer value = first(tlvs, type);
      return value == null ? null : charset.decode(value).toString();
    }
  }

  /**
   * What the sender tells of the client's TLS (§2.2.6). Immutable.
   *
   * @param client which of {@link #TLS}, {@link #CERTIFICATE_NOW} and {@link #CERTIFICATE_IN_SESSION} hold, as
   *     bits
   * @param verify 0 when the client's certificate was good, or when it had none; else the sender's reason, a
   *     number of OpenSSL's
   * @param tlvs what else the sender told of it, in its order
   */
  public record Ssl(int client, long verify, List<Tlv> tlvs) {
    /** The client spoke TLS: {@code PP2_CLIENT_SSL}. */
    public static final int TLS = 0x01;

    /** The client showed a certificate on this connection: {@code PP2_CLIENT_CERT_CONN}. */
    public static final int CERTIFICATE_NOW = 0x02;

    /** The client showed a certificate at least once in the TLS session: {@code PP2_CLIENT_CERT_SESS}. */
    public static final int CERTIFICATE_IN_SESSION = 0x04;

    /**
     * Checks the ranges.
     *
     * @param client bits, 0..255
     * @param verify 0..4294967295
     * @param tlvs what else the sender told of it
     */
    public Ssl {
      Check.range("client", client, 0, 255);
      if (verify < 0 || verify > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("verify: " + verify + " (expected: 0..4294967295)");
      }
      tlvs = List.copyOf(tlvs);
    }

    /**
     * Reads a value of type {@link ProxyHeader#SSL}.
     *
     * @param value its bytes; not changed
     * @return what it tells; null when it does not have the form
     */
    public static @Nullable Ssl of(ByteBuffer value) {
      if (value.remaining() < 5) {
        return null;
      }
      int at = value.position();
      List<Tlv> tlvs = Tlv.list(value.duplicate().position(at + 5));
      return tlvs == null
          ? null
          : new Ssl(value.get(at) & 0xFF, value.getInt(at + 1) & 0xFFFF_FFFFL, tlvs);
    }

    /** {@return whether the client spoke TLS with the sender} */
    public boolean tls() {
      return (client & TLS) != 0;
    }

    /** {@return whether the client has shown a certificate and the sender found it good} */
    public boolean verified() {
      return (client & (CERTIFICATE_NOW | CERTIFICATE_IN_SESSION)) != 0 && verify == 0;
    }

    /** {@return the version, such as {@code TLSv1.3}; null for none} */
    public @Nullable String version() {
      return ascii(0x21);
    }

    /** {@return the common name in the client certificate's subject; null for none} */
    public @Nullable String cn() {
      return Tlv.text(tlvs, 0x22, StandardCharsets.UTF_8);
    }

    /** {@return the cipher, such as {@code ECDHE-RSA-AES128-GCM-SHA256}; null for none} */
    public @Nullable String cipher() {
      return ascii(0x23);
    }

    /** {@return how the sender's own certificate is signed, such as {@code RSA-SHA256}; null for none} */
    public @Nullable String sigAlg() {
      return ascii(0x24);
    }

    /** {@return the kind of key in the sender's own certificate, such as {@code RSA2048}; null for none} */
    public @Nullable String keyAlg() {
      return ascii(0x25);
    }

    /** {@return the group of the key exchange, such as {@code secp256r1}; null for none} */
    public @Nullable String group() {
      return ascii(0x26);
    }

    /** {@return how the sender signed the handshake, such as {@code rsa_pss_rsae_sha256}; null for none} */
    public @Nullable String sigScheme() {
      return ascii(0x27);
    }

    /** {@return the client's certificate, X.509 in DER, read-only; null for none} */
    public @Nullable ByteBuffer clientCert() {
      return Tlv.first(tlvs, 0x28);
    }

    private @Nullable String ascii(int type) {
      return Tlv.text(tlvs, type, StandardCharsets.ISO_8859_1);
    }
  }
}
