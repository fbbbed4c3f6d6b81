package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What comes on one connection: each frame is checked against what its stream and the connection are at, and
 * against what the peer may send, and then told to whom it is for. On its event loop only.
 */
final class Receiver {
  private static final FieldSink NOWHERE = (n, nf, nl, v, vf, vl, secret) -> {};

  private final Http2Connection connection;
  private final Streams streams;
  private final Sender sender;
  private final boolean serves;
  private final Limits headLimits;
  private final FrameReader reader;
  private final HpackDecoder decoder = new HpackDecoder(HpackDecoder.DEFAULT_TABLE_SIZE);
  private final ReceiveWindows windows;
  private final Calm calm;
  private long peerStreams = Integer.MAX_VALUE;
  private boolean peerConnects;

  Receiver(
      Http2Connection connection,
      Streams streams,
      Sender sender,
      Calm calm,
      Http2Limits limits,
      Limits headLimits,
      Channel channel,
      byte[] preface) {
    this.connection = connection;
    this.streams = streams;
    this.sender = sender;
    this.headLimits = headLimits;
    this.serves = connection.serves();
    this.reader = new FrameReader(channel.alloc(), this, preface, 2 * headLimits.head());
    this.windows = new ReceiveWindows(sender, limits.window());
    this.calm = calm;
  }

  FrameReader reader() {
    return reader;
  }

  /** {@return how many streams the peer takes at once} */
  long peerStreams() {
    return peerStreams;
  }

  /** {@return whether the peer knows the extended CONNECT of RFC 8441} */
  boolean peerConnects() {
    return peerConnects;
  }

  ReceiveWindows windows() {
    return windows;
  }

  // --- what is against the rules, or borne only so often

  /** The peer has broken a rule, and the connection is lost. Nothing more is read. */
  void lost(ErrorCode code, String why) {
    connection.lost(code, why);
  }

  /** The peer has broken a rule, and a stream is lost. */
  void streamLost(int id, ErrorCode code) {
    Http2Stream stream = streams.get(id);
    if (stream == null && streams.unknown(id)) {
      lost(code, "a fault of a stream that is not there");
      return;
    }
    if (!provoked()) {
      return;
    }
    if (stream == null) {
      streams.refuse(id, code);
    } else {
      streams.reset(stream, code);
      stream.gone(code, false);
    }
  }

  /** A stream was ended by the peer, or made us end it; false: once too often, and the connection is lost. */
  boolean provoked() {
    if (calm.reset(connection.now())) {
      return true;
    }
    lost(ErrorCode.ENHANCE_YOUR_CALM, "too many resets");
    return false;
  }

