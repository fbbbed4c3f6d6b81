package dev.fairlead.internal.edge;

import dev.fairlead.spi.Check;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Ssl;
import dev.fairlead.spi.ProxyHeader.Tlv;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of the PROXY protocol, version 1 or 2 (HAProxy's proxy-protocol.txt), from the first
 * bytes of a connection, however they were cut. Whatever the bytes are, it answers and throws nothing. It
 * keeps nothing between two calls: ask again with all bytes when there are more. Thread-safe.
 *
 * <p>Where the document leaves a choice:
 *
 * <ul>
 *   <li>{@code LOCAL}: family, addresses and TLVs are skipped unread, as the document and HAProxy do;
 *   <li>{@code UNSPEC} as family or as protocol: accepted, without addresses, with its TLVs;
 *   <li>{@code UNKNOWN} in version 1: accepted, with anything up to the end of the line;
 *   <li>command, family or protocol without a meaning: refused.
 * </ul>
 */
public final class ProxyHeaderReader {
  /** The longest header of version 2 by default, in bytes, all included: HAProxy's buffer. */
  public static final int DEFAULT_LIMIT = 16_384;

  static final int LONGEST_LINE = 107;
  static final byte[] LINE_BEGIN = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };
  static final int HEAD = 16;

  /** As many as there are types: tiny ones without end would cost far more memory than their bytes. */
  static final int MOST_TLVS = 256;

  private static final int LONGEST_UNIQUE_ID = 128;
  private static final int[] ADDRESS_BYTES = {0, 12, 36, 2 * UnixAddress.BYTES}; // by family
  private static final int IPV4 = 1;
  private static final int IPV6 = 2;
  static final byte[] NO_CHECKSUM = new byte[4];

  private final int limit;

  /** Up to {@link #DEFAULT_LIMIT} bytes. */
  public ProxyHeaderReader() {
    this(DEFAULT_LIMIT);
  }

  /**
   * Up to so many bytes.
   *
   * @param limit 536, which every header may have (§2), to 65551, the longest that can be
   */
  public ProxyHeaderReader(int limit) {
    this.limit = Check.range("limit", limit, 536, HEAD + 65_535);
  }

  /**
   * Reads from the buffer's reader index on, and leaves the index where it is. Never wants more than the
   * limit.
   */
  public ProxyReading read(ByteBuf in) {
    if (in.isReadable() && in.getByte(in.readerIndex()) == SIGNATURE[0]) {
      return begins(in, SIGNATURE) ? binary(in) : bad(ProxyProblem.MISSING);
    }
    return begins(in, LINE_BEGIN) ? line(in) : bad(ProxyProblem.MISSING);
  }

  /** Why it is no header when no more bytes come after those for which more were needed. */
  public static ProxyProblem ended(ByteBuf in) {
    return in.isReadable() ? ProxyProblem.TRUNCATED : ProxyProblem.EMPTY;
  }

  private static ProxyReading bad(ProxyProblem problem) {
    return new ProxyReading.Bad(problem);
  }

  private static boolean begins(ByteBuf in, byte[] expected) {
    int known = Math.min(in.readableBytes(), expected.length);
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  // Version 1

  private static ProxyReading line(ByteBuf in) {
    int known = Math.min(in.readableBytes(), LONGEST_LINE);
    for (int i = 1; i < known; i++) {
      int at = in.readerIndex() + i;
      if (in.getByte(at) == '\n' && in.getByte(at - 1) == '\r') {
        return line(in.toString(in.readerIndex(), i - 1, StandardCharsets.ISO_8859_1));
      }
    }
    return known == LONGEST_LINE ? bad(ProxyProblem.TOO_LONG) : ProxyReading.NEED_MORE;
  }

  private static ProxyReading line(String line) {
    int length = line.length() + 2;
    String[] words = line.split(" ", -1);
    String protocol = words[1]; // there is one: the line begins with a word and a space
    if (protocol.equals("UNKNOWN")) {
      return new ProxyReading.Done(new ProxyHeader(1, false, null, null, List.of()), length);
    }
    if (!protocol.equals("TCP4") && !protocol.equals("TCP6")) {
      return bad(ProxyProblem.UNSUPPORTED_PROTOCOL);
    }
    if (words.length != 6) {
      return bad(ProxyProblem.MALFORMED);
    }
    boolean ipv4 = protocol.equals("TCP4");
    byte[] source = ipv4 ? AddressText.ipv4(words[2]) : AddressText.ipv6(words[2]);
    byte[] destination = ipv4 ? AddressText.ipv4(words[3]) : AddressText.ipv6(words[3]);
    int from = AddressText.decimal(words[4], 65_535);
    int to = AddressText.decimal(words[5], 65_535);
    if (source == null || destination == null || from < 0 || to < 0) {
      return bad(ProxyProblem.MALFORMED);
    }
    ProxyHeader header =
        new ProxyHeader(1, false, inet(source, from), inet(destination, to), List.of());
    return new ProxyReading.Done(header, length);
  }

  // Version 2

  private ProxyReading binary(ByteBuf in) {
    ProxyProblem wrong = headProblem(in);
    if (wrong != null) {
      return bad(wrong);
    }
    int known = in.readableBytes();
    int at = in.readerIndex();
    if (known < HEAD || known < HEAD + in.getUnsignedShort(at + 14)) {
      return ProxyReading.NEED_MORE;
    }
    byte[] header = ByteBufUtil.getBytes(in, at, HEAD + in.getUnsignedShort(at + 14));
    if ((header[12] & 0x0F) == 0) {
      ProxyHeader local = new ProxyHeader(2, true, null, null, List.of());
      return new ProxyReading.Done(local, header.length);
    }
    int family = header[13] >> 4;
    boolean unspecified = (header[13] & 0x0F) == 0;
    List<Tlv> tlvs = new ArrayList<>();
    wrong = tlvs(header, HEAD + ADDRESS_BYTES[family], tlvs);
    return wrong != null
        ? bad(wrong)
        : new ProxyReading.Done(header(header, unspecified ? 0 : family, tlvs), header.length);
  }

  /** What is wrong with the 16 bytes before addresses and TLVs, as far as they have come. */
  private @Nullable ProxyProblem headProblem(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() <= 12) {
      return null;
    }
    int command = in.getByte(at + 12) & 0x0F;
    if (in.getByte(at + 12) >> 4 != 2) {
      return ProxyProblem.UNSUPPORTED_VERSION;
    }
    if (command > 1) {
      return ProxyProblem.UNSUPPORTED_PROTOCOL;
    }
    if (in.readableBytes() < HEAD) {
      return null;
    }
    int family = in.getUnsignedByte(at + 13) >> 4;
    int length = in.getUnsignedShort(at + 14);
    if (command == 1 && (family >= ADDRESS_BYTES.length || (in.getByte(at + 13) & 0x0F) > 2)) {
      return ProxyProblem.UNSUPPORTED_PROTOCOL;
    }
    if (command == 1 && length < ADDRESS_BYTES[family]) {
      return ProxyProblem.MALFORMED;
    }
    return HEAD + length > limit ? ProxyProblem.TOO_LONG : null;
  }

  private static ProxyHeader header(byte[] header, int family, List<Tlv> tlvs) {
    SocketAddress source = null;
    SocketAddress destination = null;
    if (family == IPV4 || family == IPV6) {
      int size = family == IPV4 ? 4 : 16;
      source = inet(header, HEAD, size, HEAD + 2 * size);
      destination = inet(header, HEAD + size, size, HEAD + 2 * size + 2);
    } else if (family != 0) {
      source = UnixAddress.of(header, HEAD);
      destination = UnixAddress.of(header, HEAD + UnixAddress.BYTES);
    }
    return new ProxyHeader(2, false, source, destination, tlvs);
  }

  /** Reads those that follow the addresses into a list, and checks those that can be wrong. */
  private static @Nullable ProxyProblem tlvs(byte[] header, int from, List<Tlv> into) {
    int end;
    for (int at = from; at < header.length; at = end) {
      int value = at + 3;
      end = value > header.length ? value : value + unsignedShort(header, at + 1);
      if (end > header.length) {
        return ProxyProblem.MALFORMED;
      }
      int type = header[at] & 0xFF;
      if (type == ProxyHeader.NOOP) {
        continue;
      }
      if (into.size() == MOST_TLVS) {
        return ProxyProblem.TOO_LONG;
      }
      Tlv tlv = new Tlv(type, ByteBuffer.wrap(header, value, end - value));
      ProxyProblem problem = problem(tlv, header, value, end - value);
      if (problem != null) {
        return problem;
      }
      into.add(tlv);
    }
    return null;
  }

  private static @Nullable ProxyProblem problem(Tlv tlv, byte[] header, int value, int length) {
    boolean malformed = switch (tlv.type()) {
      case ProxyHeader.CRC32C -> length != NO_CHECKSUM.length;
      case ProxyHeader.UNIQUE_ID -> length > LONGEST_UNIQUE_ID;
      case ProxyHeader.SSL -> Ssl.of(tlv.value()) == null;
      default -> false;
    };
    if (malformed) {
      return ProxyProblem.MALFORMED;
    }
    return tlv.type() == ProxyHeader.CRC32C && tlv.value().getInt() != (int) checksum(header, value)
        ? ProxyProblem.BAD_CHECKSUM
        : null;
  }

  /** Of the whole header, as if its checksum were zero (§2.2.3). */
  private static long checksum(byte[] header, int field) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, field);
    crc.update(NO_CHECKSUM);
    crc.update(header, field + NO_CHECKSUM.length, header.length - field - NO_CHECKSUM.length);
    return crc.getValue();
  }

  private static InetSocketAddress inet(byte[] header, int from, int size, int port) {
    return inet(Arrays.copyOfRange(header, from, from + size), unsignedShort(header, port));
  }

  private static InetSocketAddress inet(byte[] address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // 4 and 16 bytes are always an address
    }
  }

  private static int unsignedShort(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
  }
}
