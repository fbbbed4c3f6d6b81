package dev.fairlead.http.internal.h2;

import dev.fairlead.spi.LoopTimer;
import io.netty.channel.EventLoop;

/**
 * The times that the streams of one connection have set, all met by one timer. A stream that moves its time
 * later, or drops it, costs a field write. On its event loop only.
 */
final class StreamTimes {
  private final Streams streams;
  private final EventLoop loop;
  private final LoopTimer timer;
  private long lookAt;
  private boolean closed;

  StreamTimes(Streams streams, EventLoop loop) {
    this.streams = streams;
    this.loop = loop;
    this.timer = new LoopTimer(loop, this::look);
  }

  private long now() {
    return loop.ticker().nanoTime();
  }

  /** A stream's time begins. */
  void set(Http2Stream stream, long nanos) {
    stream.deadline = now() + nanos;
    if (!timer.isSet() || stream.deadline - lookAt < 0) {
      lookAt = stream.deadline;
      timer.set(nanos);
    }
  }

  void close() {
    closed = true;
    timer.close();
  }

  private void look() {
    long now = now();
    for (Http2Stream stream : streams.copy()) {
      if (stream.deadline != Long.MAX_VALUE && stream.deadline - now <= 0 && !stream.closed()) {
        stream.untimed();
        stream.expired();
      }
    }
    long next = Long.MAX_VALUE;
    for (Http2Stream stream : streams.all()) {
      if (stream.deadline != Long.MAX_VALUE) {
        next = Math.min(next, stream.deadline - now);
      }
    }
    if (next != Long.MAX_VALUE && !closed) {
      lookAt = now + next;
      timer.set(Math.max(1, next));
    }
  }
}
