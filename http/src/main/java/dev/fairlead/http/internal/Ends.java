package dev.fairlead.http.internal;

import static dev.fairlead.status.Termination.Cause.CLIENT;
import static dev.fairlead.status.Termination.Cause.CLIENT_TIMEOUT;
import static dev.fairlead.status.Termination.Cause.INTERNAL;
import static dev.fairlead.status.Termination.Cause.PROXY;
import static dev.fairlead.status.Termination.Cause.SERVER;
import static dev.fairlead.status.Termination.Cause.SERVER_TIMEOUT;
import static dev.fairlead.status.Termination.Stage.CONNECT;
import static dev.fairlead.status.Termination.Stage.DATA;
import static dev.fairlead.status.Termination.Stage.HEADERS;
import static dev.fairlead.status.Termination.Stage.QUEUE;
import static dev.fairlead.status.Termination.Stage.REQUEST;

import dev.fairlead.status.Termination;

/** How an exchange may end without an answer of the proxy's own, in HAProxy's letters. */
final class Ends {
  static final Termination CLIENT_IN_REQUEST = new Termination(CLIENT, REQUEST);
  static final Termination CLIENT_SLOW_IN_REQUEST = new Termination(CLIENT_TIMEOUT, REQUEST);
  static final Termination BAD_REQUEST = new Termination(PROXY, REQUEST);
  static final Termination CLIENT_IN_QUEUE = new Termination(CLIENT, QUEUE);
  static final Termination CLIENT_IN_CONNECT = new Termination(CLIENT, CONNECT);
  static final Termination CLIENT_IN_HEADERS = new Termination(CLIENT, HEADERS);
  static final Termination CLIENT_IN_DATA = new Termination(CLIENT, DATA);
  static final Termination CLIENT_SLOW_IN_DATA = new Termination(CLIENT_TIMEOUT, DATA);
  static final Termination SERVER_IN_DATA = new Termination(SERVER, DATA);
  static final Termination SERVER_SLOW_IN_DATA = new Termination(SERVER_TIMEOUT, DATA);
  static final Termination BAD_DATA = new Termination(PROXY, DATA);
  static final Termination INTERNAL_IN_DATA = new Termination(INTERNAL, DATA);

  private Ends() {}

  /** {@return how an exchange ends whose server fails while the response is under way} */
  static Termination of(Failure failure) {
    return switch (failure) {
      case TIMEOUT -> SERVER_SLOW_IN_DATA;
      case MALFORMED -> BAD_DATA;
      case INTERNAL -> INTERNAL_IN_DATA;
      default -> SERVER_IN_DATA;
    };
  }
}
