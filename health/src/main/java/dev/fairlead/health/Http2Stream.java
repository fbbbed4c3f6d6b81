package dev.fairlead.health;

import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on an HTTP/2 connection of its own: through TLS where ALPN agrees on {@code
 * h2}, else with prior knowledge (RFC 9113 §3.3). Heads are of bounded size.
 */
final class Http2Stream extends ChannelInboundHandlerAdapter {
  private static final int LONGEST_FIELDS = 16_384;
  private static final String H2 = "h2";

  private final Hearer hearer;
  private final Frames frames = new Frames();
  private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
      .initialSettings(
          Http2Settings.defaultSettings().pushEnabled(false).maxHeaderListSize(LONGEST_FIELDS))
      .decoupleCloseAndGoAway(true) // the end of a check does not wait for streams
      .build();
  private @Nullable Http2FrameStream asked;
  private boolean refused;

  Http2Stream(Hearer hearer) {
    this.hearer = hearer;
  }

  /** Hears the answer as it comes. On the loop. */
  interface Hearer {
    /** The head, of an answer that is not interim. */
    void head(Http2Headers fields);

    /** A part of the body; the callee does not release it. */
    void body(ByteBuf part);

    /** The end. */
    void end(@Nullable Http2Headers trailers);

    /** Nothing more will come. */
    void closed();

    /** The connection broke. */
    void failed(Throwable cause);

    /** The answer is none. */
    void fail(CheckCode code, String what);
  }

  /** What a connection offers by ALPN where the check says nothing of it. */
  static ConnectOptions offered(ConnectOptions options) {
    ConnectOptions.Edge edge = options.edge();
    return edge.alpn().isEmpty() ? options.edge(edge.alpn(List.of(H2))) : options;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    String agreed = tls == null ? H2 : tls.applicationProtocol();
    refused = !H2.equals(agreed);
    if (refused) {
      String instead = agreed == null || agreed.isEmpty() ? "agreed on nothing" : "chose " + agreed;
      hearer.fail(CheckCode.L6RSP, "no HTTP/2: the server " + instead + " by ALPN");
    } else {
      ctx.pipeline().addBefore(ctx.name(), null, codec).addBefore(ctx.name(), null, frames);
    }
  }

  /** Once connected, on the loop. The body is released. */
  void ask(Channel channel, Http2Headers head, @Nullable ByteBuf body) {
    if (refused) {
      if (body != null) {
        body.release();
      }
      return;
    }
    Http2FrameStream stream = frames.newStream();
    asked = stream;
    var sent = channel.write(new DefaultHttp2HeadersFrame(head, body == null).stream(stream));
    if (body != null) {
      sent = channel.write(new DefaultHttp2DataFrame(body, true).stream(stream));
    }
    channel.flush();
    sent.addListener(done -> {
      if (!done.isSuccess()) {
        broken(done.cause());
      }
    });
  }

  private void broken(Throwable cause) {
    if (cause instanceof Http2Exception || cause instanceof Http2FrameStreamException) {
      String text = String.valueOf(cause.getMessage());
      boolean http1 =
          text.contains(ByteBufUtil.hexDump("HTTP/".getBytes(StandardCharsets.US_ASCII)));
      hearer.fail(CheckCode.L7RSP, "no HTTP/2: " + (http1 ? "the server answers in HTTP/1" : text));
    } else {
      hearer.failed(cause);
    }
  }

  /** What comes on the connection. */
  private final class Frames extends Http2ChannelDuplexHandler {
    private boolean begun;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      try {
        heard(ctx, frame);
      } finally {
        ReferenceCountUtil.release(frame);
      }
    }

    private void heard(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof Http2HeadersFrame fields) {
        headers(fields);
      } else if (frame instanceof Http2DataFrame data) {
        hearer.body(data.content());
        ctx.write(new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
            .stream(data.stream()));
        ctx.flush();
        if (data.isEndStream()) {
          hearer.end(null);
        }
      } else if (frame instanceof Http2ResetFrame reset) {
        hearer.fail(CheckCode.L7RSP, "the stream was reset: " + error(reset.errorCode()));
      } else if (frame instanceof Http2GoAwayFrame goAway
          && (goAway.errorCode() != Http2Error.NO_ERROR.code() || !answers(goAway))) {
        hearer.fail(
            CheckCode.L7RSP, "the server went away: " + error(goAway.errorCode()) + debug(goAway));
      }
    }

    private void headers(Http2HeadersFrame frame) {
      Http2Headers fields = frame.headers();
      if (begun) {
        hearer.end(fields);
        return;
      }
      CharSequence status = fields.status();
      if (status != null && status.length() == 3 && status.charAt(0) == '1') {
        return; // interim
      }
      begun = true;
      hearer.head(fields);
      if (frame.isEndStream()) {
        hearer.end(null);
      }
    }

    /** A server that goes away may answer what it has heard. */
    private boolean answers(Http2GoAwayFrame goAway) {
      return asked != null && asked.id() <= goAway.lastStreamId();
    }

    private static String error(long code) {
      Http2Error known = Http2Error.valueOf(code);
      return known == null ? "error " + code : known.name();
    }

    private static String debug(Http2GoAwayFrame goAway) {
      String text = goAway.content().toString(StandardCharsets.UTF_8);
      return text.isEmpty() ? "" : ", " + text;
    }

    /** Core's connections stay half-open: an orderly end shows as this event. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        hearer.closed();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      hearer.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      broken(cause);
    }
  }
}
