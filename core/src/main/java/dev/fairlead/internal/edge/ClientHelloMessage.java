package dev.fairlead.internal.edge;

import dev.fairlead.internal.edge.ClientHello.Bad;
import dev.fairlead.internal.edge.ClientHello.Hello;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a ClientHello. The first thing that is wrong is kept and ends all loops; what is read
 * after it is 0.
 */
final class ClientHelloMessage {
  private static final int SERVER_NAME = 0; // RFC 6066 §3
  private static final int SIGNATURE_ALGORITHMS = 13; // RFC 8446 §4.2.3
  private static final int ALPN = 16; // RFC 7301 §3.1
  private static final int SUPPORTED_VERSIONS = 43; // RFC 8446 §4.2.1
  private static final int TLS_1_3 = 0x0304;
  private static final int HOST_NAME = 0;
  private static final int ECDSA = 3; // in the lower byte of a signature algorithm
  private static final int RANDOM = 32;
  private static final int MAX_SESSION_ID = 32;
  private static final int MAX_HOST_NAME = 255;

  private final ByteBuf in;
  private final int end;
  private int at;
  private @Nullable String wrong;

  private @Nullable String sni;
  private @Nullable List<String> alpn;
  private int legacyVersion;
  private int offeredVersion;
  private boolean ecdsaCipher;
  private boolean ecdsaSignature;
  private boolean seenSni;
  private boolean seenSignatures;
  private boolean seenVersions;

  /** A message without its head. */
  ClientHelloMessage(ByteBuf in, int from, int end) {
    this.in = in;
    this.at = from;
    this.end = end;
  }

  ClientHello read() {
    legacyVersion = number(2, end);
    require(legacyVersion >>> 8 == 3, "ClientHello of an unknown version");
    skip(RANDOM);
    int sessionId = vector(1, end);
    require(sessionId - at <= MAX_SESSION_ID, "session id longer than 32 bytes");
    at = sessionId;
    int ciphers = vector(2, end);
    require(ciphers > at && (ciphers - at) % 2 == 0, "bad list of cipher suites");
    while (at < ciphers && wrong == null) {
      ecdsaCipher |= isEcdsa(number(2, ciphers));
    }
    int compressions = vector(1, end);
    require(compressions > at, "no compression method");
    at = compressions;
    if (at < end) {
      extensions();
    }
    if (wrong != null) {
      return new Bad(wrong);
    }
    int version = offeredVersion == 0 ? legacyVersion : offeredVersion;
    boolean ecdsa = (ecdsaCipher || version >= TLS_1_3) && (ecdsaSignature || !seenSignatures);
    return new Hello(sni, alpn == null ? List.of() : List.copyOf(alpn), version, ecdsa);
  }

  private void extensions() {
    int all = vector(2, end);
    require(all == end, "bytes behind the extensions");
    while (at < all && wrong == null) {
      int type = number(2, all);
      int last = vector(2, all);
      switch (type) {
        case SERVER_NAME -> serverNames(last);
        case SIGNATURE_ALGORITHMS -> signatures(last);
        case ALPN -> protocols(last);
        case SUPPORTED_VERSIONS -> versions(last);
        default -> at = last;
      }
      require(at == last, "bytes behind the list of an extension");
    }
  }

  private void serverNames(int last) {
    require(!seenSni, "two extensions of server names");
    seenSni = true;
    int names = vector(2, last);
    require(names > at, "no name in the extension of server names");
    while (at < names && wrong == null) {
      int type = number(1, names);
      int name = vector(2, names);
      if (type == HOST_NAME) {
        require(sni == null, "two server names");
        sni = hostName(name);
      }
      at = name;
    }
  }

  private String hostName(int last) {
    int length = last - at;
    require(length >= 1 && length <= MAX_HOST_NAME, "server name of bad length");
    byte[] name = new byte[wrong == null ? length : 0];
    for (int i = 0; i < name.length; i++) {
      byte c = in.getByte(at + i);
      require(c > ' ' && c < 0x7f, "server name is not ASCII");
      name[i] = c >= 'A' && c <= 'Z' ? (byte) (c + 'a' - 'A') : c;
    }
    int visible = name.length > 0 && name[name.length - 1] == '.' ? name.length - 1 : name.length;
    require(visible > 0 && name[visible - 1] != '.', "server name without a last label");
    return new String(name, 0, visible, StandardCharsets.US_ASCII);
  }

  private void signatures(int last) {
    require(!seenSignatures, "two extensions of signature algorithms");
    seenSignatures = true;
    int algorithms = vector(2, last);
    require(algorithms > at && (algorithms - at) % 2 == 0, "bad list of signature algorithms");
    while (at < algorithms && wrong == null) {
      int algorithm = number(2, algorithms);
      ecdsaSignature |= (algorithm & 0xff) == ECDSA && algorithm >>> 8 <= 6;
    }
  }

  /** The suites of TLS 1.2 and before with ECDHE_ECDSA, as IANA lists them. */
  private static boolean isEcdsa(int cipher) {
    return switch (cipher) {
      case 0xc006, 0xc007, 0xc008, 0xc009, 0xc00a, 0xc023, 0xc024, 0xc02b, 0xc02c -> true;
      case 0xc048, 0xc049, 0xc05c, 0xc05d -> true; // ARIA
      case 0xc072, 0xc073, 0xc086, 0xc087 -> true; // Camellia
      case 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af -> true; // CCM
      case 0xcca9 -> true; // ChaCha20
      default -> false;
    };
  }

  private void protocols(int last) {
    require(alpn == null, "two extensions of ALPN");
    List<String> offered = new ArrayList<>();
    alpn = offered;
    int names = vector(2, last);
    require(names > at, "no protocol in the extension of ALPN");
    while (at < names && wrong == null) {
      int name = vector(1, names);
      require(name > at, "empty protocol in the extension of ALPN");
      boolean grease = name - at == 2 && isGrease(in.getUnsignedShort(at));
      if (wrong == null && !grease) {
        offered.add(in.toString(at, name - at, StandardCharsets.ISO_8859_1));
      }
      at = name;
    }
  }

  private void versions(int last) {
    require(!seenVersions, "two extensions of supported versions");
    seenVersions = true;
    int versions = vector(1, last);
    require(versions > at && (versions - at) % 2 == 0, "bad list of supported versions");
    while (at < versions && wrong == null) {
      int version = number(2, versions);
      // Others than 3.x are GREASE, or drafts that nobody speaks any more.
      if (version >>> 8 == 3) {
        offeredVersion = Math.max(offeredVersion, version);
      }
    }
  }

  /** Values that clients throw in to see whether servers ignore what they do not know (RFC 8701). */
  private static boolean isGrease(int value) {
    return (value & 0x0f0f) == 0x0a0a && value >>> 8 == (value & 0xff);
  }

  private void require(boolean good, String otherwise) {
    if (!good && wrong == null) {
      wrong = otherwise;
    }
  }

  private int number(int bytes, int last) {
    if (last - at < bytes) {
      require(false, "ClientHello ends too early");
      at = last;
      return 0;
    }
    int number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << 8 | in.getUnsignedByte(at++);
    }
    return number;
  }

  private void skip(int bytes) {
    require(end - at >= bytes, "ClientHello ends too early");
    at = Math.min(end, at + bytes);
  }

  /** Where a list ends whose length stands here; its first byte is the next. */
  private int vector(int lengthBytes, int last) {
    int length = number(lengthBytes, last);
    if (last - at < length) {
      require(false, "ClientHello ends too early");
      return at;
    }
    return at + length;
  }
}
