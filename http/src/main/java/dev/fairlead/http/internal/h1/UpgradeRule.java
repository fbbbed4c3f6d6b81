package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Which {@code Upgrade} tokens may pass; all others are stripped. Immutable. */
public final class UpgradeRule {
  private static final byte[] UPGRADE = Ascii.bytes("Upgrade: ");
  private static final byte[] CONNECTION = Ascii.bytes("Connection: Upgrade\r\n");
  private static final byte[] NONE = {};
  private static final byte[] H2C = Ascii.bytes("h2c");
  private static final byte[] SETTINGS = Ascii.bytes("http2-settings");
  private static final byte[] SEPARATOR = Ascii.bytes(", ");
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  private final byte[][] allowed;

  /**
   * A rule.
   *
   * @param tokens what may pass, in any case
   */
  public UpgradeRule(Iterable<String> tokens) {
    List<byte[]> lower = new ArrayList<>();
    for (String token : tokens) {
      byte[] bytes = Ascii.bytes(token);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = Ascii.lower(bytes[i]);
      }
      lower.add(bytes);
    }
    allowed = lower.toArray(byte[][]::new);
  }

  /** {@return whether a request asks for an upgrade that may pass} */
  public boolean offered(RequestHead head) {
    return head.asksForUpgrade() && anyAllowed(head.fields(), head.fields());
  }

  /** {@return the first token of a request that may pass, in lower case; empty for none} */
  public byte[] token(RequestHead head) {
    if (head.asksForUpgrade()) {
      for (byte[] token : allowed) {
        if (head.fields().lists(Name.UPGRADE, token)) {
          return token.clone();
        }
      }
    }
    return NONE;
  }

  /** {@return whether a request asks for HTTP/2, with its settings once, and named (RFC 7540 §3.2.1)} */
  public static boolean offersHttp2(RequestHead head) {
    Fields fields = head.fields();
    return head.asksForUpgrade()
        && fields.lists(Name.UPGRADE, H2C)
        && fields.lists(Name.CONNECTION, SETTINGS)
        && fields.once(Name.HTTP2_SETTINGS);
  }

  /** {@return whether a 101 answers what the request asked for, and may pass} */
  public boolean accepted(RequestHead request, ResponseHead response) {
    return response.upgrades()
        && request.asksForUpgrade()
        && anyAllowed(request.fields(), response.fields());
  }

  private boolean anyAllowed(Fields asked, Fields answered) {
    for (byte[] token : allowed) {
      if (asked.lists(Name.UPGRADE, token) && answered.lists(Name.UPGRADE, token)) {
        return true;
      }
    }
    return false;
  }

  /** Writes what is left of a request's wish. */
  void write(ByteBuf out, Fields fields) {
    out.writeBytes(UPGRADE);
    boolean first = true;
    for (byte[] token : allowed) {
      if (fields.lists(Name.UPGRADE, token)) {
        if (!first) {
          out.writeBytes(SEPARATOR);
        }
        out.writeBytes(token);
        first = false;
      }
    }
    out.writeBytes(CRLF);
    out.writeBytes(CONNECTION);
  }

  /** Writes a server's consent as it came. */
  static void writeConsent(ByteBuf out, Fields fields) {
    for (int i = 0; i < fields.count(); i++) {
      if (fields.name(i) == Name.UPGRADE) {
        out.writeBytes(fields.bytes(), fields.start(i), fields.end(i) - fields.start(i));
      }
    }
    out.writeBytes(CONNECTION);
  }
}
