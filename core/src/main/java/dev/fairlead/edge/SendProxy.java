package dev.fairlead.edge;

import dev.fairlead.spi.Check;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a server begin with a PROXY protocol header that names the client (HAProxy: {@code
 * send-proxy}, {@code send-proxy-v2}, {@code proxy-v2-options}; Nginx: {@code proxy_protocol on}). The server
 * must expect it. Immutable: a method that adds something returns a changed copy.
 *
 * <p>The header has the client's address and the one that it connected to, both as a header that we received
 * says, else as they are. A client without an IP address, and a health check, is UNKNOWN in version 1 and
 * LOCAL in version 2, as with HAProxy.
 *
 * <pre>{@code
 * SendProxy.v2().authority().uniqueId().crc32c().tlv(0xE0, region)
 * }</pre>
 */
public final class SendProxy implements ConnectOptions.Proxy {
  private static final int LONGEST = 16_000; // leaves room for the rest within HAProxy's buffer
  private static final int LONGEST_UNIQUE_ID = 128;

  private final int version;
  private final boolean checksum;
  private final List<Extra> extras;

  private SendProxy(int version, boolean checksum, List<Extra> extras) {
    this.version = version;
    this.checksum = checksum;
    this.extras = List.copyOf(extras);
  }

  /**
   * A line of text: addresses and ports, nothing else (HAProxy: {@code send-proxy}).
   *
   * @return the setting
   */
  public static SendProxy v1() {
    return new SendProxy(1, false, List.of());
  }

  /**
   * The binary form, which can carry more (HAProxy: {@code send-proxy-v2}).
   *
   * @return the setting
   */
  public static SendProxy v2() {
    return new SendProxy(2, false, List.of());
  }

  /**
   * With the protocol that ALPN agreed on, if any (HAProxy does so always). Version 2 only.
   *
   * @return a changed copy
   */
  public SendProxy alpn() {
    return with("alpn", Known.ALPN);
  }

  /**
   * With the host name that the client asked for, if it did: as a header that we received says, else its SNI
   * (HAProxy: {@code proxy-v2-options authority}). Version 2 only.
   *
   * @return a changed copy
   */
  public SendProxy authority() {
    return with("authority", Known.AUTHORITY);
  }

  /**
   * With a name for the connection that all proxies and logs can share (HAProxy: {@code proxy-v2-options
   * unique-id}): as a header that we received says, else addresses, ports and the connection's number in
   * hexadecimal digits, such as {@code 7F000001:8296_7F00001E:1F90_0003}. For one of another form: {@link
   * #tlv(int, Value)} with {@link ProxyHeader#UNIQUE_ID}. Version 2 only.
   *
   * @return a changed copy
   */
  public SendProxy uniqueId() {
    return with("uniqueId", Known.UNIQUE_ID);
  }

  /**
   * With what the client negotiated by TLS (HAProxy: {@code proxy-v2-options
   * ssl,cert-cn,cert-key,cert-sig,ssl-cipher}): whether it spoke TLS, whether it has shown a certificate that
   * was verified, version, common name, key and signature of our own certificate, cipher; all by OpenSSL's
   * names, as HAProxy has them. With us, or else with the proxy before us, as a header that we received says.
   * Neither provider tells the group of the key exchange and the signature scheme ({@code
   * PP2_SUBTYPE_SSL_GROUP}, {@code _SIG_SCHEME}), and the client's certificate itself is not sent ({@code
   * _CLIENT_CERT}). Version 2 only.
   *
   * @return a changed copy
   */
  public SendProxy ssl() {
    return with("ssl", Known.SSL);
  }

  private SendProxy with(String what, Known known) {
    requireV2(what);
    return with(new Extra(known.type, known));
  }

  /**
   * With a checksum (HAProxy: {@code proxy-v2-options crc32c}): a header that is damaged on its way is
   * refused. Version 2 only.
   *
   * @return a changed copy
   */
  public SendProxy crc32c() {
    requireV2("crc32c");
    return new SendProxy(version, true, extras);
  }

  /**
   * With a value that is always the same (HAProxy: {@code set-proxy-v2-tlv-fmt}). Version 2 only.
   *
   * @param type 0..255 but that of the checksum; 0xE0..0xEF are free for anybody's use. One that has a value
   *     already gets this one instead
   * @param value at most 16000 bytes, of a unique id 128
   * @return a changed copy
   */
  public SendProxy tlv(int type, byte[] value) {
    Objects.requireNonNull(value, "value");
    int most = type == ProxyHeader.UNIQUE_ID ? LONGEST_UNIQUE_ID : LONGEST;
    Check.range("length of TLV " + type, value.length, 0, most);
    return with(new Extra(type, new Fixed(value)));
  }

  /**
   * With a value of each client's own (HAProxy: {@code set-proxy-v2-tlv-fmt}). Version 2 only.
   *
   * @param type 0..255 but that of the checksum; 0xE0..0xEF are free for anybody's use. One that has a value
   *     already gets this one instead
   * @param value where its bytes come from
   * @return a changed copy
   */
  public SendProxy tlv(int type, Value value) {
    return with(new Extra(type, value));
  }

  private SendProxy with(Extra extra) {
    requireV2("tlv");
    List<Extra> more = new ArrayList<>(extras);
    more.removeIf(known -> known.type == extra.type);
    more.add(extra);
    return new SendProxy(version, checksum, more);
  }

  private void requireV2(String what) {
    if (version != 2) {
      throw new IllegalArgumentException(what + ": in version 1 (expected: version 2)");
    }
  }

  /** {@return 1 or 2} */
  public int version() {
    return version;
  }

  /** {@return whether the header has a checksum; default false} */
  public boolean checksum() {
    return checksum;
  }

  /** {@return what the header tells besides the addresses, in the order in which it was added} */
  public List<Extra> extras() {
    return extras;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SendProxy that
        && version == that.version
        && checksum == that.checksum
        && extras.equals(that.extras);
  }

  @Override
  public int hashCode() {
    return Objects.hash(version, checksum, extras);
  }

  /** {@return the version, and what is told besides the addresses} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("v").append(version);
    for (Extra extra : extras) {
      text.append(
          extra.value instanceof Known known ? " " + known : " 0x%02x".formatted(extra.type));
    }
    return text.append(checksum ? " crc32c" : "").toString();
  }

  /** Where the bytes of a TLV come from. */
  @FunctionalInterface
  public interface Value {
    /**
     * Asked for every connection to the server that carries a client, on its event loop, so it must not
     * block. What it throws, or more bytes than the header can hold, fails that connection.
     *
     * @param client the client's connection
     * @return the bytes; null leaves the TLV out
     */
    byte @Nullable [] of(Connection client);
  }

  /**
   * One thing that the header tells of a client.
   *
   * @param type the TLV's type, 0..255 but that of the checksum
   * @param value where its bytes come from
   */
  public record Extra(int type, Value value) {
    /**
     * Checks the type.
     *
     * @param type 0..255
     * @param value where its bytes come from
     */
    public Extra {
      Check.range("type", type, 0, 255);
      Objects.requireNonNull(value, "value");
      if (type == ProxyHeader.CRC32C) {
        throw new IllegalArgumentException("type: 3 (expected: another than the checksum's)");
      }
    }
  }

  /** Always the same bytes. */
  private static final class Fixed implements Value {
    private final byte[] bytes;

    Fixed(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public byte[] of(Connection client) {
      return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Fixed that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
