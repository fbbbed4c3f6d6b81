package dev.fairlead.acceptance;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** The answer to one request, given by the test, piece by piece. Thread-safe. */
final class HeldAnswer {
  private final ChannelHandlerContext to;

  HeldAnswer(ChannelHandlerContext to) {
    this.to = to;
  }

  /** Sends status 200 and the type. */
  void head(String type) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set("content-type", type).set("transfer-encoding", "chunked");
    to.writeAndFlush(head);
  }

  void write(String text) {
    to.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
  }

  void end() {
    to.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /** Waits until nobody waits for the answer any more: its connection, or its stream, is gone. */
  void awaitGone() {
    Waits.until("the end of the exchange", () -> !to.channel().isOpen());
  }
}
