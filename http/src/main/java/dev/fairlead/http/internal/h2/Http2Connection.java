package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.Output;
import dev.fairlead.http.internal.h1.SpareFields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, from either end (RFC 9113): its begin and its end, those of its streams, and the
 * turns in which it is flushed. What comes is seen to by its {@link Receiver}, what is sent by its {@link
 * Sender}: what all streams have to send in one turn of the event loop leaves together. On its event loop
 * only.
 */
public abstract class Http2Connection extends ChannelInboundHandlerAdapter {
  private final Http2Limits limits;
  private final Limits headLimits;
  private final SpareFields spares;
  private final Streams streams;
  private @Nullable Channel channel;
  private @Nullable Calm calm;
  private @Nullable Sender sender;
  private @Nullable Receiver receiver;
  private @Nullable StreamTimes times;

  /** The last stream that we have said will be served; it may only become less (RFC 9113 §6.8). */
  private int announcedLast = Integer.MAX_VALUE;

  private boolean idleDue;
  private boolean scheduled;
  private boolean reading;
  private boolean over;

  /**
   * A connection.
   *
   * @param limits of what the peer may do
   * @param headLimits of heads and trailers
   * @param spares where trailers are lent from
   */
  protected Http2Connection(Http2Limits limits, Limits headLimits, SpareFields spares) {
    this.limits = limits;
    this.headLimits = headLimits;
    this.spares = spares;
    this.streams = new Streams(this, limits.streams());
  }

  /**
   * The channel is there.
   *
   * @param on the channel
   * @param preface what the peer sends before its first frame
   */
  protected final void attach(Channel on, byte[] preface) {
    channel = on;
    Calm counts = new Calm(limits, now());
    calm = counts;
    Sender sends = new Sender(this, streams, counts, on);
    sender = sends;
    receiver = new Receiver(this, streams, sends, counts, limits, headLimits, on, preface);
    times = new StreamTimes(streams, on.eventLoop());
  }

  // --- what the two ends do differently

  /** {@return whether the peer opens streams} */
  protected abstract boolean serves();

  /** Something came. */
  protected abstract void came(int bytes);

  /**
   * A head came: of a new stream, or the trailers or a response of one that is there.
   *
   * @param id its stream
   * @param stream that stream, or null
   * @param headers the header block, to be given to {@link #decode}
   * @param ends whether the peer's message ends with it
   */
  protected abstract void head(int id, @Nullable Http2Stream stream, ByteBuf headers, boolean ends);

  /** The peer takes no streams beyond a number. */
  protected abstract void goingAway(int last, ErrorCode code);

  /** The peer's settings have changed. */
  protected abstract void settled();

  /** The peer has answered a ping; false: none of ours, so that it counts among frames that say nothing. */
  protected abstract boolean pong();

  /** No stream is left, at the end of a turn of the event loop. */
  protected abstract void idle();

  /**
   * The connection is lost: all of its streams have been told. What was written (GOAWAY) should still leave.
   *
   * @param why for the log
   */
  protected abstract void ended(ErrorCode code, String why);

  /** Calls {@link #flush} when what this turn of the event loop brings has been seen to. */
  protected abstract void later();

  /** The header block that was just written is ambiguous, which should be impossible. It is not sent. */
  protected abstract void mustNotLeave();

  // --- what is there

  protected final Channel channel() {
    return Objects.requireNonNull(channel, "not connected");
  }

  final Calm calm() {
    return Objects.requireNonNull(calm, "not connected");
  }

  final Sender sender() {
    return Objects.requireNonNull(sender, "not connected");
  }

  final Receiver receiver() {
    return Objects.requireNonNull(receiver, "not connected");
  }

  final StreamTimes times() {
    return Objects.requireNonNull(times, "not connected");
  }

  protected final Output out() {
    return sender().out();
  }

  protected final long now() {
    return channel().eventLoop().ticker().nanoTime();
  }

  protected final Limits headLimits() {
    return headLimits;
  }

  final SpareFields spares() {
    return spares;
  }

  protected final Streams streams() {
    return streams;
  }

  /** {@return how many streams the peer takes at once} */
  protected final long peerStreams() {
    return receiver().peerStreams();
  }

  /** {@return whether the peer knows the extended CONNECT of RFC 8441} */
  public final boolean peerConnects() {
    return receiver().peerConnects();
  }

  public final boolean over() {
    return over;
  }

  /** {@return whether an event of the peer's is being seen to} */
  public final boolean reading() {
    return reading;
  }

  /** {@return how far the peer is with its frames} */
  protected final FrameReader frames() {
    return receiver().reader();
  }

  // --- beginning and end

  /** Writes our settings, and makes the connection's own window larger. */
  protected final void sendSettings() {
    Settings.write(out().stage(128), serves(), limits, headLimits);
    receiver().windows().begin();
  }

