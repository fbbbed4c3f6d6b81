package dev.fairlead.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.http.virtual.StrangerSeeds;
import dev.fairlead.http.virtual.Strangers;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server of HTTP/1.1 answers, through a whole proxy. */
class Http1ServerFuzzTest {
  static Stream<byte[]> seeds() {
    return StrangerSeeds.servers();
  }

  @MethodSource("seeds")
  @DictionaryEntries({
    "HTTP/1.1 200 OK\\x0D\\x0A",
    "HTTP/1.1 100 \\x0D\\x0A",
    "HTTP/1.1 103 \\x0D\\x0A",
    "HTTP/1.1 204 \\x0D\\x0A",
    "HTTP/1.1 304 \\x0D\\x0A",
    "HTTP/1.1 101 \\x0D\\x0A",
    "HTTP/1.0 ",
    "\\x0D\\x0A\\x0D\\x0A",
    "Content-Length: 2\\x0D\\x0A",
    "Transfer-Encoding: chunked\\x0D\\x0A",
    "Connection: ",
    "close",
    "keep-alive",
    "Upgrade: websocket\\x0D\\x0A",
    "0\\x0D\\x0A\\x0D\\x0A",
    "2\\x0D\\x0Ahi\\x0D\\x0A",
    "Trailer: "
  })
  @FuzzTest(maxDuration = "3m")
  void does_no_harm(byte[] input) {
    Buffers.assertNoneLost(() -> Strangers.server(input));
  }
}