  /** A frame came that does not move anything on by itself; that is borne as often as others do. */
  void idleFrame() {
    if (!calm.idleFrame(connection.now())) {
      lost(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that say nothing");
    }
  }

  // --- heads and trailers

  /**
   * A whole header block came.
   *
   * @param headers valid during the call
   * @param bad whether the frame depends on itself (RFC 7540 §5.3.1)
   */
  void block(int id, ByteBuf headers, boolean ends, boolean bad) {
    Http2Stream stream = streams.get(id);
    if (stream == null && (id & 1) == 0) {
      lost(ErrorCode.PROTOCOL_ERROR, "a stream with an even number");
    } else if (stream == null && (!serves || id <= streams.last())) {
      late(id, headers);
    } else if (bad) {
      if (decode(headers, NOWHERE)) {
        streams.skip(id);
        streamLost(id, ErrorCode.PROTOCOL_ERROR);
      }
    } else if (stream != null && stream.remoteEnded()) {
      if (decode(headers, NOWHERE)) {
        streamLost(id, ErrorCode.STREAM_CLOSED);
      }
    } else {
      connection.head(id, stream, headers, ends);
    }
  }

  /** A head for a stream that is over. */
  private void late(int id, ByteBuf headers) {
    if (id > streams.last()) {
      lost(ErrorCode.PROTOCOL_ERROR, "a response to nothing");
    } else if (serves && !streams.mayBeReset(id)) {
      lost(ErrorCode.STREAM_CLOSED, "a head of a closed stream");
    } else {
      idleFrame();
    }
    if (!connection.over()) {
      decode(headers, NOWHERE);
    }
  }

  /** Decodes a header block; false: it cannot be, and the connection is lost. */
  boolean decode(ByteBuf headers, FieldSink sink) {
    if (decoder.decode(headers, sink)) {
      return true;
    }
    lost(ErrorCode.COMPRESSION_ERROR, "a header block that cannot be decoded");
    return false;
  }

  /** The trailers of a stream came. */
  void trailers(Http2Stream stream, ByteBuf headers, boolean ends) {
    Fields fields = connection.spares().lend();
    TrailerComposer trailers = new TrailerComposer(fields, headLimits);
    if (decode(headers, trailers)) {
      if (!ends || stream.connected()) {
        stream.malformed();
      } else if (trailers.tooLarge()) {
        stream.endReceived();
        stream.trailersTooLarge();
        streams.settle(stream);
      } else if (!trailers.sound() || !stream.counts(0, true)) {
        stream.malformed();
      } else {
        ended(stream, fields.isEmpty() ? null : fields);
      }
    }
    connection.spares().giveBack(fields);
  }

  /** The peer's message has ended. */
  void ended(Http2Stream stream, @Nullable Fields trailers) {
    stream.endReceived();
    stream.ended(trailers);
    streams.settle(stream);
  }

  // --- data

  /**
   * Data came.
   *
   * @param payload without padding; taken over
   * @param flow bytes that count for flow control
   * @param length of the frame that begins with it, without padding; -1: it is a further piece of one
   * @param ends whether the stream ends with the frame
   * @param whole whether the frame ends with it
   */
  void data(int id, ByteBuf payload, int flow, int length, boolean ends, boolean whole) {
    boolean begins = length >= 0;
    if (!windows.take(flow)) {
      payload.release();
      lost(ErrorCode.FLOW_CONTROL_ERROR, "more than the connection's window");
      return;
    }
    Http2Stream stream = streams.get(id);
    if (stream == null || stream.remoteEnded()) {
      payload.release();
      lateData(id, stream, flow, begins);
      return;
    }
    if (!windows.take(stream, flow)) {
      payload.release();
      streamLost(id, ErrorCode.FLOW_CONTROL_ERROR);
      return;
    }
    int n = payload.readableBytes();
    if (begins && !stream.counts(length, ends)) { // before any of it is passed on
      payload.release();
      stream.malformed();
      return;
    }
    stream.alive();
    if (n == 0) {
      payload.release();
    } else {
      if (begins) {
        calm.progress();
      }
      stream.received(payload);
    }
    if (stream.closed()) {
      return;
    }
    if (ends && whole) {
      ended(stream, null);
    } else {
      windows.credit(stream);
    }
  }

  private void lateData(int id, @Nullable Http2Stream stream, int flow, boolean begins) {
    if (stream != null) {
      streamLost(id, ErrorCode.STREAM_CLOSED);
    } else if (streams.unknown(id)) {
      lost(ErrorCode.PROTOCOL_ERROR, "data of a stream that is not there");
    } else if (serves && !streams.mayBeReset(id)) {
      lost(ErrorCode.STREAM_CLOSED, "data of a closed stream");
    } else if (!streams.wasOnItsWay(id, flow) && begins) {
      idleFrame(); // no window bounds it any more
    }
  }

  // --- the other frames

  /** A stream was reset. */
  void reset(int id, long code) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if (streams.unknown(id)) {
        lost(ErrorCode.PROTOCOL_ERROR, "a reset of a stream that is not there");
      } else {
        idleFrame();
      }
    } else if (!serves || !stream.premature() || provoked()) {
      streams.remove(stream);
      ErrorCode why = ErrorCode.of(code);
      stream.gone(why, why == ErrorCode.REFUSED_STREAM);
    }
  }

  /** One setting. */
  void setting(int id, long value) {
    ErrorCode fault = Settings.fault(id, value, serves);
    if (fault != null) {
      lost(fault, "a setting that cannot be");
      return;
    }
    if (id == Frames.ENABLE_CONNECT_PROTOCOL && value == 0 && peerConnects) {
      lost(ErrorCode.PROTOCOL_ERROR, "a setting taken back"); // RFC 8441 §3
      return;
    }
    switch (id) {
      case Frames.HEADER_TABLE_SIZE -> sender.blocks().peerTableSize(value);
      case Frames.MAX_CONCURRENT_STREAMS -> peerStreams = value;
      case Frames.INITIAL_WINDOW_SIZE -> sender.streamWindow((int) value);
      case Frames.ENABLE_CONNECT_PROTOCOL -> peerConnects = value == 1;
      default -> {}
    }
  }

  /** All of a frame's settings were told; or the peer has taken note of ours. */
  void settings(boolean ack) {
    idleFrame();
    if (ack) {
      windows.acknowledged();
    } else if (!connection.over()) {
      sender.acknowledgeSettings();
      if (!connection.over()) {
        connection.settled();
      }
    }
  }

  /** A ping, or the answer to ours. */
  void ping(long payload, boolean ack) {
    if (ack && connection.pong()) {
      return;
    }
    idleFrame();
    if (!ack && !connection.over()) {
      sender.pong(payload);
    }
  }

  /** The peer takes no streams beyond a number. */
  void goAway(int last, long code) {
    idleFrame();
    if (!connection.over()) {
      connection.goingAway(last, ErrorCode.of(code));
    }
  }

  /** More may be sent. */
  void window(int id, int increment) {
    Http2Stream stream = id == 0 ? null : streams.get(id);
    if (increment < Sender.SMALL || (id != 0 && stream == null)) {
      idleFrame();
    }
    if (connection.over()) {
      return;
    }
    if (id == 0) {
      if (!sender.more(increment)) {
        lost(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
      }
      return;
    }
    if (stream != null) {
      if (!sender.more(stream, increment)) {
        streamLost(id, ErrorCode.FLOW_CONTROL_ERROR);
      }
    } else if (streams.unknown(id)) {
      lost(ErrorCode.PROTOCOL_ERROR, "a window of a stream that is not there");
    }
  }
}
