package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.PickContext;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.RequestHead;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A pick for a request head that was parsed. Not thread-safe.
 *
 * @param head the parsed head, or null for a pick without HTTP
 */
record HeadPick(@Nullable RequestHead head) implements PickContext {
  private static final SocketAddress CLIENT = InetSocketAddress.createUnresolved("client", 1);

  /** A pick for a request with a first line and fields. */
  static HeadPick of(String line, String... fields) {
    RequestHead head = new RequestHead();
    String text = line + " HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
    int result =
        head.read(Unpooled.copiedBuffer(text, ISO_8859_1), new Limits(65_536, 65_536, 100));
    assertThat(result).as(text).isEqualTo(RequestHead.DONE);
    return new HeadPick(head);
  }

  @Override
  public SocketAddress client() {
    return CLIENT;
  }

  @Override
  public boolean tried(Candidate candidate) {
    return false;
  }

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public RandomGenerator random() {
    return new SplittableRandom(1);
  }

  @Override
  public <T> @Nullable T request(Class<T> type) {
    return type.isInstance(head) ? type.cast(head) : null;
  }
}
