package dev.fairlead.http.internal;

import static dev.fairlead.status.Termination.Cause.CLIENT_TIMEOUT;
import static dev.fairlead.status.Termination.Cause.DOWN;
import static dev.fairlead.status.Termination.Cause.INTERNAL;
import static dev.fairlead.status.Termination.Cause.KILLED;
import static dev.fairlead.status.Termination.Cause.PROXY;
import static dev.fairlead.status.Termination.Cause.SERVER;
import static dev.fairlead.status.Termination.Cause.SERVER_TIMEOUT;
import static dev.fairlead.status.Termination.Cause.UP;
import static dev.fairlead.status.Termination.Stage.CONNECT;
import static dev.fairlead.status.Termination.Stage.HEADERS;
import static dev.fairlead.status.Termination.Stage.QUEUE;
import static dev.fairlead.status.Termination.Stage.REQUEST;

import dev.fairlead.http.internal.h1.Fault;
import dev.fairlead.spi.Refusal;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import org.jspecify.annotations.Nullable;

/**
 * Every answer that the proxy gives by itself: its status, how the exchange then ended, and why. {@code
 * docs/response-codes.md} shows this table; a test compares them.
 */
public enum Rejection {
  /** The head, or the framing of the body, is malformed or ambiguous. */
  BAD_REQUEST(400, "Bad Request", PROXY, REQUEST, Counter.REQUEST_ERRORS),
  /** It has names of fields that are well-formed, and not wanted. */
  UNUSUAL_NAMES(400, "Bad Request", PROXY, REQUEST, Counter.REQUEST_ERRORS),
  /** The method is CONNECT. */
  METHOD_NOT_ALLOWED(405, "Method Not Allowed", PROXY, REQUEST, Counter.REQUESTS_DENIED),
  /** The head was not complete in time. */
  REQUEST_TIMEOUT(408, "Request Timeout", CLIENT_TIMEOUT, REQUEST, Counter.REQUEST_ERRORS),
  /** The client sent nothing of the body for too long, or less of it than it has to. */
  BODY_TIMEOUT(408, "Request Timeout", CLIENT_TIMEOUT, HEADERS, Counter.REQUEST_ERRORS),
  /** The body is announced to be larger than allowed. */
  CONTENT_TOO_LARGE(413, "Content Too Large", PROXY, REQUEST, Counter.REQUESTS_DENIED),
  /** The body turned out larger than allowed, and the server has seen the request. */
  BODY_TOO_LARGE(413, "Content Too Large", PROXY, HEADERS, Counter.REQUESTS_DENIED),
  /** The request line is too long. */
  URI_TOO_LONG(414, "URI Too Long", PROXY, REQUEST, Counter.REQUEST_ERRORS),
  /** The head is too large or has too many fields. */
  HEAD_TOO_LARGE(431, "Request Header Fields Too Large", PROXY, REQUEST, Counter.REQUEST_ERRORS),
  /** The framing of the body is malformed, and the server has seen the request. */
  BAD_BODY(400, "Bad Request", PROXY, HEADERS, Counter.REQUEST_ERRORS),
  /** The trailers are too large, and the server has seen the request. */
  TRAILERS_TOO_LARGE(
      431, "Request Header Fields Too Large", PROXY, HEADERS, Counter.REQUEST_ERRORS),
  /** A strategy failed. */
  STRATEGY_FAILED(500, "Internal Server Error", INTERNAL, QUEUE, Counter.INTERNAL_ERRORS),
  /** The proxy itself failed. */
  INTERNAL_ERROR(500, "Internal Server Error", INTERNAL, HEADERS, Counter.INTERNAL_ERRORS),
  /** The request has a transfer coding other than chunked. */
  NOT_IMPLEMENTED(501, "Not Implemented", PROXY, REQUEST, Counter.REQUEST_ERRORS),
  /** The server closed or reset the connection before its answer. */
  SERVER_CLOSED(502, "Bad Gateway", SERVER, HEADERS, Counter.RESPONSE_ERRORS),
  /** The server's answer is malformed. */
  BAD_RESPONSE(502, "Bad Gateway", PROXY, HEADERS, Counter.RESPONSE_ERRORS),
  /** The server speaks HTTP/2 only, and without what a WebSocket needs there (RFC 8441). */
  NO_EXTENDED_CONNECT(
      502, "Bad Gateway", PROXY, HEADERS, Counter.RESPONSE_ERRORS, Reason.NO_EXTENDED_CONNECT),
  /** No server is eligible. */
  NO_SERVER(503, "Service Unavailable", SERVER, CONNECT, Counter.NO_SERVER),
  /** The queue is full. */
  QUEUE_FULL(503, "Service Unavailable", SERVER, QUEUE, Counter.QUEUE_FULL),
  /** The wait for a slot took too long. */
  QUEUE_TIMEOUT(503, "Service Unavailable", SERVER_TIMEOUT, QUEUE, Counter.QUEUE_TIMEOUTS),
  /** The load balancer shuts down. */
  SHUTTING_DOWN(503, "Service Unavailable", KILLED, QUEUE, Counter.REQUESTS_DENIED),
  /** The server was taken away, and the grace was over, before it answered. */
  SERVER_REMOVED(503, "Service Unavailable", KILLED, HEADERS, Counter.SERVER_ABORTS),
  /** The server went down before it answered, and its sessions are not to outlive that. */
  SERVER_DOWN(502, "Bad Gateway", DOWN, HEADERS, Counter.SERVER_ABORTS),
  /** A server came back before the backup answered, whose sessions are not to outlive that. */
  SERVER_UP(502, "Bad Gateway", UP, HEADERS, Counter.SERVER_ABORTS),
  /** No connection could be made, and attempts have run out. */
  CONNECT_FAILED(503, "Service Unavailable", SERVER, CONNECT, Counter.CONNECT_ERRORS),
  /** Connecting took too long, and attempts have run out. */
  CONNECT_TIMEOUT(503, "Service Unavailable", SERVER_TIMEOUT, CONNECT, Counter.CONNECT_ERRORS),
  /** The server did not answer in time. */
  RESPONSE_TIMEOUT(504, "Gateway Timeout", SERVER_TIMEOUT, HEADERS, Counter.RESPONSE_ERRORS),
  /** The major version is not HTTP/1. */
  VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported", PROXY, REQUEST, Counter.REQUEST_ERRORS);

