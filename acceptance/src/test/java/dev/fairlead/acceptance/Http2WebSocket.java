package dev.fairlead.acceptance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.nio.ByteBuffer;
import java.util.List;

/** One end of a WebSocket on a stream of HTTP/2 (RFC 8441), spoken by Netty. Thread-safe. */
final class Http2WebSocket extends SimpleChannelInboundHandler<Object> implements WebSocketEnd {
  private static final int MOST = 20 << 20;

  /** Without the search for leaks, which notes each of the accesses that unmasking needs. */
  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

  private final Inbox inbox = new Inbox();
  private final Channel stream;
  private final boolean server;
  private boolean closing;
  private boolean finished;

  private Http2WebSocket(Channel stream, boolean server) {
    this.stream = stream;
    this.server = server;
  }

  /**
   * Takes over a stream whose request was accepted. A server sends back every message.
   *
   * @param stream with nothing behind the codec of its frames
   * @param server which end this is
   */
  static Http2WebSocket open(Channel stream, boolean server) {
    stream.config().setAllocator(ALLOCATOR);
    Http2WebSocket end = new Http2WebSocket(stream, server);
    ChannelPipeline pipeline = stream.pipeline();
    pipeline.addLast(
        new Payload(),
        new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(MOST)
            .expectMaskedFrames(server)
            .build()),
        new WebSocket13FrameEncoder(!server),
        new WebSocketFrameAggregator(MOST),
        end);
    return end;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Object part) {
    if (part instanceof WebSocketFrame frame) {
      received(context, frame);
    } else if (part == End.OF_STREAM) { // behind a closing handshake, if there was one
      inbox.closed(1006, "");
      finish(context);
    }
  }

  private void received(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof TextWebSocketFrame text) {
      inbox.add(text.text());
      echo(context, frame);
    } else if (frame instanceof BinaryWebSocketFrame) {
      ByteBuffer copy = ByteBuffer.allocate(frame.content().readableBytes());
      frame.content().getBytes(frame.content().readerIndex(), copy);
      inbox.add(copy.flip());
      echo(context, frame);
    } else if (frame instanceof PingWebSocketFrame) {
      context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
    } else if (frame instanceof PongWebSocketFrame) {
      inbox.addPong();
    } else if (frame instanceof CloseWebSocketFrame close) {
      inbox.closed(close.statusCode(), close.reasonText());
      if (!closing) {
        closing = true;
        context.writeAndFlush(close.retain());
      }
      finish(context);
    }
  }

  private void finish(ChannelHandlerContext context) {
    if (!finished) {
      finished = true;
      context.channel().writeAndFlush(new DefaultHttp2DataFrame(true));
    }
  }

  private void echo(ChannelHandlerContext context, WebSocketFrame frame) {
    if (server) {
      context.writeAndFlush(frame.retain());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame) {
      inbox.closed(1006, "Connection reset"); // as others call it, where it is one
    }
  }

  /** The connection is gone. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inbox.closed(1006, "");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    inbox.closed(1006, problem.toString());
    context.close();
  }

  @Override
  public Inbox inbox() {
    return inbox;
  }

  @Override
  public void send(String text) {
    stream.writeAndFlush(new TextWebSocketFrame(text));
  }

  @Override
  public void send(ByteBuffer binary) {
    stream.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(binary)));
  }

  @Override
  public void sendFragments(List<String> parts) {
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      stream.writeAndFlush(
          i == 0
              ? new TextWebSocketFrame(last, 0, parts.get(i))
              : new ContinuationWebSocketFrame(last, 0, parts.get(i)));
    }
  }

  @Override
  public void ping() {
    stream.writeAndFlush(new PingWebSocketFrame());
  }

  @Override
  public void close(int code, String reason) {
    stream.eventLoop().execute(() -> {
      closing = true;
      stream.writeAndFlush(new CloseWebSocketFrame(code, reason));
    });
  }

  @Override
  public void vanish() {
    stream.parent().config().setOption(ChannelOption.SO_LINGER, 0);
    stream.parent().close();
  }

  /** Resets the stream, and leaves the connection. */
  @Override
  public void close() {
    stream.close().awaitUninterruptibly();
  }

  /** What follows the last DATA frame. */
  private enum End {
    OF_STREAM
  }

  /** What DATA frames carry. */
  private static final class Payload extends MessageToMessageCodec<Http2DataFrame, ByteBuf> {
    Payload() {
      super(Http2DataFrame.class, ByteBuf.class);
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
      out.add(new DefaultHttp2DataFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, Http2DataFrame frame, List<Object> out) {
      out.add(frame.content().retain());
      if (frame.isEndStream()) {
        out.add(End.OF_STREAM);
      }
    }
  }
}
