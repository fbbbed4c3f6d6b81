package dev.fairlead.acceptance;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.EXPECT;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;

/**
 * The requests of one connection or stream, answered as their paths say. On its event loop only.
 *
 * <pre>
 * /echo      the body, as it comes, and its trailers
 * /size      how long the body was, when it has ended
 * /text/N    N bytes, with their length
 * /redirect  302 to /text/5
 * /trailers  a body with trailers
 * /early     103, then 200
 * /held/…    what the test says
 * /report    204; the body is kept
 * </pre>
 */
final class WebExchange extends SimpleChannelInboundHandler<HttpObject> {
  private final Map<String, String> pages;
  private final Queue<HeldAnswer> held;
  private final Queue<String> reports;
  private String path = "";
  private boolean expected;
  private long size;
  private final StringBuilder report = new StringBuilder();

  WebExchange(Map<String, String> pages, Queue<HeldAnswer> held, Queue<String> reports) {
    this.pages = pages;
    this.held = held;
    this.reports = reports;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (part instanceof HttpRequest request) {
      begin(context, request);
    }
    if (part instanceof HttpContent content) {
      more(context, content);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    path = request.uri();
    size = 0;
    expected = request.headers().contains(EXPECT);
    if (expected) {
      context.writeAndFlush(full(HttpResponseStatus.CONTINUE, ""));
    }
    if (path.equals("/echo")) {
      context.writeAndFlush(chunked());
    } else if (path.startsWith("/text/")) {
      String body = "x".repeat(Integer.parseInt(path.substring(6)));
      answer(context, full(HttpResponseStatus.OK, body), request.method().equals(HttpMethod.HEAD));
    } else if (path.startsWith("/held/")) {
      held.add(new HeldAnswer(context));
    } else if (path.equals("/early")) {
      FullHttpResponse hints = full(HttpResponseStatus.EARLY_HINTS, "");
      hints.headers().set("link", "</style.css>; rel=preload");
      context.writeAndFlush(hints);
    }
  }

  private void more(ChannelHandlerContext context, HttpContent part) {
    size += part.content().readableBytes();
    if (path.equals("/echo")) {
      if (part instanceof LastHttpContent last) {
        LastHttpContent end = new DefaultLastHttpContent(part.content().retain());
        end.trailingHeaders().set(last.trailingHeaders());
        context.writeAndFlush(end);
      } else {
        context.writeAndFlush(new DefaultHttpContent(part.content().retain()));
      }
      context.channel().config().setAutoRead(context.channel().isWritable());
    } else if (path.equals("/report")) {
      report.append(part.content().toString(StandardCharsets.UTF_8));
    }
    if (part instanceof LastHttpContent) {
      end(context);
    }
  }

  private void end(ChannelHandlerContext context) {
    switch (path) {
      case "/size" -> {
        FullHttpResponse told = full(HttpResponseStatus.OK, Long.toString(size));
        told.headers().set("x-expected", expected);
        answer(context, told, false);
      }
      case "/redirect" -> {
        FullHttpResponse moved = full(HttpResponseStatus.FOUND, "");
        moved.headers().set("location", "/text/5");
        answer(context, moved, false);
      }
      case "/early" -> answer(context, full(HttpResponseStatus.OK, "late"), false);
      case "/trailers" -> {
        context.write(chunked());
        ByteBuf body = Unpooled.copiedBuffer("body", StandardCharsets.UTF_8);
        LastHttpContent end = new DefaultLastHttpContent(body);
        end.trailingHeaders().set("x-checksum", "17");
        context.writeAndFlush(end);
      }
      case "/report" -> {
        reports.add(report.toString());
        report.setLength(0);
        answer(context, full(HttpResponseStatus.NO_CONTENT, ""), false);
      }
      default -> page(context);
    }
  }

  private void page(ChannelHandlerContext context) {
    String text = pages.get(path);
    if (text != null) {
      FullHttpResponse page = full(HttpResponseStatus.OK, text);
      page.headers().set(CONTENT_TYPE, path.endsWith(".js") ? "text/javascript" : "text/html");
      answer(context, page, false);
    } else if (!path.equals("/echo") && !path.startsWith("/text/") && !path.startsWith("/held/")) {
      answer(context, full(HttpResponseStatus.NOT_FOUND, ""), false);
    }
  }

  private static FullHttpResponse full(HttpResponseStatus status, String body) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
  }

  private static HttpResponse chunked() {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(TRANSFER_ENCODING, "chunked");
    return head;
  }

  private static void answer(
      ChannelHandlerContext context, FullHttpResponse response, boolean headOnly) {
    if (!response.status().equals(HttpResponseStatus.NO_CONTENT)) {
      response.headers().set(CONTENT_LENGTH, response.content().readableBytes());
    }
    if (headOnly) {
      response.content().clear();
    }
    context.writeAndFlush(response);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(context.channel().isWritable());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    context.close();
  }
}
