package dev.fairlead.edge;

import dev.fairlead.balance.KeySink;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.TlsInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection of which a test says what is known. */
final class FakeConnection implements Connection {
  private SocketAddress client = new InetSocketAddress("192.0.2.1", 40_000);
  private SocketAddress destination = new InetSocketAddress("198.51.100.1", 443);
  private @Nullable ProxyHeader header;
  private ByteBuf first = Unpooled.EMPTY_BUFFER;
  private boolean ended;
  private boolean hello;
  private @Nullable String sni;
  private List<String> alpn = List.of();
  private @Nullable TlsInfo tls;

  FakeConnection from(SocketAddress address) {
    client = address;
    return this;
  }

  FakeConnection to(SocketAddress address) {
    destination = address;
    return this;
  }

  FakeConnection proxied(ProxyHeader.Tlv... tlvs) {
    header = new ProxyHeader(2, false, client, destination, List.of(tlvs));
    return this;
  }

  /** A whole ClientHello has come. */
  FakeConnection hello(@Nullable String name, String... offered) {
    hello = true;
    sni = name;
    alpn = List.of(offered);
    return this;
  }

  /** These have come, and more may. */
  FakeConnection first(byte[] bytes) {
    first = Unpooled.wrappedBuffer(bytes);
    return this;
  }

  FakeConnection first(String text) {
    return first(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** No more will come. */
  FakeConnection ended() {
    ended = true;
    return this;
  }

  FakeConnection secured(String version, byte... sessionId) {
    tls = new Tls(version, sessionId.clone());
    return this;
  }

  @Override
  public Channel channel() {
    throw new AssertionError("a condition needs no channel");
  }

  @Override
  public long number() {
    return 1;
  }

  @Override
  public long acceptedNanos() {
    return 0;
  }

  @Override
  public long admittedNanos() {
    return 0;
  }

  @Override
  public SocketAddress peer() {
    return new InetSocketAddress("203.0.113.9", 1);
  }

  @Override
  public SocketAddress client() {
    return client;
  }

  @Override
  public void writeClient(KeySink sink) {
    sink.write(client.toString());
  }

  @Override
  public SocketAddress destination() {
    return destination;
  }

  @Override
  public void writeDestination(KeySink sink) {
    sink.write(destination.toString());
  }

  @Override
  public @Nullable ProxyHeader proxyHeader() {
    return header;
  }

  @Override
  public ByteBuf firstBytes() {
    return first;
  }

  @Override
  public boolean firstBytesEnded() {
    return ended;
  }

  @Override
  public boolean beginsTls() {
    return hello;
  }

  @Override
  public @Nullable String sni() {
    return sni;
  }

  @Override
  public List<String> offeredAlpn() {
    return alpn;
  }

  @Override
  public @Nullable TlsInfo tls() {
    return tls;
  }

  @Override
  public @Nullable String backend() {
    return null;
  }

  private static final class Tls implements TlsInfo {
    private final String version;
    private final byte[] sessionId;

    Tls(String version, byte[] sessionId) {
      this.version = version;
      this.sessionId = sessionId;
    }

    @Override
    public String version() {
      return version;
    }

    @Override
    public String cipher() {
      return "TLS_AES_128_GCM_SHA256";
    }

    @Override
    public @Nullable String alpn() {
      return null;
    }

    @Override
    public @Nullable String serverName() {
      return null;
    }

    @Override
    public boolean resumed() {
      return false;
    }

    @Override
    public byte[] sessionId() {
      return sessionId;
    }

    @Override
    public @Nullable X509Certificate ownCertificate() {
      return null;
    }

    @Override
    public List<X509Certificate> peerCertificates() {
      return List.of();
    }

    @Override
    public @Nullable String peerSubject() {
      return null;
    }

    @Override
    public @Nullable String peerCommonName() {
      return null;
    }
  }
}
