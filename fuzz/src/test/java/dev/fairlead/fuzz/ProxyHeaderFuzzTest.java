package dev.fairlead.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.fairlead.internal.edge.ProxyHeaderReader;
import dev.fairlead.internal.edge.ProxyHeaderWriter;
import dev.fairlead.internal.edge.ProxyReading;
import dev.fairlead.spi.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a connection begins with, read as a PROXY header. */
class ProxyHeaderFuzzTest {
  private static final int LIMIT = 1024;
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private final ProxyHeaderReader reader = new ProxyHeaderReader(LIMIT);

  static Stream<byte[]> seeds() {
    Stream<byte[]> lines = Stream.of(
            "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET / HTTP/1.1\r\n\r\n",
            "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1 65535\r\n",
            "PROXY UNKNOWN a b c d\r\n",
            "GET / HTTP/1.1\r\n\r\n")
        .map(line -> line.getBytes(StandardCharsets.ISO_8859_1));
    Stream<byte[]> headers = Stream.of(
            "20000000",
            "2111000c c0a80001 c0a8000b dc04 01bb",
            "21000003 040000",
            "213100d8" + "2f61".repeat(108),
            "21210044" + "20010db8".repeat(8) + "dc0401bb"
                + "010002 6832 e00003 616263 040002 0000 050008 0102030405060708 300000",
            // HAProxy's, with a checksum and what it knows of a client with a certificate
            "211100a0 7f000001 7f000001 c0f0 47d9 030004 c2855fb0 010002 6832"
                + "02000c 73686f702e6578616d706c65"
                + "050025 37463030303030313a433046305f37463030303030313a343744395f303030303a30383144"
                + "20004e 07 00000000 210007 544c5376312e33 22000c 4ac3b6726720636c69656e74"
                + "250007 52534132303438 24000a 5253412d534841323536"
                + "230016 544c535f4145535f3235365f47434d5f534841333834")
        .map(digits -> HexFormat.of().parseHex((SIGNATURE + digits).replace(" ", "")));
    return Stream.concat(lines, headers);
  }

  @MethodSource("seeds")
  @DictionaryEntries({"PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "\\x0D\\x0A", "::ffff:"})
  @FuzzTest(maxDuration = "1m")
  void any_bytes_have_one_answer_however_they_are_cut(byte[] bytes) {
    ProxyReading whole = reader.read(Unpooled.wrappedBuffer(bytes));
    if (bytes.length >= LIMIT) {
      assertThat(whole).isNotEqualTo(ProxyReading.NEED_MORE);
    }
    if (whole instanceof ProxyReading.Done done) {
      assertThat(done.length()).isBetween(15, Math.min(bytes.length, LIMIT));
      assertWrittenAsRead(done.header());
    }
    List<ProxyReading> answers = Fragments.read(bytes, reader::read).stream()
        .dropWhile(ProxyReading.NEED_MORE::equals)
        .toList();
    assertThat(answers).allMatch(whole::equals);
    assertThat(answers.isEmpty()).isEqualTo(whole.equals(ProxyReading.NEED_MORE));
  }

  private void assertWrittenAsRead(ProxyHeader header) {
    if (header.source() instanceof InetSocketAddress) {
      ByteBuf out = Unpooled.buffer();
      ProxyHeaderWriter.line(out, header.source(), header.destination());
      assertThat(addresses(out)).isEqualTo(addresses(header));
      out.clear();
      int start = ProxyHeaderWriter.stream(out, header.source(), header.destination());
      ProxyHeaderWriter.end(out, start, true);
      assertThat(addresses(out)).isEqualTo(addresses(header));
    }
  }

  private List<@Nullable SocketAddress> addresses(ByteBuf in) {
    return addresses(((ProxyReading.Done) reader.read(in)).header());
  }

  private static List<@Nullable SocketAddress> addresses(ProxyHeader header) {
    return Arrays.asList(header.source(), header.destination());
  }
}
