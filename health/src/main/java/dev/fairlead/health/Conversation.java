package dev.fairlead.health;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One connection on which a probe hears messages that tell their length in their first bytes. It holds one
 * message of at most {@link #LONGEST} bytes, for which nothing is allocated before its length was looked
 * at. What is heard after the verdict is dropped. On the control loop only.
 */
abstract class Conversation extends ByteToMessageDecoder {
  /** What {@link #length} says while too little is there. */
  static final int UNKNOWN = 0;

  /** What {@link #length} says of what is no message. */
  static final int FOREIGN = -1;

  /** More than any of these servers says before it knows who asks. */
  static final int LONGEST = 32_768;

  private static final int GLIMPSE = 40;

  private final String protocol;
  private String missing = "no answer";
  private final Awaited verdict = new Awaited(() -> Verdict.of(CheckCode.L7TOUT, missing));

  Conversation(String protocol) {
    this.protocol = protocol;
  }

  final CompletionStage<Verdict> with(Target target) {
    target.connect(this).addListener(connected -> {
      if (!connected.isSuccess()) {
        verdict.complete(Reasons.notConnected(connected.cause()));
      }
    });
    return verdict;
  }

  /** Says the first word, if it is ours. */
  abstract void begin(ChannelHandlerContext ctx);

  /**
   * How long the message is that begins here, its head included; nothing is read.
   *
   * @param first the bytes that are there, at least one
   */
  abstract int length(ByteBuf first);

  /**
   * Hears one whole message.
   *
   * @throws BufferUnderflowException when it ends before it should
   * @throws CorruptedFrameException when something else is wrong with it
   */
  abstract void heard(ChannelHandlerContext ctx, ByteBuffer message);

  /** Names what is missing from now on, for the case that it does not come: {@code no greeting}. */
  final void awaits(String whatWouldBeMissing) {
    missing = whatWouldBeMissing;
  }

  /** The verdict. The connection is closed first, in order: a reset would show in the server's log. */
  final void end(ChannelHandlerContext ctx, Verdict found) {
    var unused = ctx.close();
    verdict.complete(found);
  }

  private void malformed(ChannelHandlerContext ctx, String what) {
    end(ctx, Verdict.of(CheckCode.L7RSP, "malformed " + protocol + " answer: " + what));
  }

  private void foreign(ChannelHandlerContext ctx, ByteBuf seen) {
    String glimpse = seen.toString(
        seen.readerIndex(), Math.min(GLIMPSE, seen.readableBytes()), StandardCharsets.ISO_8859_1);
    end(ctx, Verdict.of(CheckCode.L7RSP, "not " + protocol + ": " + Reasons.line(glimpse.strip())));
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
    ctx.fireChannelActive();
  }

  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (verdict.isDone()) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int length = length(in);
    if (length < 0 || length > LONGEST) {
      foreign(ctx, in);
    } else if (length > 0 && in.readableBytes() >= length) {
      byte[] message = new byte[length];
      in.readBytes(message);
      try {
        heard(ctx, ByteBuffer.wrap(message));
      } catch (BufferUnderflowException e) {
        malformed(ctx, "it ends too early");
      } catch (CorruptedFrameException e) {
        malformed(ctx, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Core's connections stay half-open: an orderly end shows as this event. */
  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    super.userEventTriggered(ctx, event); // hears what came before the end
    if (event instanceof ChannelInputShutdownEvent) {
      closed();
    }
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    closed();
  }

  private void closed() {
    verdict.complete(Verdict.of(CheckCode.L7RSP, "closed, " + missing));
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    verdict.complete(
        cause instanceof EdgeException tls
            ? Reasons.tls(tls)
            : Verdict.of(CheckCode.L7RSP, Reasons.message(cause)));
  }

  /** Sends; a failure shows as the connection's end. */
  static void send(ChannelHandlerContext ctx, ByteBuf message) {
    var unused = ctx.writeAndFlush(message);
  }

  /** Reads a text that ends with a zero byte. */
  static String text(ByteBuffer from) {
    int start = from.position();
    while (from.get() != 0) {
      // the text goes on
    }
    return text(from, start, from.position() - 1);
  }

  /** Reads a text that goes to the end. */
  static String rest(ByteBuffer from) {
    int start = from.position();
    from.position(from.limit());
    return text(from, start, from.limit());
  }

  private static String text(ByteBuffer from, int start, int end) {
    return new String(
        from.array(), from.arrayOffset() + start, end - start, StandardCharsets.UTF_8);
  }
}
