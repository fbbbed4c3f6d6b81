package dev.fairlead.internal.edge;

import dev.fairlead.spi.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.Charset;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes headers of the PROXY protocol (HAProxy's proxy-protocol.txt) into a buffer. Version 1 is one
 * call; version 2 has a beginning, TLVs, and an end:
 *
 * <pre>{@code
 * int start = ProxyHeaderWriter.stream(out, client, destination);
 * ProxyHeaderWriter.tlv(out, ProxyHeader.AUTHORITY, name, UTF_8);
 * ProxyHeaderWriter.end(out, start, true);
 * }</pre>
 *
 * <p>Of two addresses of which one is IPv4 and one IPv6, the IPv4 one is written as a mapped IPv6 address,
 * as HAProxy does. What cannot be written becomes UNKNOWN in version 1, LOCAL in version 2, as HAProxy does
 * too: the receiver then takes the connection's own addresses.
 */
public final class ProxyHeaderWriter {
  private static final int LONGEST = 65_535;
  private static final int LENGTH = 14; // where it stands
  private static final int STREAM = 0x01;
  private static final int DATAGRAM = 0x02;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private ProxyHeaderWriter() {}

  // Version 1

  /** A line of text (§2.1). */
  public static void line(
      ByteBuf out, @Nullable SocketAddress source, @Nullable SocketAddress destination) {
    InetAddress from = ip(source);
    InetAddress to = ip(destination);
    if (from == null || to == null) {
      ByteBufUtil.writeAscii(out, "PROXY UNKNOWN\r\n");
      return;
    }
    boolean ipv4 = from instanceof Inet4Address && to instanceof Inet4Address;
    ByteBufUtil.writeAscii(out, ipv4 ? "PROXY TCP4 " : "PROXY TCP6 ");
    writeText(out, from, ipv4);
    writeText(out, to, ipv4);
    AddressText.writeDecimal(out, port(source));
    out.writeByte(' ');
    AddressText.writeDecimal(out, port(destination));
    ByteBufUtil.writeAscii(out, "\r\n");
  }

  private static void writeText(ByteBuf out, InetAddress address, boolean ipv4) {
    if (address instanceof Inet4Address) {
      ByteBufUtil.writeAscii(out, ipv4 ? "" : "::ffff:");
      AddressText.writeIpv4(out, address.getAddress());
    } else {
      AddressText.writeIpv6(out, address.getAddress());
    }
    out.writeByte(' ');
  }

  // Version 2

  /**
   * Begins the header of a connection that is relayed: IP or Unix addresses (§2.2).
   *
   * @return where it starts, for {@link #end}
   */
  public static int stream(
      ByteBuf out, @Nullable SocketAddress source, @Nullable SocketAddress destination) {
    return begin(out, STREAM, source, destination);
  }

  /**
   * Begins the header of datagrams that are relayed.
   *
   * @return where it starts, for {@link #end}
   */
  public static int datagram(
      ByteBuf out, @Nullable SocketAddress source, @Nullable SocketAddress destination) {
    return begin(out, DATAGRAM, source, destination);
  }

  /**
   * Begins the header of a connection of our own, such as a health check's.
   *
   * @return where it starts, for {@link #end}
   */
  public static int local(ByteBuf out) {
    return head(out, 0x20, 0x00);
  }

  private static int begin(
      ByteBuf out,
      int protocol,
      @Nullable SocketAddress source,
      @Nullable SocketAddress destination) {
    InetAddress from = ip(source);
    InetAddress to = ip(destination);
    if (from != null && to != null) {
      boolean ipv4 = from instanceof Inet4Address && to instanceof Inet4Address;
      int start = head(out, 0x21, (ipv4 ? 0x10 : 0x20) | protocol);
      writeBytes(out, from, ipv4);
      writeBytes(out, to, ipv4);
      out.writeShort(port(source)).writeShort(port(destination));
      return start;
    }
    byte[] fromPath = UnixAddress.bytes(source);
    byte[] toPath = UnixAddress.bytes(destination);
    if (fromPath == null || toPath == null) {
      return local(out);
    }
    int start = head(out, 0x21, 0x30 | protocol);
    out.writeBytes(fromPath).writeBytes(toPath);
    return start;
  }

  private static int head(ByteBuf out, int versionAndCommand, int familyAndProtocol) {
    int start = out.writerIndex();
    out.writeBytes(ProxyHeaderReader.SIGNATURE);
    out.writeByte(versionAndCommand).writeByte(familyAndProtocol).writeShort(0);
    return start;
  }

  private static void writeBytes(ByteBuf out, InetAddress address, boolean ipv4) {
    if (!ipv4 && address instanceof Inet4Address) {
      out.writeBytes(MAPPED);
    }
    out.writeBytes(address.getAddress());
  }

  /**
   * One TLV.
   *
   * @param value at most 65535 bytes
   */
  public static void tlv(ByteBuf out, int type, byte[] value) {
    int at = open(out, type);
    out.writeBytes(value);
    close(out, at);
  }

  /** One TLV that is a text. */
  public static void tlv(ByteBuf out, int type, CharSequence value, Charset charset) {
    int at = open(out, type);
    out.writeCharSequence(value, charset);
    close(out, at);
  }

  /**
   * Begins a TLV whose value is written into the buffer.
   *
   * @return where, for {@link #close}
   */
  public static int open(ByteBuf out, int type) {
    out.writeByte(type).writeShort(0);
    return out.writerIndex();
  }

  /** Ends a TLV. */
  public static void close(ByteBuf out, int at) {
    out.setShort(at - 2, length(out.writerIndex() - at));
  }

  /**
   * Ends a header of version 2.
   *
   * @param start where it starts
   * @param checksum whether a CRC32C is to be its last TLV (§2.2.3)
   */
  public static void end(ByteBuf out, int start, boolean checksum) {
    if (checksum) {
      tlv(out, ProxyHeader.CRC32C, ProxyHeaderReader.NO_CHECKSUM);
    }
    int end = out.writerIndex();
    out.setShort(start + LENGTH, length(end - start - ProxyHeaderReader.HEAD));
    if (checksum) {
      CRC32C crc = new CRC32C();
      crc.update(out.nioBuffer(start, end - start));
      out.setInt(end - 4, (int) crc.getValue());
    }
  }

  private static int length(int bytes) {
    if (bytes > LONGEST) {
      throw new IllegalArgumentException("length: " + bytes + " (expected: at most 65535 bytes)");
    }
    return bytes;
  }

  private static @Nullable InetAddress ip(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  private static int port(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }
}
