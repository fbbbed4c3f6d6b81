package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a client or of an origin: what came on it is remembered, and what is to go out can be
 * said. Thread-safe.
 */
final class Http2Exchange extends ChannelInboundHandlerAdapter {
  private final List<Map<String, String>> heads = new CopyOnWriteArrayList<>();
  /** Guarded by itself. */
  private final StringBuilder body = new StringBuilder();

  private final AtomicInteger sent = new AtomicInteger();
  private final Consumer<Http2Exchange> told;
  private volatile boolean ended;
  private volatile boolean gone;
  private volatile @Nullable Http2Error reset;
  private volatile @Nullable ChannelHandlerContext ctx;

  /**
   * A stream that begins as its handler is added.
   *
   * @param told called on the stream's loop after each block of fields, and at the end of the body
   */
  Http2Exchange(Consumer<Http2Exchange> told) {
    this.told = told;
  }

  /** Every block of fields so far: interim answers, the head, the trailers. */
  List<Map<String, String>> heads() {
    return heads;
  }

  /** One of them, waited for. */
  Map<String, String> head(int number) {
    Waits.until("block " + number + " of fields", () -> heads.size() > number || gone);
    if (heads.size() <= number) {
      throw new AssertionError("only " + heads + ", reset: " + reset);
    }
    return heads.get(number);
  }

  /** What a request is for. */
  String path() {
    return head(0).getOrDefault(":path", "");
  }

  /** The body so far. */
  String body() {
    synchronized (body) {
      return body.toString();
    }
  }

  /** Whether the other side has said all. */
  boolean ended() {
    return ended;
  }

  /** Waits until the other side has said all. */
  Http2Exchange complete() {
    Waits.until("the end of the stream", () -> ended || gone);
    if (!ended) {
      throw new AssertionError("not ended: " + heads + ", reset: " + reset);
    }
    return this;
  }

  /** The code with which the other side reset it, waited for. */
  Http2Error awaitReset() {
    Waits.until("a reset", () -> reset != null || gone);
    return Objects.requireNonNull(reset, "the connection went without a reset");
  }

  /** The code with which the other side reset it; null where it did not. */
  @Nullable
  Http2Error reset() {
    return reset;
  }

  /** Whether the stream is no more, ended by whomever. */
  boolean gone() {
    return gone;
  }

  /** Says some fields, each as {@code name: value}. */
  void send(boolean last, String... fields) {
    Http2Headers headers = new DefaultHttp2Headers();
    for (String field : fields) {
      int end = field.indexOf(": ");
      headers.add(field.substring(0, end), field.substring(end + 2));
    }
    context().writeAndFlush(new DefaultHttp2HeadersFrame(headers, last));
  }

  void data(boolean last, String text) {
    context()
        .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, ISO_8859_1), last))
        .addListener(written -> sent.addAndGet(written.isSuccess() ? text.length() : 0));
  }

  /** How much of the body went out so far, as windows allowed. */
  int sent() {
    return sent.get();
  }

  void reset(Http2Error code) {
    context().writeAndFlush(new DefaultHttp2ResetFrame(code));
  }

  /** Takes in no more of the body for now, so that its window fills. */
  void pause() {
    context().channel().config().setAutoRead(false);
  }

  void resume() {
    context().channel().config().setAutoRead(true);
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(ctx);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof Http2HeadersFrame head) {
      Map<String, String> fields = new LinkedHashMap<>();
      head.headers()
          .forEach(field -> fields.merge(
              field.getKey().toString(), field.getValue().toString(), (a, b) -> a + ", " + b));
      heads.add(fields);
      ended |= head.isEndStream();
      told.accept(this);
    } else if (message instanceof Http2DataFrame data) {
      synchronized (body) {
        body.append(data.content().toString(ISO_8859_1));
      }
      if (data.isEndStream()) {
        ended = true;
        told.accept(this);
      }
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame frame) {
      reset = Http2Error.valueOf(frame.errorCode());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
