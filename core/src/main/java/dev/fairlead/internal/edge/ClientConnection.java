package dev.fairlead.internal.edge;

import dev.fairlead.balance.KeySink;
import dev.fairlead.spi.AddressBytes;
import dev.fairlead.spi.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's connection as far as it is known by now; {@link Entrance} fills it. On its event loop. */
final class ClientConnection implements Connection {
  private final Channel channel;
  private final long number;
  private final long acceptedNanos;
  private AddressBytes client;

  ClientConnection(Channel channel, long number) {
    this.channel = channel;
    this.number = number;
    this.acceptedNanos = channel.eventLoop().ticker().nanoTime();
    this.client = new AddressBytes(channel.remoteAddress());
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
    return channel.localAddress();
  }

  @Override
  public ByteBuf firstBytes() {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public boolean beginsTls() {
    return false;
  }

  @Override
  public @Nullable String sni() {
    return null;
  }

  @Override
  public List<String> offeredAlpn() {
    return List.of();
  }

  @Override
  public @Nullable String backend() {
    return null;
  }
}
