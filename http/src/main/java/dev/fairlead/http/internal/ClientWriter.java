package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.HeadWriter;
import dev.fairlead.http.internal.h1.Method;
import dev.fairlead.http.internal.h1.Output;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.spi.ChannelEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Writes responses to an HTTP/1 client, in its version and framing. On its event loop only. */
final class ClientWriter implements ResponseSink {
  /** A body up to this size is copied behind its head, so that both leave as one buffer. */
  private static final int SMALL_BODY = 2048;

  private final Channel channel;
  private final Output out;
  private final Stamps stamps;
  private Body body = Body.NONE;
  private boolean http11 = true;
  private boolean toHead;
  private boolean keep;
  private boolean tunnelled;

  ClientWriter(Channel channel, Stamps stamps) {
    this.channel = channel;
    this.stamps = stamps;
    this.out = new Output(channel);
  }

  Output out() {
    return out;
  }

  /**
   * A request has come: the answer will be in its terms.
   *
   * @param request its head, whole or not
   * @param last whether the connection will not be used after it
   */
  void expect(RequestHead request, boolean last) {
    http11 = request.http11();
    toHead = request.kind() == Method.HEAD;
    keep = request.keepAlive() && !last;
    body = Body.NONE;
  }

  /** {@return whether the connection can be used after this response} */
  boolean keeps() {
    return keep;
  }

  /** The connection will not be used after this response. */
  void close() {
    keep = false;
  }

  /** {@return whether only the end of the connection ends the body, so that a cut could go unseen} */
  boolean cutGoesUnseen() {
    return body == Body.UNTIL_CLOSE;
  }

  /** What follows is not framed, and ends with our direction. */
  void tunnel() {
    tunnelled = true;
    body = Body.UNTIL_CLOSE;
  }

  @Override
  public void interim(ResponseHead head) {
    HeadWriter.interim(out.stage(HeadWriter.room(head)), head);
  }

  @Override
  public void begin(ResponseHead head, boolean last) {
    body = head.body();
    if (body == Body.CHUNKED || body == Body.UNTIL_CLOSE) {
      // Chunks tell the client where the end is; an HTTP/1.0 client knows only that of the
      // connection.
      body = http11 ? Body.CHUNKED : Body.UNTIL_CLOSE;
    }
    keep = keep && !last && body != Body.UNTIL_CLOSE;
    int room = HeadWriter.room(head);
    if (body == Body.LENGTH && head.contentLength() <= SMALL_BODY) {
      room += (int) head.contentLength();
    }
    HeadWriter.response(out.stage(room), head, body, http11, keep);
  }

  @Override
  public void data(ByteBuf data) {
    if (body == Body.CHUNKED) {
      out.chunk(data);
    } else {
      out.data(data);
    }
  }

  @Override
  public void end(@Nullable Fields trailers) {
    if (body == Body.CHUNKED) {
      out.lastChunk(trailers);
    } else if (tunnelled) {
      out.finish(written -> ChannelEnd.shutdownOutput(channel));
    }
    body = Body.NONE;
  }

  @Override
  public void answer(Rejection rejection, boolean last) {
    keep = keep && http11 && !last && !rejection.closes();
    body = Body.NONE;
    OwnAnswers.write(out.stage(256), rejection, stamps.date(), !keep, toHead);
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public long written() {
    return out.written();
  }
}
