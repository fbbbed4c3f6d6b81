package dev.fairlead.acceptance;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What one end of a WebSocket received, to be waited for. Thread-safe. */
final class Inbox {
  private static final int PATIENCE_SECONDS = 10;

  private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  private final Semaphore pongs = new Semaphore(0);
  private final CompletableFuture<Closing> closing = new CompletableFuture<>();

  /** How a WebSocket ended: 1006 when nobody said so. */
  record Closing(int code, String reason) {}

  /** A String, or a ByteBuffer that nobody else has. */
  void add(Object message) {
    messages.add(message);
  }

  void addPong() {
    pongs.release();
  }

  /** Only the first counts. */
  void closed(int code, String reason) {
    closing.complete(new Closing(code, reason));
  }

  /** The next message, a String or a ByteBuffer. */
  Object next() throws InterruptedException {
    Object message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message came; closed: " + closing);
    }
    return message;
  }

  void awaitPong() throws InterruptedException {
    if (!pongs.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no pong came; closed: " + closing);
    }
  }

  /** Waits for the end. */
  Closing closing() throws InterruptedException {
    try {
      return closing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("is still open", e);
    }
  }

  /** Whether nothing comes for so long, not even the end. */
  boolean staysSilent(Duration time) throws InterruptedException {
    try {
      closing.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      return messages.isEmpty();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
