package dev.fairlead.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.internal.edge.ClientHello;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a connection begins with, read as a ClientHello. */
class ClientHelloFuzzTest {
  static Stream<byte[]> seeds() throws NoSuchAlgorithmException, SSLException {
    byte[] modern = hello("TLSv1.3", "h2", "http/1.1");
    byte[] older = hello("TLSv1.2");
    // The same in records of one byte and of 50.
    Stream<byte[]> whole = Stream.of(modern, older, cut(older, 1), cut(modern, 50));
    Stream<byte[]> others = Stream.of(
            "", "16", "160301", "474554202f20485454502f312e31", "802e010002", "15030100020228")
        .map(HexFormat.of()::parseHex);
    return Stream.concat(whole, others);
  }

  private static byte[] hello(String version, String... alpn)
      throws NoSuchAlgorithmException, SSLException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("www.example.org", 443);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(alpn);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] cut(byte[] record, int size) {
    ByteBuffer out = ByteBuffer.allocate(6 * record.length);
    for (int at = 5; at < record.length; at += size) {
      int length = Math.min(size, record.length - at);
      out.put(record, 0, 3).putShort((short) length).put(record, at, length);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  @MethodSource("seeds")
  @DictionaryEntries({
    "\\x16\\x03\\x01",
    "\\x01\\x00",
    "\\x03\\x03",
    "\\x00\\x00\\x00",
    "\\x00\\x10\\x00\\x05\\x00\\x03\\x02h2",
    "\\x00\\x2b\\x00\\x03\\x02\\x03\\x04",
    "\\x00\\x0d\\x00\\x04\\x00\\x02\\x04\\x03"
  })
  @FuzzTest(maxDuration = "1m")
  void any_bytes_have_one_answer_however_they_are_cut(byte[] bytes) {
    ClientHello whole = ClientHello.read(Unpooled.wrappedBuffer(bytes));
    if (bytes.length >= ClientHello.MAX_BYTES) {
      assertThat(whole).isNotInstanceOf(ClientHello.NeedMore.class);
    }
    if (whole instanceof ClientHello.Hello hello) {
      assertThat(hello.version() >>> 8).isEqualTo(3);
      assertThat(hello.alpn()).allMatch(p -> !p.isEmpty() && p.length() <= 255);
      String sni = hello.sni();
      if (sni != null) {
        assertThat(sni).matches("[!-@\\[-~]{1,255}").doesNotEndWith(".");
      }
    }
    List<ClientHello> answers = Fragments.read(bytes, ClientHello::read).stream()
        .dropWhile(ClientHello.NeedMore.class::isInstance)
        .toList();
    assertThat(answers).allMatch(whole::equals);
    assertThat(answers.isEmpty()).isEqualTo(whole instanceof ClientHello.NeedMore);
  }
}
