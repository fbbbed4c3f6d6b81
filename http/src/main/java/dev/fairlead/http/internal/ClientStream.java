package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.spi.Connection;
import dev.fairlead.status.Termination;

/**
 * One request and its response on the client's side, whatever carries them. On one event loop only.
 */
interface ClientStream {
  /** {@return what is kept for its event loop} */
  HttpLoop home();

  /** {@return the client's connection} */
  Connection connection();

  /** {@return the field lines that tell a server who the client is, or empty} */
  byte[] forwarded(RequestHead head);

  /** {@return where the response goes} */
  ResponseSink response();

  /** Stops or resumes reading the request. */
  void pause(boolean paused);

  /** Begins or ends to wait for the client, which has the client time-out to act. */
  void waitForClient(boolean waiting);

  /** {@return whether an event of the client's is being seen to, at whose end all is settled anyway} */
  boolean reading();

  /** Sends what was written, unless {@link #reading}. */
  void flush();

  /**
   * The exchange is over.
   *
   * @param how how it ended
   * @param broken whether the client must see that its response is not whole
   */
  void over(Termination how, boolean broken);

  /** {@return whether it has a channel of its own, that can be made one end of a relay} */
  boolean exclusive();

  /** Stays, as a tunnel: what follows goes on as data, both ways, and each direction ends by itself. */
  void tunnel();

  /**
   * The exchange becomes a relay between two channels. Only while {@link #exclusive}.
   *
   * @param server its other end
   * @param route the way that led there
   */
  void tunnel(ServerStream server, HttpRoute route);
}
