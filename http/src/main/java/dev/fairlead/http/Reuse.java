package dev.fairlead.http;

/**
 * Whose requests a connection to a server carries, one after another (HAProxy: {@code http-reuse}). In all of
 * them a client's further requests may use an idle connection again; they differ in who shares it, and in
 * what the first request of a client's connection may use.
 *
 * <p>A server may close an idle connection at the very moment at which a request is sent on it. Where that
 * request can be sent again without doing its work twice (its method is idempotent, its body fits {@code
 * Retries.replayBytes}, and a retry is allowed), that is done, and nobody notices. Such a request therefore
 * counts as a further one, also when it is its client's first; in this, and only in this, the modes differ
 * from HAProxy's, whose clients have to send it again.
 *
 * <p>Over HTTP/2 several requests share a connection at the same time, in every mode but {@link #NEVER},
 * first ones included: a server that closes says by GOAWAY or REFUSED_STREAM which requests it has not
 * looked at, and these are sent elsewhere whatever their method (RFC 9113 §8.7). HAProxy lets a connection
 * carry one client's streams at a time in its mode {@code safe}.
 */
public enum Reuse {
  /** A connection belongs to one client's connection and is closed with it. */
  NEVER,

  /** First requests go over new connections, further ones over any that is idle. The default. */
  SAFE,

  /** First requests may go over connections that have been used again before, further ones over any. */
  AGGRESSIVE,

  /**
   * Any request may go over any idle connection: for servers that are known not to close them early. A first
   * request that cannot be sent again costs its client a 502 where one does.
   */
  ALWAYS
}
