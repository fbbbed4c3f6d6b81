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
  private final HttpLoop home;
  private Body body = Body.NONE;
  private boolean http11 = true;
  private boolean toHead;
  private boolean keep;
  private boolean tunnelled;

  ClientWriter(Channel channel, HttpLoop home) {
    this.channel = channel;
    this.home = home;
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
  public boolean interim(ResponseHead head) {
    ByteBuf buffer = out.stage(HeadWriter.room(head));
    int from = buffer.writerIndex();
    HeadWriter.interim(buffer, head);
    return home.headCheck().holdsInterim(buffer, from) || takenBack(buffer, from);
  }

  /** What was written is ambiguous, which should be impossible: it is as if it had never been. */
  private boolean takenBack(ByteBuf buffer, int from) {
    buffer.writerIndex(from);
    body = Body.NONE;
    home.ambiguous(this);
    return false;
  }

  @Override
  public boolean begin(ResponseHead head, boolean last) {
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
    ByteBuf buffer = out.stage(room);
    int from = buffer.writerIndex();
    HeadWriter.response(buffer, head, body, http11, keep);
    return home.headCheck().holdsResponse(buffer, from, body, head.contentLength(), toHead)
        || takenBack(buffer, from);
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
  public boolean end(@Nullable Fields trailers) {
    if (body == Body.CHUNKED) {
      ByteBuf buffer = out.stage(trailers == null ? 8 : trailers.length() + 8);
      int from = buffer.writerIndex();
      out.lastChunk(trailers);
      if (trailers != null && !home.headCheck().holdsEnd(buffer, from)) {
        return takenBack(buffer, from);
      }
    } else if (tunnelled) {
      out.finish(written -> ChannelEnd.shutdownOutput(channel));
    }
    body = Body.NONE;
    return true;
  }

  @Override
  public void answer(Rejection rejection, boolean last) {
    keep = keep && http11 && !last && !rejection.closes();
    body = Body.NONE;
    OwnAnswers.write(out.stage(256), rejection, home.stamps().date(), !keep, toHead);
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
