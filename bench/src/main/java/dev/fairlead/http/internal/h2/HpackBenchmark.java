package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the header block of a browser's request costs, of 13 fields and about 600 bytes, of which the path is
 * different each time: ours, which ends at ranges of bytes, beside Netty's through its public door, which
 * ends at its headers. With {@code -prof gc} the bytes of each block are shown. Lies in this package
 * because the codec is nobody else's.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class HpackBenchmark {
  private static final int REQUESTS = 256;

  private static final String[] FIELDS = {
    ":method", "GET",
    ":scheme", "https",
    ":authority", "shop.example.com",
    ":path", "/products/%d/reviews?page=%d&sort=newest",
    "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "accept-encoding", "gzip, deflate, br, zstd",
    "accept-language", "en-GB,en;q=0.9,de;q=0.8",
    "referer", "https://shop.example.com/products",
    "sec-fetch-dest", "document",
    "sec-fetch-mode", "navigate",
    "sec-fetch-site", "same-origin",
    "cookie",
        "session=8f14e45fceea167a5a36dedd4bea2543; consent=all; theme=dark; cart=c9f0f895fb98ab91",
  };

  /** Of 4096 bytes, where nearly all is found, or of none, where each field is written out. */
  @Param({"4096", "0"})
  public int table;

  private byte[][][] requests = {};
  private List<ByteBuf> blocks = List.of();
  private int turn;
  private long heard;

  private final FieldSink sink =
      (name, nameFrom, nameLength, value, valueFrom, valueLength, never) ->
          heard += nameLength + valueLength;
  private HpackEncoder encoder = new HpackEncoder(4096);
  private final HpackDecoder decoder = new HpackDecoder(4096);
  /** In Huffman code whatever their length, as ours. */
  private final DefaultHttp2HeadersEncoder nettyEncoder =
      new DefaultHttp2HeadersEncoder(DefaultHttp2HeadersEncoder.NEVER_SENSITIVE, false, 64, 0);

  private final DefaultHttp2HeadersDecoder nettyDecoder = new DefaultHttp2HeadersDecoder(false);
  private final ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(4096);

  /**
   * Requests, and their blocks behind one that has filled the tables.
   *
   * @throws Http2Exception never
   */
  @Setup(Level.Trial)
  public void prepare() throws Http2Exception {
    requests =
        IntStream.range(0, REQUESTS).mapToObj(HpackBenchmark::request).toArray(byte[][][]::new);
    encoder = new HpackEncoder(table);
    nettyEncoder.configuration().maxHeaderTableSize(table);
    ByteBuf first = encode(requests[0], ByteBufAllocator.DEFAULT.directBuffer(4096));
    decoder.decode(first.duplicate(), sink);
    nettyDecoder.decodeHeaders(3, first);
    blocks = IntStream.range(0, REQUESTS)
        .mapToObj(i -> encode(requests[i], ByteBufAllocator.DEFAULT.directBuffer(4096)))
        .toList();
  }

  private static byte[][] request(int number) {
    byte[][] request = new byte[FIELDS.length][];
    for (int i = 0; i < FIELDS.length; i++) {
      request[i] = FIELDS[i].replace("%d", Integer.toString(number * 7919)).getBytes(ISO_8859_1);
    }
    return request;
  }

  private static Http2Headers headers(byte[][] request) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < request.length; i += 2) {
      headers.add(new AsciiString(request[i], false), new AsciiString(request[i + 1], false));
    }
    return headers;
  }

  private ByteBuf encode(byte[][] request, ByteBuf to) {
    encoder.begin(to);
    for (int i = 0; i < request.length; i += 2) {
      byte[] name = request[i];
      byte[] value = request[i + 1];
      encoder.field(to, name, 0, name.length, value, 0, value.length);
    }
    return to;
  }

  private int next() {
    turn = (turn + 1) % REQUESTS;
    return turn;
  }

  /**
   * Encodes one block.
   *
   * @return its length
   */
  @Benchmark
  public int encode() {
    return encode(requests[next()], out.clear()).readableBytes();
  }

  /**
   * Encodes one block by Netty, whose headers are made of the bytes, as a proxy has them.
   *
   * @return its length
   * @throws Http2Exception never
   */
  @Benchmark
  public int encodeByNetty() throws Http2Exception {
    nettyEncoder.encodeHeaders(3, headers(requests[next()]), out.clear());
    return out.readableBytes();
  }

  /**
   * Decodes one block.
   *
   * @return how many bytes were heard so far
   */
  @Benchmark
  public long decode() {
    ByteBuf block = blocks.get(next());
    if (!decoder.decode(block.readerIndex(0), sink)) {
      throw new AssertionError("not decoded");
    }
    return heard;
  }

  /**
   * Decodes one block by Netty.
   *
   * @return its fields
   * @throws Http2Exception never
   */
  @Benchmark
  public Http2Headers decodeByNetty() throws Http2Exception {
    return nettyDecoder.decodeHeaders(3, blocks.get(next()).readerIndex(0));
  }
}
