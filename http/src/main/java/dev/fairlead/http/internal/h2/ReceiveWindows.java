package dev.fairlead.http.internal.h2;

/**
 * What the peer may still send, on one connection and on each of its streams (RFC 9113 §5.2). A stream's
 * window is given back as its data is passed on, the connection's as it comes: a stream that stands still
 * must not hold up the others. On one event loop only.
 */
final class ReceiveWindows {
  /** What a connection may send beyond its streams' windows. */
  private static final int CONNECTION = 1024 * 1024;

  private final Sender sender;
  private final int streamWindow;
  private int connection = CONNECTION;
  private int uncredited;
  /** Until it has seen our settings, a peer goes by the window that is the default (RFC 9113 §6.9.3). */
  private int least;

  /**
   * Full windows.
   *
   * @param streamWindow that of each stream
   */
  ReceiveWindows(Sender sender, int streamWindow) {
    this.sender = sender;
    this.streamWindow = streamWindow;
    this.least = Math.min(0, streamWindow - Settings.DEFAULT_WINDOW);
  }

  /** Makes the connection's larger than it is by default. */
  void begin() {
    sender.credit(0, CONNECTION - Settings.DEFAULT_WINDOW);
  }

  /** {@return that of a new stream} */
  int ofStream() {
    return streamWindow;
  }

  /** The peer has seen our settings. */
  void acknowledged() {
    least = 0;
  }

  /** Data came on the connection; false: more than it may send. */
  boolean take(int bytes) {
    connection -= bytes;
    uncredited += bytes;
    if (connection < 0) {
      return false;
    }
    if (uncredited >= CONNECTION / 2) {
      sender.credit(0, uncredited);
      connection += uncredited;
      uncredited = 0;
    }
    return true;
  }

  /** Data came on a stream; false: more than it may send. None needs no window (RFC 9113 §6.9.1). */
  boolean take(Http2Stream stream, int bytes) {
    stream.receiveWindow -= bytes;
    stream.uncredited += bytes;
    return bytes == 0 || stream.receiveWindow >= least;
  }

  /** Lets the peer send more on a stream, once that is worth a frame. */
  void credit(Http2Stream stream) {
    if (!stream.paused()
        && !stream.remoteEnded()
        && stream.uncredited >= Math.max(1, streamWindow / 2)) {
      sender.credit(stream.id(), stream.uncredited);
      stream.receiveWindow += stream.uncredited;
      stream.uncredited = 0;
    }
  }
}
