package dev.fairlead.http.internal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every symbol beside every other, and the room that is asked for. */
class HuffmanTest {
  private final ByteBuf out = Unpooled.buffer();

  private byte[] encoded(byte... text) {
    Huffman.encode(out.clear(), text, 0, text.length);
    assertThat(Huffman.encodedLength(text, 0, text.length)).isEqualTo(out.readableBytes());
    byte[] encoded = new byte[out.readableBytes()];
    out.readBytes(encoded);
    return encoded;
  }

  @Test
  void any_two_symbols_are_decoded_as_they_were_encoded() {
    byte[] decoded = new byte[(int) Huffman.room(8)];
    for (int first = 0; first < 256; first++) {
      for (int second = 0; second < 256; second++) {
        byte[] encoded = encoded((byte) first, (byte) second);
        assertThat(Huffman.decode(encoded, 0, encoded.length, decoded, 0)).isEqualTo(2);
        assertThat(decoded[0]).isEqualTo((byte) first);
        assertThat(decoded[1]).isEqualTo((byte) second);
      }
    }
  }

  @Test
  void the_room_is_enough_for_the_shortest_codes() {
    for (int length = 0; length < 100; length++) {
      byte[] text = new byte[length];
      Arrays.fill(text, (byte) 'e');
      byte[] encoded = encoded(text);
      byte[] decoded = new byte[(int) Huffman.room(encoded.length)];
      assertThat(Huffman.decode(encoded, 0, encoded.length, decoded, 0)).isEqualTo(length);
      assertThat(Arrays.copyOf(decoded, length)).isEqualTo(text);
    }
  }
}
