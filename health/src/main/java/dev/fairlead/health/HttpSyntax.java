package dev.fairlead.health;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntPredicate;

/** What may stand in the request of a check: nothing that could break out of its line. */
final class HttpSyntax {
  private static final List<String> OWN =
      List.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "expect");
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private HttpSyntax() {}

  static String method(String method) {
    Objects.requireNonNull(method, "method");
    boolean good = !method.isEmpty()
        && method
            .chars()
            .allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')
        && !method.equals("CONNECT");
    return require(good, "method", method, "capital letters, not CONNECT");
  }

  static String target(String path) {
    Objects.requireNonNull(path, "path");
    boolean good = (path.startsWith("/") || path.equals("*"))
        && path.chars().allMatch(HttpSyntax::visible)
        && path.indexOf('#') < 0;
    return require(good, "path", path, "'/' and visible ASCII without '#'");
  }

  static String host(String host) {
    Objects.requireNonNull(host, "host");
    IntPredicate allowed = c -> visible(c) && "/?#@\\\"<>,".indexOf(c) < 0;
    boolean good = !host.isEmpty() && host.chars().allMatch(allowed);
    return require(good, "host", host, "a name or an IP address, with a port or without");
  }

  static String name(String name) {
    token("header", name);
    return require(
        !OWN.contains(name.toLowerCase(Locale.ROOT)),
        "header",
        name,
        "none of " + String.join(", ", OWN));
  }

  @CanIgnoreReturnValue
  static String token(String field, String name) {
    Objects.requireNonNull(name, field);
    boolean token = !name.isEmpty() && name.chars().allMatch(HttpSyntax::token);
    return require(token, field, name, "a field name");
  }

  /** Not shown when it is wrong: it may be a secret, read with the end of its line. */
  static String value(String name, String value) {
    Objects.requireNonNull(value, "value");
    boolean good = value.equals(value.strip())
        && value.chars().allMatch(c -> visible(c) || c == ' ' || c == '\t');
    if (!good) {
      throw new IllegalArgumentException(
          "header " + name + ": not shown (expected: printable ASCII without space at either end)");
    }
    return value;
  }

  @CanIgnoreReturnValue
  private static String require(boolean good, String field, String value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: %s)".formatted(field, value, expected));
    }
    return value;
  }

  private static boolean visible(int c) {
    return c > ' ' && c <= '~';
  }

  private static boolean token(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }
}
