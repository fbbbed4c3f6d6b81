package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy says of its own in what it passes on: {@code Via} (RFC 9110 §7.6.3) and {@code Date}
 * (§6.6.1). On its event loop only.
 */
final class Stamps {
  private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
          "'Date: 'EEE, dd MMM yyyy HH:mm:ss' GMT\r\n'", Locale.ENGLISH)
      .withZone(ZoneOffset.UTC);
  private static final long SECOND = 1_000_000_000;
  private static final byte[] NOTHING = new byte[0];

  private final HttpLoop home;
  private final byte @Nullable [] via10;
  private final byte @Nullable [] via11;
  private final byte @Nullable [] via20;
  private final boolean dated;
  private byte[] date = NOTHING;
  private long dateUntil;

  Stamps(HttpLoop home) {
    this.home = home;
    String name = home.settings().via();
    this.via10 = via("1.0", name);
    this.via11 = via("1.1", name);
    this.via20 = via("2.0", name);
    this.dated = home.settings().date();
  }

  private static byte @Nullable [] via(String version, @Nullable String name) {
    return name == null ? null : Ascii.bytes("Via: " + version + " " + name + "\r\n");
  }

  void on(RequestHead head) {
    byte[] via = head.http2() ? via20 : head.http11() ? via11 : via10;
    if (via != null) {
      head.add(via);
    }
  }

  void on(ResponseHead head) {
    byte[] via = head.http2() ? via20 : head.http11() ? via11 : via10;
    if (via != null) {
      head.add(via);
    }
    if (dated && !head.passes("Date")) {
      head.add(date());
    }
  }

  /** {@return the line with the time of now; empty when dates are not wanted} */
  byte[] date() {
    long now = home.now();
    if (dated && (date.length == 0 || now - dateUntil >= 0)) {
      Instant time = home.gateway().instant(now);
      date = Ascii.bytes(IMF_FIXDATE.format(time));
      dateUntil = now + SECOND - time.get(ChronoField.NANO_OF_SECOND);
    }
    return date;
  }
}
