package dev.fairlead.internal.edge;

import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same bytes read by Netty's codec-haproxy, for comparison. */
final class NettyReading {
  private NettyReading() {}

  /** The header as Netty reads it; null when it refuses the bytes, or wants more. */
  static ProxyReading.@Nullable Done read(byte[] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    try {
      channel.writeInbound(ProxyBytes.buffer(bytes));
      Object first = channel.readInbound();
      if (!(first instanceof HAProxyMessage message)) {
        return null;
      }
      try {
        return new ProxyReading.Done(header(message), bytes.length - rest(channel));
      } finally {
        message.release();
      }
    } catch (DecoderException e) {
      return null;
    } finally {
      end(channel);
    }
  }

  private static void end(EmbeddedChannel channel) {
    try {
      channel.finishAndReleaseAll();
    } catch (DecoderException ignored) {
      // It decodes what it has once more before it ends.
    }
  }

  private static int rest(EmbeddedChannel channel) {
    int rest = 0;
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      rest += next.readableBytes();
      next.release();
    }
    return rest;
  }

  private static ProxyHeader header(HAProxyMessage message) {
    int version = message.protocolVersion() == HAProxyProtocolVersion.V1 ? 1 : 2;
    boolean local = message.command() == HAProxyCommand.LOCAL;
    SocketAddress source = address(message, message.sourceAddress(), message.sourcePort());
    SocketAddress destination =
        address(message, message.destinationAddress(), message.destinationPort());
    return new ProxyHeader(version, local, source, destination, tlvs(message.tlvs()));
  }

  private static List<Tlv> tlvs(List<HAProxyTLV> all) {
    List<Tlv> tlvs = new ArrayList<>();
    int next;
    for (int i = 0; i < all.size(); i = next) {
      HAProxyTLV tlv = all.get(i);
      // What is within one of TLS is listed once more behind it.
      next = i + 1 + (tlv instanceof HAProxySSLTLV ssl ? ssl.encapsulatedTLVs().size() : 0);
      if (tlv.typeByteValue() != ProxyHeader.NOOP) {
        tlvs.add(new Tlv(tlv.typeByteValue() & 0xFF, tlv.content().nioBuffer()));
      }
    }
    return tlvs;
  }

  private static @Nullable SocketAddress address(
      HAProxyMessage message, @Nullable String address, int port) {
    if (address == null) {
      return null;
    }
    return switch (message.proxiedProtocol()) {
      case UNIX_STREAM, UNIX_DGRAM -> new DomainSocketAddress(address);
      default -> new InetSocketAddress(address, port);
    };
  }
}
