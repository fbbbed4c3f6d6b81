package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on the client's side, whatever carries them. On one event loop only. What
 * is sent leaves when the event that caused it has been seen to.
 */
interface ClientStream {
  /** {@return what is kept for its event loop} */
  HttpLoop home();

  /** {@return the client's address} */
  SocketAddress address();

  /** {@return the number of its session} */
  long session();

  /** {@return the field line that tells a server who the client is, or empty} */
  byte[] forwarded(RequestHead head);

  /** Sends an interim response, or a 101. */
  void interim(ResponseHead head);

  /**
   * Begins the response.
   *
   * @param head its head
   * @param last whether the connection cannot be used after it
   */
  void respond(ResponseHead head, boolean last);

  /** Sends a part of the body, which is taken over. */
  void data(ByteBuf data);

  /** Ends the response. */
  void end(@Nullable Fields trailers);

  /** Answers in place of a server. */
  void answer(Rejection rejection);

  /** {@return whether more of the response should be sent now} */
  boolean writable();

  /** {@return bytes sent so far} */
  long written();

  /** Stops or resumes reading the request. */
  void pause(boolean paused);

  /** Begins or ends to wait for the client, which has the client time-out to act. */
  void waitForClient(boolean waiting);

  /** {@return whether an event of the client's is being seen to, at whose end all is settled anyway} */
  boolean reading();

  /** Sends what was written, unless an event is being seen to, at whose end it is sent anyway. */
  void flush();

  /**
   * The exchange is over.
   *
   * @param how how it ended
   * @param broken whether the client must see that its response is not whole
   */
  void over(Termination how, boolean broken);

  /**
   * The exchange has become a tunnel.
   *
   * @param server its other end
   */
  void tunnel(ServerStream server);
}
