package dev.fairlead.http;

import dev.fairlead.balance.HashKey;

/**
 * Where a hash can come from in an HTTP request; {@code HashKeys} has those that need no HTTP. Bytes are
 * taken as received, nothing is decoded and nothing allocated. A request without the key, as every TCP
 * session, is for the strategy's {@code orElse}.
 *
 * <pre>{@code
 * // as HAProxy: balance hdr(x-user), hash-type consistent, hash-balance-factor 150
 * Balancers.hash(HttpKeys.header("x-user"))
 *     .function(HashFunction.SDBM.avalanche())
 *     .serverKey(ServerKey.ID)
 *     .ring()
 *     .boundedLoad(150);
 * }</pre>
 */
public final class HttpKeys {
  private HttpKeys() {}

  /**
   * The URI as received, up to its query (HAProxy {@code balance uri}). So each object is cached by one
   * server only.
   *
   * @return the key; see its methods for {@code len}, {@code depth}, {@code whole} and {@code path-only}
   */
  public static UriKey uri() {
    return UriKey.PLAIN;
  }

  /**
   * The value of the first query parameter of a name (HAProxy {@code balance url_param}; Nginx {@code
   * $arg_name}, but in this case). An empty value is a key, too, as in HAProxy, but not for {@code
   * nginxHash} and {@code nginxConsistentHash}; the body of a POST is not searched.
   *
   * @param name as it stands in the URI
   * @return the key
   */
  public static HashKey queryParameter(String name) {
    return new PartKey(PartKey.Kind.QUERY_PARAMETER, Names.parameter("queryParameter", name));
  }

  /**
   * The value of the first field of a name; where it is a list, its first element (HAProxy {@code balance
   * hdr}). An empty one is no key.
   *
   * @param name in any case
   * @return the key; see its methods for {@code use_domain_only} and whole lists
   */
  public static HeaderKey header(String name) {
    return HeaderKey.of(name);
  }

  /**
   * The value of the first cookie of a name (HAProxy {@code balance hash req.cook(name)}; Nginx {@code
   * $cookie_name}); of several the first, as in Nginx, where HAProxy takes the last. An empty one is no
   * key.
   *
   * @param name in this case
   * @return the key
   */
  public static HashKey cookie(String name) {
    return new PartKey(PartKey.Kind.COOKIE, Names.token("cookie", name));
  }

  /**
   * The host that the request is for, in lower case, without its port and without a dot at its end (Nginx
   * {@code $host}): of an absolute URI, else of the field Host.
   *
   * @return the key
   */
  public static HashKey host() {
    return new PartKey(PartKey.Kind.HOST, "");
  }

  /**
   * The host and port that the request is for, as received: of an absolute URI, else of the field Host
   * (HAProxy {@code balance hdr(host)}, where a client that sends both sends the same).
   *
   * @return the key
   */
  public static HashKey authority() {
    return new PartKey(PartKey.Kind.AUTHORITY, "");
  }
}
