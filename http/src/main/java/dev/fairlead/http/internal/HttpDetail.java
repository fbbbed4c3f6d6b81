package dev.fairlead.http.internal;

import dev.fairlead.event.Detail;

/**
 * HTTP's part of the event that ends an exchange.
 *
 * @param protocol the request's version
 * @param status the status sent to the client, or -1
 * @param request the request line without control characters, or {@code <BADREQ>}
 */
record HttpDetail(String protocol, int status, String request) implements Detail {
  /** What the log shows where no request line was read, as HAProxy does. */
  static final String BAD_REQUEST = "<BADREQ>";
}
