package dev.fairlead.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.virtual.Strangers;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Counts bytes of buffers, which is faster than to wait for the garbage collector, and exact. */
final class Buffers {
  static {
    // Some constants are buffers, and stay.
    Strangers.client(new byte[0]);
    Strangers.http2Client(new byte[0]);
  }

  private Buffers() {}

  /** The pom has all channels use the allocator that counts. */
  static void assertNoneLost(Runnable action) {
    assertThat(ByteBufAllocator.DEFAULT).isSameAs(UnpooledByteBufAllocator.DEFAULT);
    long before = used();
    action.run();
    assertThat(used()).as("bytes in buffers").isEqualTo(before);
  }

  private static long used() {
    ByteBufAllocatorMetric metric = UnpooledByteBufAllocator.DEFAULT.metric();
    return metric.usedHeapMemory() + metric.usedDirectMemory();
  }
}
