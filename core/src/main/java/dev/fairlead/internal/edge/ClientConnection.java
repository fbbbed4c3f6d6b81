package dev.fairlead.internal.edge;

import dev.fairlead.balance.KeySink;
import dev.fairlead.spi.AddressBytes;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.TlsInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client's connection as far as it is known by now; {@link Entrance} fills it. On its event loop. */
final class ClientConnection implements Connection {
  /** Of the first bytes, for hash keys; a TLS hello is kept for rules only, what it said is longer. */
  private static final int MOST_KEPT = 1024;

  private final Channel channel;
  private final long number;
  private final long acceptedNanos;
  private AddressBytes client;
  private AddressBytes destination;
  private @Nullable ProxyHeader proxyHeader;
  private ByteBuf firstBytes = Unpooled.EMPTY_BUFFER;
  private boolean firstBytesEnded;
  private ClientHello.@Nullable Hello hello;
  private @Nullable TlsInfo tls;
  private @Nullable String backend;
  private long admittedNanos;

  ClientConnection(Channel channel, long number) {
    this.channel = channel;
    this.number = number;
    this.acceptedNanos = channel.eventLoop().ticker().nanoTime();
    this.admittedNanos = acceptedNanos;
    this.client = new AddressBytes(channel.remoteAddress());
    this.destination = new AddressBytes(channel.localAddress());
  }

  /** A PROXY header came; one that names no addresses leaves the connection's own. */
  void proxied(ProxyHeader header) {
    proxyHeader = header;
    SocketAddress source = header.source();
    SocketAddress target = header.destination();
    if (source != null && target != null) {
      client = new AddressBytes(source);
      destination = new AddressBytes(target);
    }
  }

  /** The first bytes are there, as far as anybody looks; valid until {@link #admitted}. */
  void peeked(ByteBuf bytes, boolean ended, ClientHello.@Nullable Hello tlsHello) {
    firstBytes = bytes;
    firstBytesEnded = ended;
    hello = tlsHello;
  }

  /** What the client said first; only once it did. */
  ClientHello.Hello hello() {
    return Objects.requireNonNull(hello, "no ClientHello");
  }

  void secured(TlsInfo info) {
    tls = info;
  }

  void backend(String chosen) {
    backend = chosen;
  }

  /** What was peeked at goes on to the protocol now; strategies may ask for its begin later, too. */
  void admitted() {
    admittedNanos = channel.eventLoop().ticker().nanoTime();
    firstBytes = begin(beginsTls() ? 0 : MOST_KEPT);
  }

  /** The first bytes are those of TLS now, and all that there will be of them. */
  void handshakeBegins(boolean rulesAreLeft) {
    firstBytes = rulesAreLeft ? begin(MOST_KEPT) : Unpooled.EMPTY_BUFFER;
    firstBytesEnded = true;
  }

  private ByteBuf begin(int most) {
    int kept = Math.min(firstBytes.readableBytes(), most);
    return kept == 0
        ? Unpooled.EMPTY_BUFFER
        : Unpooled.copiedBuffer(firstBytes.slice(firstBytes.readerIndex(), kept))
            .asReadOnly();
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public long acceptedNanos() {
    return acceptedNanos;
  }

  @Override
  public long admittedNanos() {
    return admittedNanos;
  }

  @Override
  public SocketAddress peer() {
    return channel.remoteAddress();
  }

  @Override
  public SocketAddress client() {
    return client.address();
  }

  @Override
  public void writeClient(KeySink sink) {
    client.write(sink);
  }

  @Override
  public SocketAddress destination() {
    return destination.address();
  }

  @Override
  public @Nullable ProxyHeader proxyHeader() {
    return proxyHeader;
  }

  @Override
  public void writeDestination(KeySink sink) {
    destination.write(sink);
  }

  @Override
  public ByteBuf firstBytes() {
    return firstBytes;
  }

  @Override
  public boolean firstBytesEnded() {
    return firstBytesEnded;
  }

  @Override
  public boolean beginsTls() {
    return hello != null;
  }

  @Override
  public @Nullable TlsInfo tls() {
    return tls;
  }

  @Override
  public @Nullable String sni() {
    return hello == null ? null : hello.sni();
  }

  @Override
  public List<String> offeredAlpn() {
    return hello == null ? List.of() : hello.alpn();
  }

  @Override
  public @Nullable String backend() {
    return backend;
  }
}
