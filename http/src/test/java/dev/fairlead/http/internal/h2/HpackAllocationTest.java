package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Allocations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In the long run, blocks are encoded and decoded without allocating. */
class HpackAllocationTest {
  private static final int ROUNDS = 5_000;
  private static final byte[] TURN = "x-turn".getBytes(ISO_8859_1);

  private final List<byte[][]> fields = List.of(
      field(":method", "GET"),
      field(":scheme", "https"),
      field(":authority", "www.example.com"),
      field(":path", "/some/where?in=the&long=run"),
      field("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
      field("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
      field("cookie", "id=0123456789abcdef0123456789abcdef"),
      field("authorization", "Basic dXNlcjpwYXNzd29yZA=="),
      field("x-own", "\u0001\u00fe\u00ff"));

  private static byte[][] field(String name, String value) {
    return new byte[][] {name.getBytes(ISO_8859_1), value.getBytes(ISO_8859_1)};
  }

  /** Hears fields without keeping them. */
  private static final class Sum implements FieldSink {
    private long bytes;

    @Override
    public void field(
        byte[] name,
        int nameFrom,
        int nameLength,
        byte[] value,
        int valueFrom,
        int valueLength,
        boolean neverIndexed) {
      bytes += nameLength + valueLength;
    }
  }

  @Test
  void blocks_allocate_nothing() {
    assertAllocatesNothing(Unpooled.buffer(1024));
  }

  @Test
  void blocks_outside_the_heap_allocate_nothing() {
    // A wrapped one is not watched for leaks, which would allocate.
    assertAllocatesNothing(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(1024)));
  }

  private void assertAllocatesNothing(ByteBuf block) {
    HpackEncoder encoder = new HpackEncoder(4096);
    HpackDecoder decoder = new HpackDecoder(4096);
    Sum sum = new Sum();
    byte[] turn = new byte[8];
    long least = Allocations.leastBytes(() -> {
      for (int i = 0; i < ROUNDS; i++) {
        block.clear();
        encoder.begin(block);
        for (int f = 0; f < fields.size(); f++) {
          byte[] name = fields.get(f)[0];
          byte[] value = fields.get(f)[1];
          encoder.field(block, name, 0, name.length, value, 0, value.length);
        }
        // A new value each time, so that entries are added and dropped.
        for (int d = 0, rest = i; d < turn.length; d++, rest /= 10) {
          turn[d] = (byte) ('0' + rest % 10);
        }
        encoder.field(block, TURN, 0, TURN.length, turn, 0, turn.length);
        encoder.status(block, 200 + i % 100);
        if (!decoder.decode(block, sum)) {
          throw new AssertionError("not decoded");
        }
      }
    });
    assertThat(least).as("bytes for %d blocks", ROUNDS).isZero();
    assertThat(sum.bytes).isPositive();
  }
}
