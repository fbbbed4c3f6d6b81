package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.Output;
import dev.fairlead.spi.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, from either end (RFC 9113): its streams, its windows, its settings, and what is
 * sent on it. What all streams have to send in one turn of the event loop leaves together, in turns of at
 * most one frame each. On its event loop only.
 *
 * <p>A stream is in {@code streams} from its head until both of its directions have ended or it was reset;
 * what comes for another one is either behind its time or against the rules.
 */
public abstract class Http2Connection extends ChannelInboundHandlerAdapter
    implements FrameReader.Target {
  /** What a connection may send beyond its streams' windows; it is given back as it comes. */
  private static final int CONNECTION_WINDOW = 1024 * 1024;

  private static final int DEFAULT_WINDOW = 65_535;
  private static final int TABLE = 4096;
  private static final int MOST_REPLIES = 1000;
  private static final int SMALL_INCREMENT = 256;

  private final Http2Limits limits;
  private final Limits headLimits;
  private final IntObjectMap<Http2Stream> streams = new IntObjectHashMap<>();
  private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();
  private final HpackDecoder decoder = new HpackDecoder(TABLE);
  private final HpackEncoder encoder = new HpackEncoder(TABLE);
  private @Nullable Forgotten forgotten;
  private @Nullable Channel channel;
  private @Nullable Output out;
  private @Nullable FrameReader reader;
  private @Nullable LoopTimer timer;
  private @Nullable Calm calm;
  private @Nullable ByteBuf block;
  private int blockAt;

  private long sendWindow = DEFAULT_WINDOW;
  private int receiveWindow = CONNECTION_WINDOW;
  private int uncredited;
  private int peerWindow = DEFAULT_WINDOW;
  private long peerStreams = Integer.MAX_VALUE;
  private boolean peerConnects;
  private int lastStream;
  /** The last stream that we have said will be served; it may only become less (RFC 9113 §6.8). */
  private int announcedLast = Integer.MAX_VALUE;

  private int replies;
  private long lookAt;
  private final Fields.Sink encoding = this::encode;
  private boolean acknowledged;
  private boolean idleDue;
  private boolean scheduled;
  private boolean reading;
  private boolean over;

  /**
   * A connection.
   *
   * @param limits of what the peer may do
   * @param headLimits of heads and trailers
   */
  protected Http2Connection(Http2Limits limits, Limits headLimits) {
    this.limits = limits;
    this.headLimits = headLimits;
  }

  /**
   * The channel is there.
   *
   * @param on the channel
   * @param preface what the peer sends before its first frame
   */
  protected final void attach(Channel on, byte[] preface) {
    channel = on;
    out = new Output(on);
    reader = new FrameReader(on.alloc(), this, preface, 2 * headLimits.head());
    timer = new LoopTimer(on.eventLoop(), this::lookAtTimes);
    calm = new Calm(limits, now());
  }

  // --- what the two ends do differently

  /** {@return whether the peer opens streams} */
  protected abstract boolean serves();

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

  /** The peer has answered our ping. */
  protected abstract void pong();

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

  // --- what is there

  protected final Channel channel() {
    return Objects.requireNonNull(channel, "not connected");
  }

  protected final Output out() {
    return Objects.requireNonNull(out, "not connected");
  }

  private FrameReader reader() {
    return Objects.requireNonNull(reader, "not connected");
  }

  protected final long now() {
    return channel().eventLoop().ticker().nanoTime();
  }

  protected final Limits headLimits() {
    return headLimits;
  }

  protected final int active() {
    return streams.size();
  }

  /** {@return how many streams the peer takes at once} */
  protected final long peerStreams() {
    return peerStreams;
  }

  /** {@return whether the peer knows the extended CONNECT of RFC 8441} */
  public final boolean peerConnects() {
    return peerConnects;
  }

  /** {@return the last stream that the peer has opened, or we have} */
  protected final int lastStream() {
    return lastStream;
  }

  public final boolean over() {
    return over;
  }

  /** {@return whether an event of the peer's is being seen to} */
  public final boolean reading() {
    return reading;
  }

  /** {@return whether the peer owes the rest of a frame or of a head} */
  protected final boolean inFrame() {
    return reader().inFrame();
  }

  /** {@return whether it is the rest of a frame of data} */
  protected final boolean inData() {
    return reader().inData();
  }

  /** {@return a number that changes with each frame, or head, that has come whole} */
  protected final int units() {
    return reader().units();
  }

  final int initialSendWindow() {
    return peerWindow;
  }

  final int initialReceiveWindow() {
    return limits.window();
  }

  // --- beginning and end

  /** Writes our settings, and makes the connection's own window larger. */
  protected final void sendSettings() {
    boolean serves = serves();
    ByteBuf to = out().stage(128);
    Frames.head(to, serves ? 24 : 18, Frames.SETTINGS, 0, 0);
    if (serves) {
      Frames.setting(to, Frames.MAX_CONCURRENT_STREAMS, limits.streams());
      Frames.setting(to, Frames.ENABLE_CONNECT_PROTOCOL, 1);
    } else {
      Frames.setting(to, Frames.ENABLE_PUSH, 0);
    }
    Frames.setting(to, Frames.INITIAL_WINDOW_SIZE, limits.window());
    Frames.setting(to, Frames.MAX_HEADER_LIST_SIZE, headLimits.head());
    Frames.window(to, 0, CONNECTION_WINDOW - DEFAULT_WINDOW);
    flushLater();
  }

  protected final void sendGoAway(int last, ErrorCode code) {
    announcedLast = Math.min(announcedLast, last);
    Frames.goAway(out().stage(32), last, code);
    flushLater();
  }

  protected final void sendPing(long payload) {
    Frames.ping(out().stage(32), payload, false);
    flushLater();
  }

  /** Lets go of everything, and tells all streams. Once. */
  protected final void end(ErrorCode code, boolean unprocessed) {
    if (over) {
      return;
    }
    over = true;
    reader().stop();
    if (timer != null) {
      timer.close();
    }
    ready.clear();
    List<Http2Stream> left = new ArrayList<>(streams.values());
    streams.clear();
    for (Http2Stream stream : left) {
      stream.close();
      stream.gone(code, unprocessed);
    }
  }

  @Override
  public final void lost(ErrorCode code, String why) {
    if (!over) {
      Frames.goAway(out().stage(32), serves() ? Math.min(lastStream, announcedLast) : 0, code);
      end(code, false);
      ended(code, why);
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    read(in);
  }

  /** Reads what came; it is taken over. */
  protected final void read(ByteBuf in) {
    reading = true;
    try {
      if (!over) {
        came(in.readableBytes());
        reader().read(in);
      }
    } finally {
      in.release();
    }
  }

  /** Something came. */
  protected abstract void came(int bytes);

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel().isWritable()) {
      replies = 0;
      if (!ready.isEmpty()) {
        flushLater();
      }
    }
  }

  // --- streams

  protected final @Nullable Http2Stream stream(int id) {
    return streams.get(id);
  }

  /**
   * A stream begins.
   *
   * @param ended whether the peer's message has ended already
   */
  protected final void add(Http2Stream stream, boolean ended) {
    if (ended) {
      stream.endReceived();
    }
    streams.put(stream.id(), stream);
    lastStream = Math.max(lastStream, stream.id());
  }

  /** A stream of the peer's begins that will not be served. */
  protected final void skip(int id) {
    lastStream = Math.max(lastStream, id);
  }

  /** {@return whether a stream was never there} */
  private boolean unknown(int id) {
    return (id & 1) == 0 || id > lastStream;
  }

  /** Both directions may have ended. */
  final void settle(Http2Stream stream) {
    if (!stream.localEnded() || stream.closed()) {
      return;
    }
    if (stream.remoteEnded()) {
      remove(stream);
    } else if (stream.abandoned()) {
      reset(stream, ErrorCode.NO_ERROR); // RFC 9113 §8.1: the rest is not needed
    }
  }

  /** Gives up a stream of ours on which nothing was sent. */
  protected final void unuse(Http2Stream stream) {
    remove(stream);
  }

  /** The peer's message has ended with its head. */
  public final void endWithHead(Http2Stream stream) {
    if (!stream.closed()) {
      stream.endReceived();
      stream.ended(null);
      settle(stream);
    }
  }

  /** The peer will send no more: streams on which it owes something are lost. */
  protected final void endUnfinished() {
    for (Http2Stream stream : new ArrayList<>(streams.values())) {
      if (!stream.remoteEnded() && !stream.closed()) {
        remove(stream);
        stream.gone(ErrorCode.CANCEL, false);
      }
    }
  }

  /** Ends streams beyond a number, which the peer has not looked at. */
  protected final void endBeyond(int last) {
    for (Http2Stream stream : new ArrayList<>(streams.values())) {
      if (stream.id() > last && !stream.closed()) {
        remove(stream);
        stream.gone(ErrorCode.REFUSED_STREAM, true);
      }
    }
  }

  private void remove(Http2Stream stream) {
    streams.remove(stream.id());
    stream.close();
    if (streams.isEmpty()) {
      idleDue = true; // told when whoever the stream belonged to has ended with it
      flushLater();
    }
  }

  final void reset(Http2Stream stream, ErrorCode code) {
    if (!over) {
      writeReset(stream.id(), code);
      forget(stream.id());
      remove(stream);
    } else {
      stream.close();
    }
  }

  /** Refuses a stream that was not added. */
  protected final void refuse(int id, ErrorCode code) {
    forget(id);
    writeReset(id, code);
  }

  private void forget(int id) {
    Forgotten f = forgotten;
    if (f == null) {
      f = new Forgotten(Math.max(256, 2 * limits.streams()));
      forgotten = f;
    }
    f.add(id);
  }

  private boolean isForgotten(int id) {
    return forgotten != null && forgotten.contains(id);
  }

  private void writeReset(int id, ErrorCode code) {
    Frames.reset(out().stage(32), id, code);
    replied();
  }

  private void replied() {
    // What a peer makes us say and does not read fills our memory (CVE-2019-9512, 9514, 9515).
    if (!channel().isWritable() && ++replies > MOST_REPLIES) {
      lost(ErrorCode.ENHANCE_YOUR_CALM, "answers that nobody reads");
    } else {
      flushLater();
    }
  }

  @Override
  public final void streamLost(int id, ErrorCode code) {
    Http2Stream stream = streams.get(id);
    if (stream == null && unknown(id)) {
      lost(code, "a fault of a stream that is not there");
      return;
    }
    if (!provoked()) {
      return;
    }
    if (stream == null) {
      refuse(id, code);
    } else {
      reset(stream, code);
      stream.gone(code, false);
    }
  }

  /**
   * Counts a stream that the peer has ended, or made us end.
   *
   * @return whether that is still borne; else the connection is lost
   */
  public final boolean provoked() {
    if (calm != null && !calm.reset(now())) {
      lost(ErrorCode.ENHANCE_YOUR_CALM, "too many resets");
      return false;
    }
    return true;
  }

  @Override
  public final void idleFrame() {
    if (calm != null && !calm.idleFrame(now())) {
      lost(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that say nothing");
    }
  }

  // --- what comes

  @Override
  public final void block(int id, ByteBuf headers, boolean ends, boolean bad) {
    Http2Stream stream = streams.get(id);
    if (stream == null && (id & 1) == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a stream with an even number");
    } else if (stream == null && (!serves() || id <= lastStream)) {
      late(id, headers);
    } else if (bad) {
      if (decode(headers, (n, nf, nl, v, vf, vl, secret) -> {})) {
        skip(id);
        streamLost(id, ErrorCode.PROTOCOL_ERROR);
      }
    } else if (stream != null && stream.remoteEnded()) {
      if (decode(headers, (n, nf, nl, v, vf, vl, secret) -> {})) {
        streamLost(id, ErrorCode.STREAM_CLOSED);
      }
    } else {
      head(id, stream, headers, ends);
    }
  }

  /** A head for a stream that is over. */
  private void late(int id, ByteBuf headers) {
    if (id > lastStream) {
      lost(ErrorCode.PROTOCOL_ERROR, "a response to nothing");
    } else if (serves() && !isForgotten(id)) {
      lost(ErrorCode.STREAM_CLOSED, "a head of a closed stream");
    } else {
      idleFrame();
    }
    if (!over) {
      decode(headers, (n, nf, nl, v, vf, vl, secret) -> {});
    }
  }

  /**
   * Decodes a header block.
   *
   * @return false when it cannot be decoded: the connection is then lost
   */
  protected final boolean decode(ByteBuf headers, FieldSink sink) {
    if (decoder.decode(headers, sink)) {
      return true;
    }
    lost(ErrorCode.COMPRESSION_ERROR, "a header block that cannot be decoded");
    return false;
  }

  /** The trailers of a stream came. */
  protected final void trailers(Http2Stream stream, ByteBuf headers, boolean ends) {
    TrailerComposer trailers = new TrailerComposer(headLimits);
    if (!decode(headers, trailers)) {
      return;
    }
    Fields fields = trailers.fields();
    if (!ends || fields == null || !stream.counts(0, true)) {
      stream.malformed();
      return;
    }
    stream.endReceived();
    stream.ended(fields.isEmpty() ? null : fields);
    settle(stream);
  }

  @Override
  public final void data(int id, ByteBuf payload, int flow, boolean ends) {
    receiveWindow -= flow;
    uncredited += flow;
    if (receiveWindow < 0) {
      payload.release();
      lost(ErrorCode.FLOW_CONTROL_ERROR, "more than the connection's window");
      return;
    }
    if (uncredited >= CONNECTION_WINDOW / 2) {
      // A stream that stands still must not hold up the others.
      Frames.window(out().stage(32), 0, uncredited);
      receiveWindow += uncredited;
      uncredited = 0;
      flushLater();
    }
    Http2Stream stream = streams.get(id);
    if (stream == null || stream.remoteEnded()) {
      payload.release();
      lateData(id, stream);
      return;
    }
    stream.receiveWindow -= flow;
    stream.uncredited += flow;
    if (stream.receiveWindow < leastWindow()) {
      payload.release();
      streamLost(id, ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
    int n = payload.readableBytes();
    if (!stream.counts(n, ends)) {
      payload.release();
      stream.malformed();
      return;
    }
    stream.alive();
    if (n == 0) {
      payload.release();
    } else {
      stream.received(payload);
    }
    if (stream.closed()) {
      return;
    }
    if (ends) {
      stream.endReceived();
      stream.ended(null);
      settle(stream);
    } else {
      credit(stream);
    }
  }

  /** Until it has seen our settings, a peer goes by the window that is the default (RFC 9113 §6.9.3). */
  private int leastWindow() {
    return acknowledged ? 0 : Math.min(0, limits.window() - DEFAULT_WINDOW);
  }

  private void lateData(int id, @Nullable Http2Stream stream) {
    if (stream != null) {
      streamLost(id, ErrorCode.STREAM_CLOSED);
    } else if (unknown(id)) {
      lost(ErrorCode.PROTOCOL_ERROR, "data of a stream that is not there");
    } else if (serves() && !isForgotten(id)) {
      lost(ErrorCode.STREAM_CLOSED, "data of a closed stream");
    } else {
      idleFrame(); // no window bounds it any more
    }
  }

  /** Lets the peer send more on a stream, once that is worth a frame. */
  final void credit(Http2Stream stream) {
    if (!stream.paused()
        && !stream.remoteEnded()
        && stream.uncredited >= Math.max(1, limits.window() / 2)) {
      Frames.window(out().stage(32), stream.id(), stream.uncredited);
      stream.receiveWindow += stream.uncredited;
      stream.uncredited = 0;
      flushLater();
    }
  }

  @Override
  public final void reset(int id, long code) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if (unknown(id)) {
        lost(ErrorCode.PROTOCOL_ERROR, "a reset of a stream that is not there");
      } else {
        idleFrame();
      }
    } else if (!serves() || !stream.premature() || provoked()) {
      remove(stream);
      ErrorCode why = ErrorCode.of(code);
      stream.gone(why, why == ErrorCode.REFUSED_STREAM);
    }
  }

  @Override
  public final void setting(int id, long value) {
    switch (id) {
      case Frames.HEADER_TABLE_SIZE -> encoder.peerTableSize((int) Math.min(value, TABLE));
      case Frames.ENABLE_PUSH -> {
        if (value > 1 || (value == 1 && !serves())) {
          lost(ErrorCode.PROTOCOL_ERROR, "a push setting of " + value);
        }
      }
      case Frames.MAX_CONCURRENT_STREAMS -> peerStreams = value;
      case Frames.INITIAL_WINDOW_SIZE -> window(value);
      case Frames.MAX_FRAME_SIZE -> {
        if (value < Frames.PAYLOAD || value > 0xffffff) {
          lost(ErrorCode.PROTOCOL_ERROR, "a frame size of " + value);
        }
      }
      case Frames.ENABLE_CONNECT_PROTOCOL -> {
        if (value > 1) {
          lost(ErrorCode.PROTOCOL_ERROR, "a connect setting of " + value);
        }
        peerConnects = value == 1;
      }
      default -> {}
    }
  }

  private void window(long value) {
    if (value > Integer.MAX_VALUE) {
      lost(ErrorCode.FLOW_CONTROL_ERROR, "a window of " + value);
      return;
    }
    long more = value - peerWindow;
    peerWindow = (int) value;
    for (Http2Stream stream : streams.values()) {
      stream.sendWindow += more;
      if (stream.sendWindow > Integer.MAX_VALUE) {
        lost(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
        return;
      }
      if (stream.hasSomething()) {
        ready(stream);
      }
    }
  }

  @Override
  public final void settings(boolean ack) {
    idleFrame();
    acknowledged |= ack;
    if (!ack && !over) {
      Frames.settingsAck(out().stage(32));
      replied();
      if (!over) {
        settled();
      }
    }
  }

  @Override
  public final void ping(long payload, boolean ack) {
    idleFrame();
    if (over) {
      return;
    }
    if (ack) {
      pong();
    } else {
      Frames.ping(out().stage(32), payload, true);
      replied();
    }
  }

  @Override
  public final void goAway(int last, long code) {
    idleFrame();
    if (!over) {
      goingAway(last, ErrorCode.of(code));
    }
  }

  @Override
  public final void window(int id, int increment) {
    if (increment < SMALL_INCREMENT) {
      idleFrame();
    }
    if (over) {
      return;
    }
    if (id == 0) {
      sendWindow += increment;
      if (sendWindow > Integer.MAX_VALUE) {
        lost(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
      } else if (!ready.isEmpty()) {
        flushLater();
      }
      return;
    }
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if (unknown(id)) {
        lost(ErrorCode.PROTOCOL_ERROR, "a window of a stream that is not there");
      }
      return;
    }
    stream.sendWindow += increment;
    if (stream.sendWindow > Integer.MAX_VALUE) {
      streamLost(id, ErrorCode.FLOW_CONTROL_ERROR);
    } else if (stream.hasSomething()) {
      ready(stream);
    }
  }

  // --- what is sent

  /**
   * Begins a header block.
   *
   * @param room about how many bytes it needs
   */
  public final void beginBlock(int room) {
    ByteBuf to = out().stage(room + Frames.HEAD);
    block = to;
    blockAt = to.writerIndex();
    to.writeZero(Frames.HEAD);
    encoder.begin(to);
  }

  private ByteBuf block() {
    return Objects.requireNonNull(block, "no header block was begun");
  }

  /** {@return what adds fields to the block} */
  public final Fields.Sink encoding() {
    return encoding;
  }

  /** Adds a field to the block. */
  public final void encode(
      byte[] b, int nameFrom, int nameLength, int valueFrom, int valueLength, boolean secret) {
    encoder.field(block(), b, nameFrom, nameLength, b, valueFrom, valueLength, secret);
  }

  /** Adds a field of a known name. */
  public final void encode(byte[] name, byte[] value, int from, int length) {
    encoder.field(block(), name, 0, name.length, value, from, length);
  }

  /** Adds a field of a known name and a number. */
  public final void encodeNumber(byte[] name, long number) {
    byte[] digits = Ascii.bytes(Long.toString(number));
    encode(name, digits, 0, digits.length);
  }

  /** Adds the pseudo-header of a response. */
  public final void encodeStatus(int status) {
    encoder.status(block(), status);
  }

  /**
   * Ends the header block.
   *
   * @param stream whose it is
   * @param ends whether our message ends with it
   */
  public final void endBlock(Http2Stream stream, boolean ends) {
    ByteBuf to = block();
    block = null;
    int from = blockAt + Frames.HEAD;
    int length = to.writerIndex() - from;
    int end = ends ? Frames.END_STREAM : 0;
    if (length <= Frames.PAYLOAD) {
      int behind = to.writerIndex();
      to.writerIndex(blockAt);
      Frames.head(to, length, Frames.HEADERS, end | Frames.END_HEADERS, stream.id());
      to.writerIndex(behind);
    } else {
      inPieces(to, from, length, end, stream.id());
    }
    if (ends) {
      stream.endSent();
    }
    flushLater();
  }

  private void inPieces(ByteBuf to, int from, int length, int end, int id) {
    ByteBuf whole = to.copy(from, length);
    to.writerIndex(blockAt);
    int type = Frames.HEADERS;
    int flags = end;
    while (whole.isReadable()) {
      int n = Math.min(whole.readableBytes(), Frames.PAYLOAD);
      int last = n == whole.readableBytes() ? Frames.END_HEADERS : 0;
      Frames.head(to, n, type, flags | last, id);
      to.writeBytes(whole, n);
      type = Frames.CONTINUATION;
      flags = 0;
    }
    whole.release();
  }

  /** A stream has something to send. */
  final void ready(Http2Stream stream) {
    if (!stream.ready) {
      stream.ready = true;
      ready.addLast(stream);
    }
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
        send();
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

  private void send() {
    int held = 0;
    while (held < ready.size() && channel().isWritable()) {
      Http2Stream stream = ready.removeFirst();
      if (!stream.closed() && stream.queued() > 0 && sendWindow <= 0) {
        ready.addLast(stream); // trailers of others still leave: no window holds them
        held++;
        continue;
      }
      stream.ready = false;
      if (stream.closed()) {
        continue;
      }
      if (stream.queued() > 0 && stream.sendWindow > 0) {
        sendData(stream);
      }
      if (stream.queued() == 0 && stream.hasSomething()) {
        sendEnd(stream);
      }
      stream.sent();
      settle(stream);
      if (!stream.closed() && stream.queued() > 0 && stream.sendWindow > 0 && !stream.ready) {
        stream.ready = true;
        ready.addLast(stream);
      }
    }
  }

  private void sendData(Http2Stream stream) {
    int n = (int) Math.min(Math.min(stream.queued(), stream.sendWindow), sendWindow);
    n = Math.min(n, Frames.PAYLOAD);
    boolean ends = stream.endsBehind(n);
    Frames.head(out().stage(n <= 2048 ? n + 64 : 64), n, Frames.DATA, ends ? 1 : 0, stream.id());
    sendWindow -= n;
    stream.sendWindow -= n;
    while (n > 0) {
      ByteBuf piece = stream.next(n);
      n -= piece.readableBytes();
      out().data(piece);
    }
    if (ends) {
      stream.endSent();
    }
    stream.alive();
  }

  private void sendEnd(Http2Stream stream) {
    Fields trailers = stream.dueTrailers();
    if (trailers == null) {
      Frames.head(out().stage(32), 0, Frames.DATA, Frames.END_STREAM, stream.id());
      stream.endSent();
    } else {
      beginBlock(trailers.length() + 64);
      trailers.forEach(encoding);
      endBlock(stream, true);
    }
  }

  // --- time

  final void watch(Http2Stream stream, long nanos) {
    stream.deadline = now() + nanos;
    LoopTimer t = Objects.requireNonNull(timer, "not connected");
    if (!t.isSet() || stream.deadline - lookAt < 0) {
      lookAt = stream.deadline;
      t.set(nanos);
    }
  }

  private void lookAtTimes() {
    long now = now();
    for (Http2Stream stream : new ArrayList<>(streams.values())) {
      if (stream.deadline != Long.MAX_VALUE && stream.deadline - now <= 0 && !stream.closed()) {
        stream.untimed();
        stream.expired();
      }
    }
    long next = Long.MAX_VALUE;
    for (Http2Stream stream : streams.values()) {
      if (stream.deadline != Long.MAX_VALUE) {
        next = Math.min(next, stream.deadline - now);
      }
    }
    if (next != Long.MAX_VALUE && !over && timer != null) {
      lookAt = now + next;
      timer.set(Math.max(1, next));
    }
  }
}
