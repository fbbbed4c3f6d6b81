package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on the way to a server, whatever carries them. On one event loop only.
 * What is sent leaves with {@link #flush}.
 */
interface ServerStream {
  /** {@return whether what carries it was used before, or has rested} */
  boolean reused();

  /** {@return whether a byte of the response has come} */
  boolean answered();

  /**
   * Begins the request.
   *
   * @param attempt hears of the response
   * @param head the request's head
   * @param forwarded whole field lines that are added, or empty
   */
  void begin(Attempt attempt, RequestHead head, byte[] forwarded);

  /** Sends a part of the body, which is taken over. */
  void data(ByteBuf data);

  /** Ends the request; its trailers, or null, are valid during the call. */
  void end(@Nullable Fields trailers);

  /** {@return whether more of the body should be sent now} */
  boolean writable();

  /** Stops or resumes reading the response. */
  void pause(boolean paused);

  /** Sends what was written. */
  void flush();

  /** The attempt wants no more of it. It hears nothing any more. */
  void cancel();

  /** {@return whether it has a channel of its own, that can be handed over} */
  boolean exclusive();

  /**
   * Stays, as a tunnel: what follows the consent to an upgrade goes on as data, both ways, and each direction
   * ends by itself.
   */
  void tunnel();

  /**
   * Gives the channel away, after a 101: the caller owns it from here on.
   *
   * @return the channel, without any handler of ours
   */
  Channel handOver();

  /** {@return whether the server will send no more, which was seen behind a 101} */
  boolean inputEnded();

  /** {@return what was received behind the 101, the caller's to release; null for nothing} */
  @Nullable
  ByteBuf takeRest();
}
