package dev.fairlead.health;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.CheckCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the head of one HTTP/1 answer and judges it. Never holds more than one head of bounded size;
 * what follows is dropped.
 */
final class HttpAnswer extends SimpleChannelInboundHandler<HttpObject> {
  private static final int LONGEST_STATUS_LINE = 4096;
  private static final int LONGEST_FIELDS = 16_384;

  private final List<StatusRange> expected;
  private final CompletableFuture<Verdict> verdict;

  HttpAnswer(List<StatusRange> expected, CompletableFuture<Verdict> verdict) {
    this.expected = expected;
    this.verdict = verdict;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    HttpDecoderConfig config = new HttpDecoderConfig()
        .setMaxInitialLineLength(LONGEST_STATUS_LINE)
        .setMaxHeaderSize(LONGEST_FIELDS);
    ctx.pipeline().addBefore(ctx.name(), null, new HttpClientCodec(config, false, false));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (!(part instanceof HttpResponse head)) {
      return;
    }
    if (head.decoderResult().isFailure()) {
      fail("not an HTTP response: " + Reasons.message(head.decoderResult().cause()));
    } else if (!head.protocolVersion().protocolName().equals("HTTP")) {
      fail("not an HTTP response: " + head.protocolVersion());
    } else if (!interim(head.status())) {
      judge(head.status().code());
    }
  }

  /** Core's connections stay half-open: an orderly end shows as this event. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      fail("closed without an answer");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail("closed without an answer");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof EdgeException tls) {
      verdict.complete(Reasons.tls(tls));
    } else {
      fail(Reasons.message(cause));
    }
  }

  private void judge(int status) {
    boolean good = expected.stream().anyMatch(range -> range.contains(status));
    verdict.complete(
        good
            ? Verdict.pass(Integer.toString(status))
            : Verdict.fail(Integer.toString(status)).expected(HttpProbe.text(expected)));
  }

  private void fail(String what) {
    verdict.complete(Verdict.of(CheckCode.L7RSP, what));
  }

  /** Another head follows, unless the connection no longer speaks HTTP. */
  private static boolean interim(HttpResponseStatus status) {
    return status.code() < 200 && status.code() != 101;
  }
}
