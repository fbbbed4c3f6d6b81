package dev.fairlead.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.http.virtual.StrangerSeeds;
import dev.fairlead.http.virtual.Strangers;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends as frames of HTTP/2, through a whole proxy. */
class Http2ClientFuzzTest {
  static Stream<byte[]> seeds() {
    return StrangerSeeds.http2Clients();
  }

  @MethodSource("seeds")
  @DictionaryEntries({
    "\\x82\\x86\\x84\\x41\\x01a",
    "\\x83",
    "\\x87",
    "\\x88",
    "\\x3f\\xe1\\x1f",
    "\\x20",
    "\\x00\\x02te\\x08trailers",
    "\\x00\\x06cookie\\x01x",
    "\\x0f\\x0d\\x012",
    "\\x00\\x07:method\\x07CONNECT",
    "\\x00\\x09:protocol\\x09websocket",
    "\\x7f\\xff\\xff\\xff",
    "\\x00\\x04\\x00\\x00\\x00\\x00"
  })
  @FuzzTest(maxDuration = "3m")
  void does_no_harm(byte[] input) {
    Buffers.assertNoneLost(() -> Strangers.http2Client(input));
  }
}
