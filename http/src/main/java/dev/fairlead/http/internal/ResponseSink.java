package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes a response for a client, in whatever version and framing it wants. What is sent leaves when the
 * event that caused it has been seen to. On one event loop only.
 */
interface ResponseSink {
  /**
   * Sends an interim response, or a 101.
   *
   * @return false: the client could misunderstand it, and nothing of it was written
   */
  boolean interim(ResponseHead head);

  /**
   * Begins the response.
   *
   * @param head its head
   * @param last whether the connection will not be used after it
   * @return false: the client could misunderstand it, and nothing of it was written
   */
  boolean begin(ResponseHead head, boolean last);

  /** Sends a part of the body, which is taken over. */
  void data(ByteBuf data);

  /**
   * Ends the response.
   *
   * @param trailers valid during the call; or null
   * @return false: the client could misunderstand these trailers, and must see that the response is cut
   */
  boolean end(@Nullable Fields trailers);

  /**
   * Answers in place of a server.
   *
   * @param rejection the answer
   * @param last whether the connection will not be used after it
   */
  void answer(Rejection rejection, boolean last);

  /** {@return whether more should be sent now} */
  boolean writable();

  /** {@return bytes sent so far, of all responses} */
  long written();
}
