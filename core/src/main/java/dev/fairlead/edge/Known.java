package dev.fairlead.edge;

import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Ssl;
import dev.fairlead.spi.TlsInfo;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client and has a TLV of its own. TLS is that of the last one who spoke it with the
 * client: ours, else what a header that we received tells of it.
 */
enum Known implements SendProxy.Value {
  ALPN(ProxyHeader.ALPN) {
    @Override
    public byte @Nullable [] of(Connection client) {
      TlsInfo tls = client.tls();
      if (tls == null) {
        return received(client, type);
      }
      String alpn = tls.alpn();
      return alpn == null ? null : alpn.getBytes(StandardCharsets.ISO_8859_1);
    }
  },

  /** As HAProxy, a name that we received before the one that the client asked us for. */
  AUTHORITY(ProxyHeader.AUTHORITY) {
    @Override
    public byte @Nullable [] of(Connection client) {
      byte[] received = received(client, type);
      if (received != null) {
        return received;
      }
      TlsInfo tls = client.tls();
      String name = tls == null ? client.sni() : tls.serverName();
      return name == null ? null : name.getBytes(StandardCharsets.UTF_8);
    }
  },

  UNIQUE_ID(ProxyHeader.UNIQUE_ID) {
    @Override
    public byte[] of(Connection client) {
      byte[] received = received(client, type);
      if (received != null && received.length > 0) {
        return received;
      }
      String id =
          "%s_%s_%04X".formatted(hex(client.client()), hex(client.destination()), client.number());
      return id.getBytes(StandardCharsets.US_ASCII);
    }

    private String hex(SocketAddress address) {
      return address instanceof InetSocketAddress inet && inet.getAddress() != null
          ? "%s:%04X"
              .formatted(
                  HexFormat.of().withUpperCase().formatHex(inet.getAddress().getAddress()),
                  inet.getPort())
          : "-";
    }
  },

  SSL(ProxyHeader.SSL) {
    @Override
    public byte[] of(Connection client) {
      TlsInfo tls = client.tls();
      byte[] received = tls == null ? received(client, type) : null;
      return received == null ? ssl(tls) : received;
    }
  };

  /** Without a verified certificate it must not be 0 (§2.2.6); OpenSSL's for a reason not told. */
  private static final byte NOT_VERIFIED = 1;

  final int type;

  Known(int type) {
    this.type = type;
  }

  private static byte @Nullable [] received(Connection client, int type) {
    ProxyHeader header = client.proxyHeader();
    ByteBuffer value = header == null ? null : header.tlv(type);
    if (value == null) {
      return null;
    }
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    return bytes;
  }

  private static byte[] ssl(@Nullable TlsInfo tls) {
    if (tls == null) {
      return new byte[] {0, 0, 0, 0, NOT_VERIFIED};
    }
    boolean verified = !tls.peerCertificates().isEmpty();
    int shown = tls.resumed()
        ? Ssl.CERTIFICATE_IN_SESSION
        : Ssl.CERTIFICATE_IN_SESSION | Ssl.CERTIFICATE_NOW;
    X509Certificate own = tls.ownCertificate();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Ssl.TLS | (verified ? shown : 0));
    out.writeBytes(new byte[] {0, 0, 0, verified ? 0 : NOT_VERIFIED});
    write(out, 0x21, tls.version());
    write(out, 0x22, tls.peerCommonName());
    if (own != null) {
      write(out, 0x25, OpensslNames.key(own.getPublicKey()));
      write(out, 0x24, OpensslNames.signature(own));
    }
    write(out, 0x23, OpensslNames.cipher(tls.cipher()));
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, int type, @Nullable String text) {
    if (text != null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.write(type);
      out.write(bytes.length >> 8);
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
