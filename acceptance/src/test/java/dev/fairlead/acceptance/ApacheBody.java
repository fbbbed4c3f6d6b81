package dev.fairlead.acceptance;

import dev.fairlead.acceptance.WebClient.Ask;
import dev.fairlead.acceptance.WebClient.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.jspecify.annotations.Nullable;

/** A request's body for Apache's client, with its trailers. On its thread only. */
final class ApacheBody implements AsyncEntityProducer {
  private final Ask ask;
  private final ByteBuffer left;

  ApacheBody(Ask ask) {
    this.ask = ask;
    this.left = ByteBuffer.wrap(ask.bytes());
  }

  @Override
  public int available() {
    return Math.max(1, left.remaining());
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    channel.write(left);
    if (!left.hasRemaining()) {
      List<Header> trailers = ask.trailers().entrySet().stream()
          .<Header>map(e -> new BasicHeader(e.getKey(), e.getValue()))
          .toList();
      channel.endStream(trailers);
    }
  }

  @Override
  public long getContentLength() {
    return isChunked() ? -1 : ask.body().length();
  }

  @Override
  public boolean isChunked() {
    return ask.kind() == Body.STREAMED;
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public Set<String> getTrailerNames() {
    return ask.trailers().keySet();
  }

  @Override
  public @Nullable String getContentType() {
    return null;
  }

  @Override
  public @Nullable String getContentEncoding() {
    return null;
  }

  @Override
  public void failed(Exception problem) {
    // the response fails too
  }

  @Override
  public void releaseResources() {
    // has none
  }
}
