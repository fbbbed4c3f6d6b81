package dev.fairlead.fuzz;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.http.virtual.StrangerSeeds;
import dev.fairlead.http.virtual.Strangers;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends to a port of HTTP/1.1, through a whole proxy. */
class Http1ClientFuzzTest {
  static Stream<byte[]> seeds() {
    return StrangerSeeds.clients();
  }

  @MethodSource("seeds")
  @DictionaryEntries({
    "GET ",
    "HEAD ",
    "POST ",
    "OPTIONS * ",
    " HTTP/1.1\\x0D\\x0A",
    " HTTP/1.0\\x0D\\x0A",
    "\\x0D\\x0A\\x0D\\x0A",
    "Host: a\\x0D\\x0A",
    "Content-Length: ",
    "Transfer-Encoding: chunked\\x0D\\x0A",
    "Connection: ",
    "close",
    "keep-alive",
    "Upgrade: websocket\\x0D\\x0A",
    "Expect: 100-continue\\x0D\\x0A",
    "TE: trailers",
    "0\\x0D\\x0A\\x0D\\x0A",
    "http://",
    "PRI * HTTP/2.0\\x0D\\x0A\\x0D\\x0ASM\\x0D\\x0A\\x0D\\x0A"
  })
  @FuzzTest(maxDuration = "3m")
  void does_no_harm(byte[] input) {
    Buffers.assertNoneLost(() -> Strangers.client(input));
  }
}
