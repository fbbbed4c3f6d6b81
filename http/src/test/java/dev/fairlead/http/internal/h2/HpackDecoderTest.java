package dev.fairlead.http.internal.h2;

import static dev.fairlead.http.internal.h2.Recorded.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no header block, and what is one although it looks odd. */
class HpackDecoderTest {
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final Recorded heard = new Recorded();

  @ParameterizedTest(name = "{0}")
  @CsvSource(textBlock = """
          index 0,                                     80
          index beyond both tables,                    be
          index beyond both tables by far,             ff808001
          name with an index beyond both tables,       7e0161
          name without indexing beyond both tables,    0f3f0161
          resize behind a field,                       8220
          resize above the limit,                      3fe21f
          resize without its end,                      3f
          resize without its last byte,                3fe1
          integer of more than 28 bits,                ffffffffff0f
          integer that fits 32 bits only,              7fffffffff0f
          integer of zeros without end,                ff8080808080808080808000
          literal without a name,                      40
          literal without a value,                     400161
          literal with half a name,                    40036161
          literal with half a value,                   4001610261
          literal of 2^28 bytes,                       4001617fffffff7f
          padding of eleven bits,                      400161821fff
          padding of zeros,                            4001618118
          padding with one zero in it,                 400161811e
          end of string inside the string,             40016184ffffffff
          end of string behind a byte,                 400161851fffffffff
          half a code,                                 40016182fffe
          """)
  void is_a_fault(String what, String block) {
    assertThat(decoder.decode(hex("82"), new Recorded())).isTrue();
    assertThat(decoder.decode(hex(block), heard)).as(what).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(textBlock = """
          empty block,                                 '',           ''
          two resizes before a field,                  203fe11f82,   ':method: GET'
          resizes alone,                               20,           ''
          integer with a zero too much,                3f800082,     ':method: GET'
          empty name,                                  00000161,     ': a'
          empty value,                                 00016100,     'a: '
          empty string in Huffman code,                00016180,     'a: '
          upper case in a name,                        00014100,     'A: '
          padding of three ones,                       000161811f,   'a: a'
          padding of seven ones,                       00016183fe2eff, 'a: !B'
          """)
  void is_decoded(String what, String block, String fields) {
    assertThat(decoder.decode(hex(block), heard)).as(what).isTrue();
    assertThat(String.join(", ", heard.lines())).as(what).isEqualTo(fields);
  }

  @Test
  void an_entry_larger_than_the_table_empties_it() {
    assertThat(Recorded.decode(decoder, hex("40016101 62 be"))).containsExactly("a: b", "a: b");
    ByteBuf large = Unpooled.buffer();
    large.writeBytes(hex("400163 7f811f")).writeZero(4096);
    assertThat(decoder.decode(large, heard)).isTrue();
    assertThat(heard.lines()).singleElement().asString().hasSize(4096 + 3);
    assertThat(decoder.decode(hex("be"), heard)).isFalse();
  }

  @Test
  void a_name_may_come_from_the_entry_that_is_dropped_for_it() {
    Recorded.decode(decoder, hex("3f21 40036162630164"));
    assertThat(Recorded.decode(decoder, hex("7e0165 be"))).containsExactly("abc: e", "abc: e");
  }

  @Test
  void a_smaller_table_drops_the_oldest_entries() {
    Recorded.decode(decoder, hex("4001610162 4001630164"));
    assertThat(Recorded.decode(decoder, hex("3f03 be"))).containsExactly("c: d");
    assertThat(decoder.decode(hex("bf"), heard)).isFalse();
  }

  @Test
  void a_block_may_lie_anywhere() {
    ByteBuf direct = Unpooled.directBuffer().writeBytes(hex("ff 40016101 62")).skipBytes(1);
    ByteBuf parts = Unpooled.wrappedBuffer(hex("4001"), hex("6301"), hex("64 bf"));
    try {
      assertThat(Recorded.decode(decoder, direct)).containsExactly("a: b");
      assertThat(Recorded.decode(decoder, parts)).containsExactly("c: d", "a: b");
      assertThat(Recorded.decode(decoder, hex("00 00 be").slice(2, 1))).containsExactly("c: d");
    } finally {
      direct.release();
      parts.release();
    }
  }

  @Test
  void a_table_of_our_own_size_may_be_used_up_to_it() {
    HpackDecoder large = new HpackDecoder(8192);
    assertThat(large.decode(hex("3fe13f"), heard)).isTrue();
    assertThat(large.decode(hex("3fe23f"), heard)).isFalse();
  }
}
