package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.UpgradeRule;
import dev.fairlead.spi.Connection;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The way from HTTP/1.1 to HTTP/2 on one connection (RFC 7540 §3.2). Pure functions. */
final class Http2Upgrade {
  private static final String SETTINGS = "http2-settings";
  private static final int SETTING = 6;

  /** Takes one setting. */
  @FunctionalInterface
  interface Sink {
    void setting(int id, long value);
  }

  private Http2Upgrade() {}

  /** {@return whether a connection goes over to HTTP/2 with this request} */
  static boolean wanted(HttpSettings settings, Connection connection, RequestHead head) {
    return settings.http2ByUpgrade()
        && connection.tls() == null
        && UpgradeRule.offersHttp2(head)
        && !settings.upgrades().offered(head)
        && decoded(head) != null;
  }

  private static byte @Nullable [] decoded(RequestHead head) {
    String value = head.header(SETTINGS);
    if (value == null) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(value);
      return bytes.length % SETTING == 0 ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null; // then it goes on as it is
    }
  }

  /** Tells the settings that the request brings. */
  static void forEachSetting(RequestHead head, Sink sink) {
    byte[] bytes = decoded(head);
    ByteBuffer left = ByteBuffer.wrap(bytes == null ? new byte[0] : bytes);
    while (left.hasRemaining()) {
      sink.setting(Short.toUnsignedInt(left.getShort()), Integer.toUnsignedLong(left.getInt()));
    }
  }
}
