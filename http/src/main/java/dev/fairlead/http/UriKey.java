package dev.fairlead.http;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.PickContext;
import dev.fairlead.http.spi.RequestInfo;
import java.util.Objects;

/**
 * The request's URI as a hash key (HAProxy {@code balance uri}): from {@link HttpKeys#uri}. An immutable
 * value; each method returns a changed copy, and all may be combined: the key ends where the first of them
 * says so.
 */
@CheckReturnValue
public final class UriKey implements HashKey {
  static final UriKey PLAIN = new UriKey(0, 0, false, false);

  private final int length;
  private final int depth;
  private final boolean whole;
  private final boolean pathOnly;

  private UriKey(int length, int depth, boolean whole, boolean pathOnly) {
    this.length = length;
    this.depth = depth;
    this.whole = whole;
    this.pathOnly = pathOnly;
  }

  /**
   * No more than the first characters (HAProxy {@code len}). To be of use, more than what all have in
   * common.
   *
   * @param characters how many, 1..16384
   * @return the changed copy
   */
  public UriKey length(int characters) {
    return new UriKey(range("length", characters, 16_384), depth, whole, pathOnly);
  }

  /**
   * No more than the first directories (HAProxy {@code depth}): {@code depth(1)} of {@code /a/b/c} is
   * {@code /a}.
   *
   * @param directories how many, 1..1000; of an absolute URI each slash is one, unless {@link #pathOnly}
   * @return the changed copy
   */
  public UriKey depth(int directories) {
    return new UriKey(length, range("depth", directories, 1000), whole, pathOnly);
  }

  /**
   * With the query (HAProxy {@code whole}).
   *
   * @return the changed copy
   */
  public UriKey whole() {
    return new UriKey(length, depth, true, pathOnly);
  }

  /**
   * From the path on, without the scheme and the authority that an absolute URI has (HAProxy {@code
   * path-only}).
   *
   * @return the changed copy
   */
  public UriKey pathOnly() {
    return new UriKey(length, depth, whole, true);
  }

  private static int range(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: 1.." + most + ")");
    }
    return value;
  }

  @Override
  public boolean write(PickContext request, KeySink into) {
    RequestInfo info = request.request(RequestInfo.class);
    if (info == null) {
      return false;
    }
    KeyText text = KeyText.empty();
    if (pathOnly) {
      info.writePathAndQuery(text);
    } else {
      info.writeTarget(text);
    }
    return text.writeTo(into, 0, end(text));
  }

  private int end(KeyText text) {
    int most = length == 0 ? text.length() : Math.min(length, text.length());
    int slashes = 0;
    for (int i = 0; i < most; i++) {
      byte c = text.at(i);
      if ((c == '/' && ++slashes == depth + 1 && depth > 0) || (c == '?' && !whole)) {
        return i;
      }
    }
    return most;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UriKey that
        && length == that.length
        && depth == that.depth
        && whole == that.whole
        && pathOnly == that.pathOnly;
  }

  @Override
  public int hashCode() {
    return Objects.hash(length, depth, whole, pathOnly);
  }

  @Override
  public String toString() {
    return "uri()"
        + (length > 0 ? ".length(" + length + ")" : "")
        + (depth > 0 ? ".depth(" + depth + ")" : "")
        + (whole ? ".whole()" : "")
        + (pathOnly ? ".pathOnly()" : "");
  }
}
