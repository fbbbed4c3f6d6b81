package dev.fairlead.acceptance;

import dev.fairlead.acceptance.WebClient.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** A response to Apache's client: what has come of it so far. Thread-safe. */
final class ApacheReading implements AsyncResponseConsumer<Answer> {
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private volatile @Nullable HttpResponse head;
  private volatile @Nullable FutureCallback<Answer> done;
  private int taken;

  /** Waits for so many bytes more. */
  String take(int count) {
    Waits.until(count + " bytes more", () -> body.size() >= taken + count);
    byte[] all = body.toByteArray();
    taken += count;
    return new String(all, taken - count, count, StandardCharsets.US_ASCII);
  }

  /** Whether nothing came since. */
  boolean allTaken() {
    return body.size() == taken;
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {
    // the final one follows
  }

  @Override
  public void consumeResponse(
      HttpResponse response,
      @Nullable EntityDetails entity,
      HttpContext context,
      FutureCallback<Answer> callback) {
    head = response;
    done = callback;
    if (entity == null) {
      streamEnd(null);
    }
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws java.io.IOException {
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer some) {
    byte[] bytes = new byte[some.remaining()];
    some.get(bytes);
    body.writeBytes(bytes);
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) {
    HttpResponse response = head;
    FutureCallback<Answer> callback = done;
    if (response == null || callback == null) {
      throw new IllegalStateException("no head before the end");
    }
    callback.completed(new Answer(
        response.getCode(),
        response.getVersion().getMajor(),
        ApacheClient.fields(response.getHeaders()),
        Answer.text(body.toByteArray()),
        trailers == null ? Map.of() : ApacheClient.fields(trailers.toArray(Header[]::new))));
  }

  @Override
  public void failed(Exception problem) {
    // so does the exchange
  }

  @Override
  public void releaseResources() {
    // has none
  }
}
