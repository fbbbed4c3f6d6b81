package dev.fairlead.http.internal.h2;

import static dev.fairlead.http.internal.h2.Recorded.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields are put in the table, and which are kept out of it. */
class HpackEncoderTest {
  private final HpackEncoder encoder = new HpackEncoder(4096);
  private final HpackDecoder decoder = new HpackDecoder(4096);

  private String hex(String... lines) {
    return ByteBufUtil.hexDump(encode(encoder, List.of(lines)));
  }

  @Test
  void what_repeats_takes_one_byte() {
    hex("user-agent: curl/8.0", "x-own: 1");
    assertThat(hex("x-own: 1", "user-agent: curl/8.0")).isEqualTo("bebf");
  }

  @Test
  void what_repeats_is_found_among_all_that_the_table_holds() {
    for (int i = 0; i < 100; i++) {
      hex("x-own: " + i); // of 39 bytes, at most
    }
    for (int i = 0; i < 100; i++) {
      assertThat(hex("x-own: " + i)).as("field %d", i).hasSizeLessThanOrEqualTo(4);
    }
    assertThat(hex("x-own: 100")).as("the name only").matches("7e.*");
  }

  @Test
  void behind_a_block_that_is_not_sent_both_tables_are_empty() {
    List<String> first = List.of("x-own: 1", "user-agent: curl/8.0");
    Recorded.decode(decoder, encode(encoder, first));
    hex("x-other: 2", "x-own: 3");
    encoder.forget();

    List<String> next = List.of("x-own: 1", "x-other: 2", "x-own: 3", "user-agent: curl/8.0");
    assertThat(Recorded.decode(decoder, encode(encoder, next))).isEqualTo(next);
    assertThat(Recorded.decode(decoder, encode(encoder, next))).isEqualTo(next);
    assertThat(hex("x-own: 1")).isEqualTo("c1");
  }

  @Test
  void a_block_that_is_not_sent_keeps_the_peers_limit() {
    encoder.peerTableSize(0);
    encoder.peerTableSize(100);
    hex("x-own: 1");
    encoder.forget();
    HpackDecoder small = new HpackDecoder(100);
    List<String> next = List.of("x-own: 1", "x-other: 2", "x-more: 3", "x-own: 1");
    assertThat(Recorded.decode(small, encode(encoder, next))).isEqualTo(next);
    assertThat(Recorded.decode(small, encode(encoder, next))).isEqualTo(next);
  }

  @Test
  void a_name_that_repeats_is_not_written_again() {
    hex("x-own: 1");
    assertThat(hex("x-own: !")).isEqualTo("7e0121");
  }

