package dev.fairlead.http.internal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.HeadCheck;
import dev.fairlead.testkit.Allocations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** In the long run, the last looks at heads allocate nothing: each head has one. */
class LastLookAllocationTest {
  private static final int ROUNDS = 5_000;

  private static final byte[][] FIELDS = {
    Ascii.bytes(":method"), Ascii.bytes("POST"),
    Ascii.bytes(":scheme"), Ascii.bytes("https"),
    Ascii.bytes(":authority"), Ascii.bytes("www.example.com"),
    Ascii.bytes(":path"), Ascii.bytes("/some/where?in=the&long=run"),
    Ascii.bytes("content-length"), Ascii.bytes("1234"),
    Ascii.bytes("te"), Ascii.bytes("trailers"),
    Ascii.bytes("user-agent"), Ascii.bytes("Mozilla/5.0 (X11; Linux x86_64)"),
  };

  @Test
  void at_heads_of_http1_in_and_outside_the_heap() {
    byte[] head = Ascii.bytes(
        "POST /some/where HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 1234\r\nAccept: */*\r\n\r\n");
    HeadCheck check = new HeadCheck();
    // A wrapped one is not watched for leaks, which would allocate.
    ByteBuf outside = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(1024));
    outside.clear().writeBytes(head);
    ByteBuf inside = Unpooled.wrappedBuffer(head);
    assertAllocatesNothing(() -> check.holds(outside, 0, Body.LENGTH, 1234));
    assertAllocatesNothing(() -> check.holds(inside, 0, Body.LENGTH, 1234));
  }

  @Test
  void at_heads_of_http2() {
    BlockCheck check = new BlockCheck();
    assertAllocatesNothing(() -> {
      check.begin();
      for (int i = 0; i < FIELDS.length; i += 2) {
        check.field(FIELDS[i], 0, FIELDS[i].length, FIELDS[i + 1], 0, FIELDS[i + 1].length);
      }
      return check.isRequest(Body.LENGTH, 1234);
    });
  }

  private static void assertAllocatesNothing(BooleanSupplier look) {
    long least = Allocations.leastBytes(() -> {
      for (int i = 0; i < ROUNDS; i++) {
        if (!look.getAsBoolean()) {
          throw new AssertionError("a head that is as it should be does not hold");
        }
      }
    });
    assertThat(least).as("bytes for %d looks", ROUNDS).isZero();
  }
}
