package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one check and its server say to each other on one connection. What came and was not yet taken is
 * kept as {@link ByteText}, at most {@link #MOST} bytes of it; whatever exceeds them ends the exchange, as the
 * end of the connection does. On the control loop only.
 */
final class Exchange extends SimpleChannelInboundHandler<ByteBuf> {
  /** HAProxy's {@code tune.bufsize}, which bounds its checks. */
  static final int MOST = 16_384;

  /** One side of the conversation: the probe's, for one check. */
  interface Dialogue {
    /** The connection stands: whoever speaks first speaks now. */
    default void begun(Exchange with) {}

    /**
     * More has come, or nothing more will.
     *
     * @return the verdict, or null to wait for more
     */
    @Nullable
    Verdict heard(Exchange with);
  }

  /** A dialogue with a server that answers in lines. */
  interface Lines extends Dialogue {
    /**
     * A line has come.
     *
     * @param line without its end
     * @return the verdict, or null to wait for more
     */
    @Nullable
    Verdict line(String line, Exchange with);

    @Override
    default @Nullable Verdict heard(Exchange with) {
      Verdict verdict = null;
      String line = with.line();
      while (line != null && verdict == null) {
        verdict = line(line, with);
        line = with.line();
      }
      return verdict;
    }
  }

  private final Dialogue dialogue;
  private final Awaited verdict = new Awaited(this::late);
  private final StringBuilder received = new StringBuilder();
  private String missing = "no answer";
  private String secret = "";
  private @Nullable Channel channel;
  private boolean full;
  private boolean closed;

  private Exchange(Dialogue dialogue) {
    this.dialogue = dialogue;
  }

  static CompletionStage<Verdict> with(Target target, Dialogue dialogue) {
    Exchange exchange = new Exchange(dialogue);
    Future<Channel> connection = target.connect(exchange);
    connection.addListener(connected -> {
      if (connected.isSuccess()) {
        exchange.begin(connection.getNow());
      } else {
        exchange.verdict.complete(Reasons.notConnected(connected.cause()));
      }
    });
    return exchange.verdict;
  }

  /** What came and was not taken. */
  CharSequence received() {
    return received;
  }

  /** Whether nothing more will come. */
  boolean over() {
    return closed || full;
  }

  /** Takes a line, without its end; null when none is complete. */
  @Nullable
  String line() {
    int end = received.indexOf("\n");
    if (end < 0) {
      return null;
    }
    boolean cr = end > 0 && received.charAt(end - 1) == '\r';
    String line = received.substring(0, cr ? end - 1 : end);
    received.delete(0, end + 1);
    return line;
  }

  /** Drops what has come; there is room again. */
  void forget() {
    received.setLength(0);
    full = false;
  }

  /** Says something. */
  void send(String bytes) {
    Channel to = Objects.requireNonNull(channel, "channel");
    to.writeAndFlush(Unpooled.wrappedBuffer(ByteText.bytes(bytes))).addListener(sent -> {
      if (!sent.isSuccess()) {
        verdict.complete(Verdict.of(CheckCode.L7RSP, Reasons.message(sent.cause())));
      }
    });
  }

  /** Names what is missing from now on, for the case that it does not come: {@code no greeting}. */
  void awaits(String whatWouldBeMissing) {
    missing = whatWouldBeMissing;
  }

  /** Is not shown to anybody, should the server repeat it; empty for nothing. */
  void conceal(String bytes) {
    secret = bytes;
  }

  /** What came, for people. */
  String shown(String bytes) {
    return ByteText.shown(secret.isEmpty() ? bytes : bytes.replace(secret, "…"));
  }

  /** What is missing, and what came instead. */
  String missing() {
    return received.isEmpty() ? missing : missing + ", got " + shown(received.toString());
  }

  private void begin(Channel connected) {
    channel = connected;
    try {
      dialogue.begun(this);
    } catch (RuntimeException e) {
      verdict.completeExceptionally(e);
    }
    advance();
  }

  private void advance() {
    if (channel == null || verdict.isDone()) {
      return;
    }
    try {
      Verdict found = dialogue.heard(this);
      if (found != null) {
        verdict.complete(found);
      } else if (over()) {
        String how = full ? "more than " + MOST + " bytes, " : "closed, ";
        verdict.complete(Verdict.of(CheckCode.L7RSP, how + missing()));
      }
    } catch (RuntimeException e) {
      verdict.completeExceptionally(e);
    }
  }

  private Verdict late() {
    return Verdict.of(CheckCode.L7TOUT, missing());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (verdict.isDone()) {
      return;
    }
    int room = Math.min(bytes.readableBytes(), MOST - received.length());
    received.append(bytes.toString(bytes.readerIndex(), room, ISO_8859_1));
    full = room < bytes.readableBytes();
    advance();
  }

  /** Core's connections stay half-open: an orderly end shows as this event. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      closed = true;
      advance();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    advance();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    verdict.complete(
        cause instanceof EdgeException tls
            ? Reasons.tls(tls)
            : Verdict.of(CheckCode.L7RSP, Reasons.message(cause)));
  }
}
