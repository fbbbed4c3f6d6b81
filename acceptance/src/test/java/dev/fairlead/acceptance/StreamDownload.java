package dev.fairlead.acceptance;

import java.io.EOFException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A body that is read from a stream. */
final class StreamDownload implements WebClient.Download {
  private final InputStream in;
  private final Waits.Step cancel;

  StreamDownload(InputStream in, Waits.Step cancel) {
    this.in = in;
    this.cancel = cancel;
  }

  @Override
  public String read(int count) throws Exception {
    byte[] bytes = new byte[count];
    for (int at = 0; at < count; ) { // Jetty's readNBytes waits for one byte more
      int some = in.read(bytes, at, count - at);
      if (some < 0) {
        throw new EOFException("after " + at + " of " + count);
      }
      at += some;
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @Override
  public boolean ended() throws Exception {
    return in.read() < 0;
  }

  @Override
  public void cancel() throws Exception {
    cancel.run();
  }
}