  private final int status;
  private final String reason;
  private final Termination.Cause cause;
  private final Termination.Stage stage;
  private final Counter counter;
  private final @Nullable Reason why;

  Rejection(
      int status,
      String reason,
      Termination.Cause cause,
      Termination.Stage stage,
      Counter counter) {
    this(status, reason, cause, stage, counter, null);
  }

  Rejection(
      int status,
      String reason,
      Termination.Cause cause,
      Termination.Stage stage,
      Counter counter,
      @Nullable Reason why) {
    this.status = status;
    this.reason = reason;
    this.cause = cause;
    this.stage = stage;
    this.counter = counter;
    this.why = why;
  }

  /** {@return the status code} */
  public int status() {
    return status;
  }

  /** {@return the words that go with it} */
  public String reason() {
    return reason;
  }

  /** {@return how the exchange ended} */
  public Termination termination() {
    return new Termination(cause, stage, why);
  }

  Counter counter() {
    return counter;
  }

  /** {@return whether the client did it, or its request was never whole: its connection is closed} */
  boolean closes() {
    return status < 500
        || this == NOT_IMPLEMENTED
        || this == VERSION_NOT_SUPPORTED
        || this == INTERNAL_ERROR
        || this == SHUTTING_DOWN;
  }

  static Rejection of(Fault fault) {
    return switch (fault) {
      case BAD -> BAD_REQUEST;
      case LINE_TOO_LONG -> URI_TOO_LONG;
      case HEAD_TOO_LARGE -> HEAD_TOO_LARGE;
      case CODING -> NOT_IMPLEMENTED;
      case VERSION -> VERSION_NOT_SUPPORTED;
    };
  }

  /** The head was fine, but what follows is not. */
  static Rejection ofBody(Fault fault) {
    return fault == Fault.HEAD_TOO_LARGE ? TRAILERS_TOO_LARGE : BAD_BODY;
  }

  /** Its lease was wanted back before the server answered. */
  static Rejection revoked(Termination.Cause why) {
    return why == DOWN ? SERVER_DOWN : why == UP ? SERVER_UP : SERVER_REMOVED;
  }

  static Rejection of(Refusal refusal) {
    return switch (refusal) {
      case NO_SERVER -> NO_SERVER;
      case QUEUE_FULL -> QUEUE_FULL;
      case QUEUE_TIMEOUT -> QUEUE_TIMEOUT;
      case SHUTTING_DOWN -> SHUTTING_DOWN;
      case INTERNAL_ERROR -> STRATEGY_FAILED;
    };
  }

  static Rejection of(Failure failure) {
    return switch (failure) {
      case CONNECT, REFUSED -> CONNECT_FAILED;
      case CONNECT_TIMEOUT -> CONNECT_TIMEOUT;
      case EMPTY, RESET, UNPROCESSED -> SERVER_CLOSED;
      case MALFORMED -> BAD_RESPONSE;
      case UNSUPPORTED -> NO_EXTENDED_CONNECT;
      case TIMEOUT -> RESPONSE_TIMEOUT;
      case STATUS_500, STATUS_502, STATUS_503, STATUS_504, INTERNAL -> INTERNAL_ERROR;
    };
  }
}