  protected final void sendGoAway(int last, ErrorCode code) {
    announcedLast = Math.min(announcedLast, last);
    Frames.goAway(out().stage(32), last, code);
    flushLater();
  }

  protected final void sendPing(long payload) {
    sender().ping(payload);
  }

  /** Takes a setting of the peer's that came in another way than by a frame. */
  protected final void setting(int id, long value) {
    receiver().setting(id, value);
  }

  /** Lets go of everything, and tells all streams. Once. */
  protected final void end(ErrorCode code, boolean unprocessed) {
    if (over) {
      return;
    }
    over = true;
    receiver().reader().stop();
    sender().stop();
    times().close();
    streams.endAll(code, unprocessed);
  }

  /** The peer has broken a rule, or we have failed: it hears why, and the connection is over. */
  protected final void lost(ErrorCode code, String why) {
    if (!over) {
      Frames.goAway(out().stage(32), serves() ? Math.min(streams.last(), announcedLast) : 0, code);
      end(code, false);
      ended(code, why);
    }
  }

  // --- what comes

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    read((ByteBuf) message);
  }

  /** Reads what came; it is taken over. */
  protected final void read(ByteBuf in) {
    reading = true;
    try {
      if (!over) {
        came(in.readableBytes());
        receiver().reader().read(in);
      }
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
  }

  /** Decodes a header block; false: it cannot be, and the connection is lost. */
  protected final boolean decode(ByteBuf headers, FieldSink sink) {
    return receiver().decode(headers, sink);
  }

  /** The trailers of a stream came. */
  protected final void trailers(Http2Stream stream, ByteBuf headers, boolean ends) {
    receiver().trailers(stream, headers, ends);
  }

  /** The peer's message has ended with its head. */
  public final void endWithHead(Http2Stream stream) {
    if (!stream.closed()) {
      receiver().ended(stream, null);
    }
  }

  /**
   * Counts a stream that the peer has ended, or made us end.
   *
   * @return whether that is still borne; else the connection is lost
   */
  public final boolean provoked() {
    return receiver().provoked();
  }

  /** Counts something that came and does not move anything on. */
  protected final void idleFrame() {
    receiver().idleFrame();
  }

  // --- what is sent

  /**
   * Begins a header block.
   *
   * @param room about how many bytes it needs
   * @return what takes its fields, until its end
   */
  public final BlockWriter beginBlock(int room) {
    BlockWriter blocks = sender().blocks();
    blocks.begin(room);
    return blocks;
  }

  /**
   * Ends the header block of a request.
   *
   * @param stream whose it is
   * @param body how the body is delimited
   * @param bodyLength its length, where that is how
   * @param ends whether our message ends with it
   * @return false: it is ambiguous, and does not leave
   */
  public final boolean endRequest(Http2Stream stream, Body body, long bodyLength, boolean ends) {
    return endBlock(stream, sender().blocks().check().isRequest(body, bodyLength), ends);
  }

  /**
   * Ends the header block of a response, and our message with it where it has no body.
   *
   * @param stream whose it is
   * @param body how the body is delimited
   * @param bodyLength its length; without a body what a GET would have got; -1: nobody knows
   * @return false: it is ambiguous, and does not leave
   */
  public final boolean endResponse(Http2Stream stream, Body body, long bodyLength) {
    boolean holds = sender().blocks().check().isResponse(body, bodyLength);
    return endBlock(stream, holds, body == Body.NONE);
  }

  /**
   * Ends the header block of an interim response, or of one that opens a tunnel.
   *
   * @param stream whose it is
   * @return false: it is ambiguous, and does not leave
   */
  public final boolean endInterim(Http2Stream stream) {
    return endBlock(stream, sender().blocks().check().isInterim(), false);
  }

  private boolean endBlock(Http2Stream stream, boolean holds, boolean ends) {
    if (!holds) {
      sender().blocks().drop();
      mustNotLeave();
      return false;
    }
    sender().blocks().end(stream.id(), ends);
    if (ends) {
      stream.endSent();
    }
    flushLater();
    return true;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel().isWritable()) {
      sender().writable();
    }
  }

  /** No stream is left: told when whoever the last one belonged to has ended with it. */
  final void idleLater() {
    idleDue = true;
    flushLater();
  }

  /** What was written will leave when this turn of the event loop has been seen to. */
  public final void flushLater() {
    if (!scheduled) {
      scheduled = true;
      later();
    }
  }

  /** Sends what may be sent. Called by whoever was asked to by {@link #later}. */
  public final void flush() {
    scheduled = false;
    try {
      if (!over) {
        sender().send();
      }
      if (idleDue) {
        idleDue = false;
        if (streams.isEmpty() && !over) {
          idle();
        }
      }
      out().flush();
    } catch (Throwable e) {
      channel().pipeline().fireExceptionCaught(e); // it harms this connection at most
    }
  }
}
