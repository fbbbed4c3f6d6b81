package dev.fairlead.http;

/**
 * A violation of HTTP/1.1 that may be let pass, where a client or a server that cannot be changed commits it.
 * What is passed on is well-formed all the same, except for {@link #NON_ASCII_TARGET}, which has no other
 * form. Each one makes it more likely that another reader, in front of this one, understands a message
 * otherwise: use none without need. Compare HAProxy's {@code accept-unsafe-violations-in-http-request} and
 * {@code …-response}, each of which is all of its violations at once.
 *
 * @see HttpFrontend.Builder#relaxRequests
 * @see HttpFrontend.Builder#relaxResponses
 */
public enum Relaxation {
  /**
   * A line of a head, or of trailers, ends with a line feed alone (RFC 9112 §2.2). Chunk sizes still need
   * both characters.
   */
  BARE_LF,
  /** A field goes on in a further line that begins with white space (RFC 9112 §5.2); it is made one line. */
  FOLDED_FIELD,
  /** A request's target has bytes beyond ASCII that should have been escaped (RFC 3986 §2). */
  NON_ASCII_TARGET,
  /** Content-Length is there more than once, always the same (RFC 9110 §8.6); it is passed on once. */
  REPEATED_LENGTH,
  /**
   * Content-Length and Transfer-Encoding are both there: the first is dropped, and the connection closed behind
   * the message (RFC 9112 §6.3), as HAProxy does by default.
   */
  LENGTH_BESIDE_CODING
}
