package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Which {@code Upgrade} tokens may pass; all others are stripped. Immutable. */
public final class UpgradeRule {
  private static final byte[] UPGRADE = Ascii.bytes("Upgrade: ");
  private static final byte[] CONNECTION = Ascii.bytes("Connection: Upgrade\r\n");
  private static final byte[] H2C = Ascii.bytes("h2c");
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
    return head.asksForUpgrade() && anyAllowed(head.fields(), head.upgradeField());
  }

  /** {@return whether a request asks for HTTP/2} */
  public static boolean offersHttp2(RequestHead head) {
    if (!head.asksForUpgrade()) {
      return false;
    }
    Fields fields = head.fields();
    int field = head.upgradeField();
    return HopByHop.names(fields.bytes(), fields.from(field), fields.to(field), H2C);
  }

  private boolean anyAllowed(Fields fields, int field) {
    for (byte[] token : allowed) {
      if (HopByHop.names(fields.bytes(), fields.from(field), fields.to(field), token)) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether a 101 answers what the request asked for, and may pass} */
  public boolean accepted(RequestHead request, ResponseHead response) {
    if (!response.upgradeOption() || response.upgradeField() < 0 || !offered(request)) {
      return false;
    }
    Fields asked = request.fields();
    Fields answer = response.fields();
    int a = request.upgradeField();
    int b = response.upgradeField();
    for (byte[] token : allowed) {
      if (HopByHop.names(asked.bytes(), asked.from(a), asked.to(a), token)
          && HopByHop.names(answer.bytes(), answer.from(b), answer.to(b), token)) {
        return true;
      }
    }
    return false;
  }

  /** Writes what is left of a request's wish. */
  void write(ByteBuf out, Fields fields, int field) {
    out.writeBytes(UPGRADE);
    boolean first = true;
    for (byte[] token : allowed) {
      if (HopByHop.names(fields.bytes(), fields.from(field), fields.to(field), token)) {
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
  static void writeConsent(ByteBuf out, Fields fields, int field) {
    out.writeBytes(UPGRADE);
    out.writeBytes(fields.bytes(), fields.from(field), fields.to(field) - fields.from(field));
    out.writeBytes(CRLF);
    out.writeBytes(CONNECTION);
  }
}
