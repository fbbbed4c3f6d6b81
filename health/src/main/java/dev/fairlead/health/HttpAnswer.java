package dev.fairlead.health;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** Reads one HTTP/1 answer for its judge. Its head is of bounded size. */
final class HttpAnswer extends SimpleChannelInboundHandler<HttpObject> {
  private static final int LONGEST_STATUS_LINE = 4096;
  private static final int LONGEST_FIELDS = 16_384;

  private final HttpJudge judge;
  private @Nullable HttpClientCodec codec;
  private boolean interim;

  HttpAnswer(HttpJudge judge) {
    this.judge = judge;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    HttpDecoderConfig config = new HttpDecoderConfig()
        .setMaxInitialLineLength(LONGEST_STATUS_LINE)
        .setMaxHeaderSize(LONGEST_FIELDS);
    HttpClientCodec http = new HttpClientCodec(config, false, false);
    codec = http;
    ctx.pipeline().addBefore(ctx.name(), null, http);
  }

  /** What is sent from now on is no longer HTTP. */
  void endHttp() {
    if (codec != null) {
      codec.removeOutboundHandler();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      judge.fail("not an HTTP response: " + Reasons.message(part.decoderResult().cause()));
    } else if (part instanceof HttpResponse head) {
      begin(head);
    } else if (part instanceof HttpContent content && !interim) {
      judge.body(content.content());
      if (content instanceof LastHttpContent) {
        judge.end();
      }
    }
  }

  private void begin(HttpResponse head) {
    interim = interim(head.status());
    if (!head.protocolVersion().protocolName().equals("HTTP")) {
      judge.fail("not an HTTP response: " + head.protocolVersion());
    } else if (head.status().code() < 100) {
      judge.fail("not an HTTP response: status " + head.status().code());
    } else if (!interim) {
      judge.head(head.status().code(), head.headers()::getAll);
    }
  }

  /** Core's connections stay half-open: an orderly end shows as this event. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      judge.closed();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    judge.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    judge.failed(cause);
  }

  /** Another head follows, unless the connection no longer speaks HTTP. */
  private static boolean interim(HttpResponseStatus status) {
    return status.code() < 200 && status.code() != 101;
  }
}
