package dev.fairlead.http.internal;

import dev.fairlead.balance.Outcome;
import dev.fairlead.config.Retries;
import org.jspecify.annotations.Nullable;

/** How an attempt failed: what it says of the server, and what a retry rule calls it. */
enum Failure {
  /** The connection was refused, or could not be made. Nothing was sent. */
  CONNECT(Outcome.Kind.CONNECT_FAILED, null),
  /** The connection was not there in time. Nothing was sent. */
  CONNECT_TIMEOUT(Outcome.Kind.CONNECT_TIMEOUT, null),
  /**
   * The server refused us by a TLS alert behind the handshake, as TLS 1.3 has it: it may have got bytes, but
   * has not acted on them.
   */
  REFUSED(Outcome.Kind.CONNECT_FAILED, null),
  /** The server says that it has not looked at the request: HTTP/2's REFUSED_STREAM, or GOAWAY. */
  UNPROCESSED(Outcome.Kind.CANCELLED, null),
  /** The connection closed before the first byte of an answer. */
  EMPTY(Outcome.Kind.EMPTY, Retries.On.EMPTY_RESPONSE),
  /** The connection was reset, or broke off before the end of the answer. */
  RESET(Outcome.Kind.RESET, Retries.On.RESET),
  /** The answer violates the protocol. */
  MALFORMED(Outcome.Kind.MALFORMED, Retries.On.MALFORMED_RESPONSE),
  /** The server did not act in time. */
  TIMEOUT(Outcome.Kind.TIMEOUT, Retries.On.RESPONSE_TIMEOUT),
  /** It answered 500, and that is one of those after which another attempt is wanted. */
  STATUS_500(Outcome.Kind.COMPLETED, Retries.On.STATUS_500),
  /** As before, 502. */
  STATUS_502(Outcome.Kind.COMPLETED, Retries.On.STATUS_502),
  /** As before, 503. */
  STATUS_503(Outcome.Kind.COMPLETED, Retries.On.STATUS_503),
  /** As before, 504. */
  STATUS_504(Outcome.Kind.COMPLETED, Retries.On.STATUS_504),
  /** The server does not know what the request needs: the extended CONNECT of RFC 8441. Nothing was sent. */
  UNSUPPORTED(Outcome.Kind.CANCELLED, null),
  /** The proxy itself failed. */
  INTERNAL(Outcome.Kind.CANCELLED, null);

  private final Outcome.Kind kind;
  private final Retries.@Nullable On on;

  Failure(Outcome.Kind kind, Retries.@Nullable On on) {
    this.kind = kind;
    this.on = on;
  }

  Outcome.Kind kind() {
    return kind;
  }

  /** {@return its name in a retry rule; null when it has none} */
  Retries.@Nullable On on() {
    return on;
  }

  /** {@return whether it is certain that the server got nothing} */
  boolean nothingSent() {
    return this == CONNECT || this == CONNECT_TIMEOUT;
  }

  /** {@return the failure that a status may be taken for, or null} */
  static @Nullable Failure ofStatus(int status) {
    return switch (status) {
      case 500 -> STATUS_500;
      case 502 -> STATUS_502;
      case 503 -> STATUS_503;
      case 504 -> STATUS_504;
      default -> null;
    };
  }
}
