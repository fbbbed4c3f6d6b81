package dev.fairlead.http.spi;

import dev.fairlead.balance.KeySink;
import org.jspecify.annotations.Nullable;

/**
 * A request's head as a balancing strategy sees it, by {@code PickContext.request(RequestInfo.class)}.
 * Valid during the pick only; on the event loop that picks. The {@code write…} methods allocate nothing;
 * those that return text may build it anew at each call.
 */
public interface RequestInfo {
  /** {@return the method as received, for example {@code GET}; the common ones are not built anew} */
  String method();

  /** {@return the request target as received, for example {@code /a?b=c}, {@code *} or an absolute URI} */
  String target();

  /** {@return the path of the target without its query, as received; {@code *} for {@code OPTIONS *}} */
  String path();

  /** {@return {@code HTTP/1.1} or {@code HTTP/1.0}} */
  String version();

  /** {@return the host and port that the request is for: of an absolute target, else of Host; or null} */
  @Nullable
  String authority();

  /**
   * The value of the first field of a name.
   *
   * @param name the field's name in any case
   * @return its value without white space around it, one character a byte; null when there is none
   */
  @Nullable
  String header(String name);

  /**
   * Writes the request target as received as a hash key.
   *
   * @param into takes its bytes
   */
  void writeTarget(KeySink into);

  /**
   * Writes what {@link #authority} tells as a hash key.
   *
   * @param into takes its bytes
   * @return false when there is none
   */
  boolean writeAuthority(KeySink into);

  /**
   * Writes the path as a hash key.
   *
   * @param into takes its bytes
   */
  void writePath(KeySink into);

  /**
   * Writes the path and the query as a hash key.
   *
   * @param into takes their bytes
   */
  void writePathAndQuery(KeySink into);

  /**
   * Writes the value of the first field of a name as a hash key.
   *
   * @param name the field's name in any case
   * @param into takes the value's bytes
   * @return false when there is no such field
   */
  boolean writeHeader(String name, KeySink into);

  /**
   * Writes the value of the first query parameter of a name as a hash key, as it stands in the target:
   * nothing is decoded. It may be empty.
   *
   * @param name the parameter's name, in this case
   * @param into takes the value's bytes
   * @return false when there is no such name with a {@code =} behind it
   */
  boolean writeQueryParameter(String name, KeySink into);

  /**
   * Writes the value of the first cookie of a name as a hash key.
   *
   * @param name the cookie's name, in this case
   * @param into takes the value's bytes
   * @return false when there is no such cookie, or it is empty
   */
  boolean writeCookie(String name, KeySink into);
}
