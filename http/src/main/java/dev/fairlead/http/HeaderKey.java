package dev.fairlead.http;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.PickContext;
import dev.fairlead.http.spi.RequestInfo;
import java.util.Locale;
import java.util.Objects;

/**
 * The value of a header field as a hash key (HAProxy {@code balance hdr}): from {@link HttpKeys#header}.
 * An immutable value; each method returns a changed copy, and the last one counts.
 */
@CheckReturnValue
public final class HeaderKey implements HashKey {
  private enum Part {
    FIRST,
    WHOLE,
    DOMAIN
  }

  private final String name;
  private final Part part;

  private HeaderKey(String name, Part part) {
    this.name = name;
    this.part = part;
  }

  static HeaderKey of(String name) {
    return new HeaderKey(Names.token("header", name), Part.FIRST);
  }

  /**
   * The whole value, also where it is a list (Nginx {@code $http_name}).
   *
   * @return the changed copy
   */
  public HeaderKey whole() {
    return new HeaderKey(name, Part.WHOLE);
  }

  /**
   * Of a host's name only the part before the last dot and behind the one before (HAProxy {@code
   * use_domain_only}): {@code example} of {@code www.example.com:8080}. A name without a dot counts whole.
   *
   * @return the changed copy
   */
  public HeaderKey domainOnly() {
    return new HeaderKey(name, Part.DOMAIN);
  }

  @Override
  public boolean write(PickContext request, KeySink into) {
    RequestInfo info = request.request(RequestInfo.class);
    KeyText text = KeyText.empty();
    if (info == null || !info.writeHeader(name, text)) {
      return false;
    }
    int end = part == Part.WHOLE ? text.length() : endOfFirst(text);
    if (part == Part.DOMAIN) {
      return domain(text, end, into);
    }
    return text.writeTo(into, 0, end);
  }

  /** Where the first element of a list ends, white space before the comma left out. */
  private static int endOfFirst(KeyText text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      byte c = text.at(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return beforeSpace(text, i);
      }
    }
    return text.length();
  }

  private static int beforeSpace(KeyText text, int end) {
    int at = end;
    while (at > 0 && (text.at(at - 1) == ' ' || text.at(at - 1) == '\t')) {
      at--;
    }
    return at;
  }

  /** As HAProxy does it, odd names with empty parts included. */
  private static boolean domain(KeyText text, int end, KeySink into) {
    int dot = end - 1;
    while (dot > 0 && text.at(dot) != '.') {
      dot--;
    }
    if (dot <= 0) {
      return text.writeTo(into, 0, end);
    }
    int from = dot - 1;
    while (from > 0 && text.at(from - 1) != '.') {
      from--;
    }
    return text.writeTo(into, from, dot);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderKey that && name.equalsIgnoreCase(that.name) && part == that.part;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name.toLowerCase(Locale.ROOT), part);
  }

  @Override
  public String toString() {
    return "header(" + name + ")"
        + (part == Part.WHOLE ? ".whole()" : part == Part.DOMAIN ? ".domainOnly()" : "");
  }
}
