package dev.fairlead.status;

/** What is counted for frontends, backends and servers. Each only ever rises. */
public enum Counter {
  /** Connections accepted (frontend) or leases granted (backend, server). */
  SESSIONS,
  /** Requests received (frontend) or sent (backend, server); a TCP session is one request. */
  REQUESTS,
  /** Bytes from the client towards the server. */
  BYTES_IN,
  /** Bytes from the server towards the client. */
  BYTES_OUT,
  /** Requests that were malformed, too large, or did not arrive in time (HAProxy: ereq). */
  REQUEST_ERRORS,
  /** Requests refused by a rule or a limit (HAProxy: dreq). */
  REQUESTS_DENIED,
  /** Connections refused by a rule or a limit before a protocol got them (HAProxy: dcon). */
  CONNECTIONS_DENIED,
  /** Connections closed for a missing or malformed PROXY header. */
  PROXY_HEADER_ERRORS,
  /** TLS handshakes completed. */
  TLS_HANDSHAKES,
  /** TLS handshakes among them that resumed a session. */
  TLS_RESUMED,
  /** TLS handshakes that failed, on a frontend with clients, on a backend with servers. */
  TLS_ERRORS,
  /** Attempts to connect that failed or timed out (HAProxy: econ). */
  CONNECT_ERRORS,
  /** Responses that broke off, were malformed, or did not come in time (HAProxy: eresp). */
  RESPONSE_ERRORS,
  /** Transfers ended by the client before their end (HAProxy: cli_abrt). */
  CLIENT_ABORTS,
  /** Transfers ended by the server before their end (HAProxy: srv_abrt). */
  SERVER_ABORTS,
  /** Further attempts on the same server (HAProxy: wretr). */
  RETRIES,
  /** Further attempts on another server (HAProxy: wredis). */
  REDISPATCHES,
  /** Requests refused since no server was eligible. */
  NO_SERVER,
  /** Requests refused since a queue was full. */
  QUEUE_FULL,
  /** Requests refused since they had waited too long. */
  QUEUE_TIMEOUTS,
  /** Requests that failed by an error in the proxy or in user code that it called. */
  INTERNAL_ERRORS,
  /** HTTP responses to clients with a status of 100..199. */
  HTTP_1XX,
  /** HTTP responses to clients with a status of 200..299. */
  HTTP_2XX,
  /** HTTP responses to clients with a status of 300..399. */
  HTTP_3XX,
  /** HTTP responses to clients with a status of 400..499. */
  HTTP_4XX,
  /** HTTP responses to clients with a status of 500..599. */
  HTTP_5XX;

  /**
   * The counter of a status code.
   *
   * @param status an HTTP status code, 100..599
   * @return one of {@link #HTTP_1XX} to {@link #HTTP_5XX}
   */
  public static Counter ofStatus(int status) {
    return switch (status / 100) {
      case 1 -> HTTP_1XX;
      case 2 -> HTTP_2XX;
      case 3 -> HTTP_3XX;
      case 4 -> HTTP_4XX;
      case 5 -> HTTP_5XX;
      default -> throw new IllegalArgumentException("status: " + status + " (expected: 100..599)");
    };
  }
}
