package dev.fairlead.http.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReplayBufferTest {
  private final ReplayBuffer buffer = new ReplayBuffer(10);
  private final List<ByteBuf> given = new ArrayList<>();

  @AfterEach
  void nothing_is_left_of_what_was_given() {
    buffer.release();
    assertThat(given).allMatch(piece -> piece.refCnt() == 0);
  }

  private void add(String text) {
    ByteBuf piece = Unpooled.copiedBuffer(text, ISO_8859_1);
    given.add(piece);
    buffer.add(piece);
  }

  private String sent() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf piece = buffer.next(); piece != null; piece = buffer.next()) {
      all.append(piece.toString(ISO_8859_1));
      piece.release();
    }
    return all.toString();
  }

  @Test
  void what_was_sent_can_be_sent_again_while_all_of_it_fits() {
    add("abc");
    add("def");
    assertThat(sent()).isEqualTo("abcdef");
    add("ghij");
    assertThat(buffer.replayable()).isTrue();
    buffer.rewind();
    assertThat(buffer.unsent()).isEqualTo(10);
    assertThat(sent()).isEqualTo("abcdefghij");
  }

  @Test
  void beyond_the_limit_only_what_was_not_sent_is_kept() {
    add("abcdef");
    assertThat(sent()).isEqualTo("abcdef");
    add("ghijk");
    assertThat(buffer.replayable()).isFalse();
    assertThat(given.get(0).refCnt()).isZero();
    assertThat(buffer.unsent()).isEqualTo(5);
    assertThat(sent()).isEqualTo("ghijk");
    assertThat(buffer.unsent()).isZero();
  }

  @Test
  void many_small_pieces_count_as_much_as_many_bytes() {
    ReplayBuffer wide = new ReplayBuffer(1_000_000);
    for (int i = 0; i < 255; i++) {
      wide.add(Unpooled.copiedBuffer("x", ISO_8859_1));
    }
    assertThat(wide.full()).isFalse();
    wide.add(Unpooled.copiedBuffer("x", ISO_8859_1));
    assertThat(wide.full()).isTrue();
    assertThat(wide.replayable()).isTrue();
    wide.add(Unpooled.copiedBuffer("x", ISO_8859_1));
    assertThat(wide.replayable()).isFalse();
    wide.release();
  }

  @Test
  void once_a_response_has_begun_nothing_is_kept() {
    add("abc");
    assertThat(sent()).isEqualTo("abc");
    buffer.forget();
    assertThat(given.get(0).refCnt()).isZero();
    add("de");
    assertThat(sent()).isEqualTo("de");
    assertThat(given.get(1).refCnt()).isZero();
  }
}
