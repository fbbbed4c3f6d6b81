package dev.fairlead.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.http.virtual.StrangerSeeds;
import dev.fairlead.http.virtual.Strangers;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends as frames of HTTP/2, through a whole proxy. */
class Http2ServerFuzzTest {
  static Stream<byte[]> seeds() {
    return StrangerSeeds.http2Servers();
  }

  @MethodSource("seeds")
  @DictionaryEntries({
    "\\x88",
    "\\x89",
    "\\x8b",
    "\\x08\\x03103",
    "\\x3f\\xe1\\x1f",
    "\\x20",
    "\\x0f\\x0d\\x012",
    "\\x00\\x0bgrpc-status\\x010",
    "\\x7f\\xff\\xff\\xff",
    "\\x00\\x04\\x00\\x00\\x00\\x00",
    "\\x00\\x03\\x00\\x00\\x00\\x00"
  })
  @FuzzTest(maxDuration = "3m")
  void does_no_harm(byte[] input) {
    Buffers.assertNoneLost(() -> Strangers.http2Server(input));
  }
}
