package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Over many blocks of a connection, a second codec understands ours, and ours the second one. */
final class HpackPropertyTest {
  private static final int LARGEST_TABLE = 8192;

  /** What a connection does: it changes the table's size some times, then sends a block. */
  record Step(List<Integer> sizes, List<Field> fields) {
    List<String> lines() {
      return fields.stream().map(Field::line).toList();
    }
  }

  record Field(String name, String value, boolean never) {
    String line() {
      return name + ": " + value;
    }
  }

  @Provide
  Arbitrary<Step> step() {
    Arbitrary<Integer> size = Arbitraries.oneOf(
        Arbitraries.of(0, 33, 100, 4096), Arbitraries.integers().between(0, LARGEST_TABLE));
    Arbitrary<List<Integer>> sizes = Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.just(List.of())),
        Tuple.of(1, size.list().ofMinSize(1).ofMaxSize(3)));
    return Combinators.combine(sizes, field().list().ofMaxSize(20)).as(Step::new);
  }

  private static Arbitrary<Field> field() {
    Arbitrary<String> known = Arbitraries.integers()
        .between(15, StaticTable.COUNT)
        .map(i -> new String(StaticTable.name(i), ISO_8859_1));
    Arbitrary<String> own = Arbitraries.integers().between(0, 150).map(i -> "x-own-" + i);
    Arbitrary<String> any = Arbitraries.strings()
        .withCharRange('!', '@')
        .withCharRange('[', '\u00ff')
        .ofMinLength(1)
        .ofMaxLength(40)
        .map(s -> "x" + s);
    Arbitrary<String> few =
        Arbitraries.of("", "1", "gzip, deflate", "GET", "a longer one that repeats; q=0.5");
    Arbitrary<String> text = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(100);
    Arbitrary<String> bytes =
        Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(100);
    Arbitrary<String> large = Arbitraries.integers().between(1000, 9000).map("v"::repeat);
    Arbitrary<String> value = Arbitraries.frequencyOf(
        Tuple.of(10, few), Tuple.of(10, text), Tuple.of(5, bytes), Tuple.of(1, large));
    Arbitrary<Boolean> never = Arbitraries.integers().between(0, 9).map(i -> i == 0);
    return Combinators.combine(Arbitraries.oneOf(known, own, any), value, never).as(Field::new);
  }

  @Property(tries = 300)
  void what_we_encode_is_what_they_decode(
      @ForAll @Size(max = 30) List<@From("step") Step> steps,
      @ForAll @IntRange(max = LARGEST_TABLE) int own)
      throws Http2Exception {
    HpackEncoder encoder = new HpackEncoder(own);
    DefaultHttp2HeadersDecoder theirs = new DefaultHttp2HeadersDecoder(false, 1 << 24);
    HpackDecoder ours = new HpackDecoder(LARGEST_TABLE);
    for (Step step : steps) {
      for (int size : step.sizes) {
        theirs.configuration().maxHeaderTableSize(size);
        encoder.peerTableSize(size);
      }
      ByteBuf block = Unpooled.buffer();
      encoder.begin(block);
      for (Field field : step.fields) {
        Recorded.encode(encoder, block, field.name, field.value, field.never);
      }
      List<String> decoded = lines(theirs.decodeHeaders(3, block.duplicate()));
      assertThat(decoded).isEqualTo(step.lines());
      Recorded heard = new Recorded();
      assertThat(ours.decode(block, heard)).isTrue();
      assertThat(heard.lines()).hasSameSizeAs(step.fields);
      for (int i = 0; i < step.fields.size(); i++) {
        assertThat(heard.lines().get(i)).startsWith(step.fields.get(i).line());
        assertThat(heard.lines().get(i).endsWith("(never indexed)") || !step.fields.get(i).never)
            .isTrue();
      }
    }
  }

  @Property(tries = 300)
  void what_they_encode_is_what_we_decode(@ForAll @Size(max = 30) List<@From("step") Step> steps)
      throws Http2Exception {
    DefaultHttp2HeadersEncoder theirs = new DefaultHttp2HeadersEncoder(
        (name, value) -> name.toString().startsWith("x-own-1"), true, 16, 0);
    HpackDecoder decoder = new HpackDecoder(LARGEST_TABLE);
    for (Step step : steps) {
      for (int size : step.sizes) {
        theirs.configuration().maxHeaderTableSize(size);
      }
      Http2Headers headers = new DefaultHttp2Headers(false);
      for (Field field : step.fields) {
        headers.add(ascii(field.name), ascii(field.value));
      }
      ByteBuf block = Unpooled.buffer();
      theirs.encodeHeaders(3, headers, block);
      assertThat(Recorded.decode(decoder, block))
          .isEqualTo(step.fields.stream()
              .map(f -> Recorded.line(f.name, f.value, f.name.startsWith("x-own-1")))
              .toList());
    }
  }

  private static List<String> lines(Http2Headers headers) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      lines.add(latin(field.getKey()) + ": " + latin(field.getValue()));
    }
    return lines;
  }

  private static AsciiString ascii(String text) {
    return new AsciiString(text.getBytes(ISO_8859_1), false);
  }

  private static String latin(CharSequence text) {
    AsciiString ascii = AsciiString.of(text);
    return new String(ascii.array(), ascii.arrayOffset(), ascii.length(), ISO_8859_1);
  }

  @Property(tries = 300)
  void a_name_in_any_case_is_the_same_name(@ForAll @From("step") Step step) {
    HpackEncoder lower = new HpackEncoder(4096);
    HpackEncoder upper = new HpackEncoder(4096);
    for (Field field : step.fields) {
      StringBuilder name = new StringBuilder();
      for (char c : field.name.toCharArray()) {
        name.append(c < 128 ? String.valueOf(c).toUpperCase(Locale.ROOT) : String.valueOf(c));
      }
      assertThat(Recorded.encode(upper, List.of(name + ": " + field.value)))
          .isEqualTo(Recorded.encode(lower, List.of(field.line())));
    }
  }

  /** Mostly garbage; what is around it tells whether anything outside is read. */
  @Property(tries = 5000)
  void any_bytes_are_decoded_or_refused_whatever_stands_around_them(
      @ForAll @Size(max = 3) List<@Size(max = 60) byte[]> blocks,
      @ForAll byte before,
      @ForAll byte behind) {
    HpackDecoder alone = new HpackDecoder(4096);
    HpackDecoder inside = new HpackDecoder(4096);
    for (byte[] block : blocks) {
      byte[] wide = new byte[block.length + 200];
      Arrays.fill(wide, 0, 100, before);
      Arrays.fill(wide, 100, wide.length, behind);
      System.arraycopy(block, 0, wide, 100, block.length);
      Recorded heardAlone = new Recorded();
      Recorded heardInside = new Recorded();
      boolean sound = alone.decode(Unpooled.wrappedBuffer(block), heardAlone);
      assertThat(inside.decode(Unpooled.wrappedBuffer(wide, 100, block.length), heardInside))
          .isEqualTo(sound);
      assertThat(heardInside.lines()).isEqualTo(heardAlone.lines());
      if (!sound) {
        return;
      }
    }
  }

  /** Sound blocks with some bytes changed get further into the decoder than garbage. */
  @Property(tries = 1000)
  void damaged_blocks_are_decoded_or_refused(
      @ForAll @Size(max = 5) List<@From("step") Step> steps,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 1 << 20) Integer> places,
      @ForAll byte to) {
    HpackEncoder encoder = new HpackEncoder(4096);
    HpackDecoder decoder = new HpackDecoder(4096);
    for (Step step : steps) {
      ByteBuf block = Recorded.encode(encoder, step.lines());
      if (block.isReadable()) {
        places.forEach(place -> block.setByte(place % block.readableBytes(), to));
      }
      if (!decoder.decode(block, new Recorded())) {
        return;
      }
      assertThat(block.isReadable()).isFalse();
    }
  }
}
