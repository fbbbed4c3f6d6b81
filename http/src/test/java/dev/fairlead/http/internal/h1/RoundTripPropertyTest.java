package dev.fairlead.http.internal.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What is written is read by a second reader as what was meant, wherever it is cut. */
final class RoundTripPropertyTest {
  private static final Limits LIMITS = new Limits(8 * 1024, 16 * 1024, 100);
  private static final UpgradeRule NO_UPGRADES = new UpgradeRule(List.of());

  @Provide
  Arbitrary<String> field() {
    Arbitrary<String> name = Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars("-_!#$%&'*+.^`|~")
        .ofMinLength(1)
        .ofMaxLength(12)
        .map(n -> "x" + n);
    Arbitrary<String> value =
        Arbitraries.strings().withCharRange(' ', '~').withChars('\t', '\u00ff').ofMaxLength(20);
    return Combinators.combine(name, value).as((n, v) -> n + ":" + v + "\r\n");
  }

  @Property(tries = 300)
  void a_forwarded_head_is_read_as_the_received_one(
      @ForAll @Size(max = 20) List<@From("field") String> fields,
      @ForAll @IntRange(max = 2000) int cut) {
    byte[] bytes = ("PATCH /a?b HTTP/1.1\r\nHost: h\r\n" + String.join("", fields) + "\r\n")
        .getBytes(ISO_8859_1);
    RequestHead received = read(bytes, cut);
    ByteBuf out = Unpooled.buffer();
    HeadWriter.request(out, received, new byte[0], NO_UPGRADES);
    byte[] written = new byte[out.readableBytes()];
    out.readBytes(written);

    RequestHead again = read(written, cut / 2);

    assertThat(again.method()).isEqualTo(received.method());
    assertThat(again.target()).isEqualTo(received.target());
    assertThat(again.fields().count()).isEqualTo(fields.size() + 1);
    for (int i = 0; i < fields.size(); i++) {
      assertThat(again.fields().value(i + 1)).isEqualTo(received.fields().value(i + 1));
    }
  }

  private static RequestHead read(byte[] bytes, int cut) {
    RequestHead head = new RequestHead();
    int at = Math.min(cut, bytes.length);
    int first = head.read(Unpooled.wrappedBuffer(bytes, 0, at), LIMITS);
    int last = first == RequestHead.MORE
        ? head.read(Unpooled.wrappedBuffer(bytes, at, bytes.length - at), LIMITS)
        : first;
    assertThat(last).isEqualTo(RequestHead.DONE);
    return head;
  }

  @Property(tries = 300)
  void a_number_is_written_in_the_digits_it_has(
      @ForAll @LongRange long decimal, @ForAll @IntRange int hex) {
    ByteBuf out = Unpooled.buffer();
    Ascii.writeDecimal(out, decimal);
    assertThat(out.toString(ISO_8859_1)).isEqualTo(Long.toString(decimal));
    out.clear();
    Ascii.writeHex(out, hex);
    assertThat(out.toString(ISO_8859_1)).isEqualTo(Integer.toHexString(hex));
  }
}
