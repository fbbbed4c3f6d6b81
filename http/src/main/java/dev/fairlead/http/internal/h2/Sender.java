package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Output;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * What is sent on one connection: short frames at once, and what its streams have to send in turns of at
 * most one frame each, as far as the peer's windows let it (RFC 9113 §5.2). Nothing is flushed here. On its
 * event loop only.
 */
final class Sender {
  private static final int MOST_REPLIES = 1000;

  private final Http2Connection connection;
  private final Streams streams;
  /** Bytes of data below which a window gives little: the peer may ask for them, but not without end. */
  static final int SMALL = 256;

  private final Calm calm;
  private final Channel channel;
  private final Output out;
  private final BlockWriter blocks;
  private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();
  /** What the connection, and each new stream, may send. */
  private long window = Settings.DEFAULT_WINDOW;

  private int streamWindow = Settings.DEFAULT_WINDOW;
  private int replies;

  Sender(Http2Connection connection, Streams streams, Calm calm, Channel channel) {
    this.connection = connection;
    this.streams = streams;
    this.calm = calm;
    this.channel = channel;
    this.out = new Output(channel);
    this.blocks = new BlockWriter(out);
  }

  Output out() {
    return out;
  }

  BlockWriter blocks() {
    return blocks;
  }

  // --- short frames

  void ping(long payload) {
    Frames.ping(out.stage(32), payload, false);
    connection.flushLater();
  }

  /** Lets the peer send more; stream 0: on the connection. */
  void credit(int stream, int bytes) {
    Frames.window(out.stage(32), stream, bytes);
    connection.flushLater();
  }

  void reset(int stream, ErrorCode code) {
    Frames.reset(out.stage(32), stream, code);
    replied();
  }

  void acknowledgeSettings() {
    Frames.settingsAck(out.stage(32));
    replied();
  }

  void pong(long payload) {
    Frames.ping(out.stage(32), payload, true);
    replied();
  }

  private void replied() {
    // What a peer makes us say and does not read fills our memory (CVE-2019-9512, 9514, 9515).
    if (!channel.isWritable() && ++replies > MOST_REPLIES) {
      connection.lost(ErrorCode.ENHANCE_YOUR_CALM, "answers that nobody reads");
    } else {
      connection.flushLater();
    }
  }

  // --- the peer's windows

  /** {@return what a new stream may send} */
  int streamWindow() {
    return streamWindow;
  }

  /** The peer has another window for each stream. */
  void streamWindow(int bytes) {
    long more = (long) bytes - streamWindow;
    streamWindow = bytes;
    for (Http2Stream stream : streams.all()) {
      stream.sendWindow += more;
      if (stream.sendWindow > Integer.MAX_VALUE) {
        connection.lost(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
        return;
      }
      if (stream.hasSomething()) {
        ready(stream);
      }
    }
  }

  /** The peer lets the connection send more; false: more than there can be. */
  boolean more(int bytes) {
    window += bytes;
    if (window > Integer.MAX_VALUE) {
      return false;
    }
    if (!ready.isEmpty()) {
      connection.flushLater();
    }
    return true;
  }

  /** The peer lets a stream send more; false: more than there can be. */
  boolean more(Http2Stream stream, int bytes) {
    stream.sendWindow += bytes;
    if (stream.sendWindow > Integer.MAX_VALUE) {
      return false;
    }
    if (stream.hasSomething()) {
      ready(stream);
    }
    return true;
  }

  /** The channel takes more. */
  void writable() {
    replies = 0;
    if (!ready.isEmpty()) {
      connection.flushLater();
    }
  }

  // --- what streams have to send

  /** A stream has something to send. */
  void ready(Http2Stream stream) {
    if (!stream.ready) {
      stream.ready = true;
      ready.addLast(stream);
    }
    connection.flushLater();
  }

  /** No stream will send anything. */
  void stop() {
    ready.clear();
  }

  /** Writes what may be sent now. */
  void send() {
    int held = 0;
    while (held < ready.size() && channel.isWritable()) {
      Http2Stream stream = ready.removeFirst();
      if (!stream.closed() && stream.queued() > 0 && window <= 0) {
        ready.addLast(stream); // trailers of others still leave: no window holds them
        held++;
        continue;
      }
      stream.ready = false;
      if (stream.closed()) {
        continue;
      }
      if (stream.queued() > 0 && stream.sendWindow > 0) {
        data(stream);
      }
      if (stream.queued() == 0 && stream.hasSomething()) {
        end(stream);
      }
      stream.sent();
      streams.settle(stream);
      if (!stream.closed() && stream.queued() > 0 && stream.sendWindow > 0 && !stream.ready) {
        stream.ready = true;
        ready.addLast(stream);
      }
    }
  }

  private void data(Http2Stream stream) {
    int n = (int) Math.min(Math.min(stream.queued(), stream.sendWindow), window);
    n = Math.min(n, Frames.PAYLOAD);
    boolean ends = stream.endsBehind(n);
    Frames.head(out.stage(n <= 2048 ? n + 64 : 64), n, Frames.DATA, ends ? 1 : 0, stream.id());
    window -= n;
    stream.sendWindow -= n;
    int left = n;
    while (left > 0) {
      ByteBuf piece = stream.next(left);
      left -= piece.readableBytes();
      out.data(piece);
    }
    if (ends) {
      stream.endSent();
    }
    if (n >= SMALL || stream.queued() == 0) {
      calm.progress(); // a crumb is what the peer's window made of it (CVE-2019-9511)
    }
    stream.taken();
  }

  private void end(Http2Stream stream) {
    Fields trailers = stream.dueTrailers();
    if (trailers == null) {
      Frames.head(out.stage(32), 0, Frames.DATA, Frames.END_STREAM, stream.id());
    } else {
      blocks.begin(trailers.length() + 64);
      trailers.forEach(blocks);
      if (!blocks.check().areTrailers()) {
        blocks.drop();
        connection.mustNotLeave();
        stream.endless();
        return;
      }
      blocks.end(stream.id(), true);
    }
    stream.endSent();
  }
}