  @Test
  void names_are_written_in_lower_case() {
    List<String> lines = List.of("USER-Agent: MiXed", "X-[Own]-\u00c0@Z: UP", "x-own: 1");
    assertThat(Recorded.decode(decoder, encode(encoder, lines)))
        .containsExactly("user-agent: MiXed", "x-[own]-\u00c0@z: UP", "x-own: 1");
    assertThat(hex("User-Agent: MiXed", "X-OWN: 1")).isEqualTo("c0be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":path: /somewhere",
        "age: 17",
        "content-length: 12345",
        "etag: \"abcdef\"",
        "if-modified-since: Mon, 21 Oct 2013 20:13:21 GMT",
        "if-none-match: \"abcdef\"",
        "last-modified: Mon, 21 Oct 2013 20:13:21 GMT",
        "location: /elsewhere",
        "Set-Cookie: id=0123456789abcdef0123",
      })
  void what_hardly_repeats_is_not_put_in_the_table(String line) {
    String first = hex(line);
    assertThat(first).matches("0.*");
    assertThat(hex(line)).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization: Basic dXNlcjpwYXNzd29yZDpsb25n",
        "Proxy-Authorization: Basic dXNlcjpwYXNzd29yZDpsb25n",
        "cookie: short=0123456789",
        "set-cookie: short=0123456789",
      })
  void what_is_secret_is_never_indexed(String line) {
    ByteBuf block = encode(encoder, List.of(line));
    assertThat(Recorded.decode(decoder, block))
        .singleElement()
        .asString()
        .endsWith("(never indexed)");
    assertThat(hex(line)).matches("1.*");
  }

  @Test
  void long_cookies_are_put_in_the_table() {
    hex("cookie: id=0123456789abcdef0123");
    assertThat(hex("cookie: id=0123456789abcdef0123")).isEqualTo("be");
  }

  @Test
  void what_was_received_as_never_indexed_is_sent_so() {
    hex("x-key: k");
    ByteBuf out = Unpooled.buffer();
    encoder.begin(out);
    encode(encoder, out, "x-key", "k", true);
    encode(encoder, out, ":method", "GET", true);
    encode(encoder, out, "x-new", "k", true);
    assertThat(out.getUnsignedByte(0)).isEqualTo((short) 0x1f);
    Recorded.decode(decoder, Recorded.hex("40 05 782d6b6579 01 6b"));
    assertThat(Recorded.decode(decoder, out))
        .containsExactly(
            "x-key: k (never indexed)", ":method: GET (never indexed)", "x-new: k (never indexed)");
  }

  @Test
  void a_status_is_an_index_when_the_table_has_it() {
    ByteBuf out = Unpooled.buffer();
    encoder.begin(out);
    encoder.status(out, 200);
    encoder.status(out, 500);
    encoder.status(out, 103);
    encoder.status(out, 103);
    assertThat(Recorded.decode(decoder, out.duplicate()))
        .containsExactly(":status: 200", ":status: 500", ":status: 103", ":status: 103");
    assertThat(ByteBufUtil.hexDump(out)).matches("888e4882....be");
  }

  @Test
  void a_field_that_would_empty_most_of_the_table_is_not_put_there() {
    hex("x-own: 1");
    String most = "x".repeat(3072 - 32 - 5);
    assertThat(hex("x-big: " + most + "x")).startsWith("00");
    assertThat(hex("x-own: 1")).isEqualTo("be");
    assertThat(hex("x-big: " + most)).startsWith("40");
    assertThat(hex("x-own: 1")).isEqualTo("bf");
  }

  @Test
  void a_smaller_table_of_the_peer_is_told_once() {
    encoder.peerTableSize(100);
    assertThat(hex()).isEqualTo("3f45");
    assertThat(hex()).isEmpty();
  }

  @Test
  void a_larger_table_of_the_peer_is_not_used() {
    encoder.peerTableSize(1 << 20);
    assertThat(hex()).isEmpty();
    encoder.peerTableSize(-1);
    assertThat(hex()).isEmpty();
  }

  @Test
  void a_table_of_our_own_size_is_told_at_the_begin() {
    assertThat(ByteBufUtil.hexDump(encode(new HpackEncoder(0), List.of("x: 1"))))
        .startsWith("2000");
    HpackEncoder large = new HpackEncoder(8192);
    assertThat(ByteBufUtil.hexDump(encode(large, List.of()))).isEmpty();
    large.peerTableSize(10000);
    assertThat(ByteBufUtil.hexDump(encode(large, List.of()))).isEqualTo("3fe13f");
  }

  @Test
  void of_several_changes_the_smallest_and_the_last_are_told() {
    hex("x-own: 1");
    encoder.peerTableSize(300);
    encoder.peerTableSize(0);
    encoder.peerTableSize(200);
    encoder.peerTableSize(4096);
    assertThat(hex()).isEqualTo("203fe11f");
    assertThat(hex("x-own: 1")).startsWith("40");
  }

  @Test
  void a_change_and_its_reversal_are_told_when_the_table_had_to_shrink() {
    encoder.peerTableSize(1000);
    hex();
    encoder.peerTableSize(2000);
    encoder.peerTableSize(1000);
    assertThat(hex()).isEmpty();
  }
}
