package dev.fairlead.http.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  void small_pieces_that_wait_share_buffers() {
    ReplayBuffer wide = new ReplayBuffer(1_000_000);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      wide.add(Unpooled.copiedBuffer(String.valueOf(i % 10), ISO_8859_1));
      all.append(i % 10);
    }
    assertThat(wide.full()).isFalse();
    assertThat(wide.replayable()).isTrue();
    for (int attempt = 0; attempt < 2; attempt++) {
      StringBuilder got = new StringBuilder();
      int pieces = 0;
      for (ByteBuf piece = wide.next(); piece != null; piece = wide.next()) {
        got.append(piece.toString(ISO_8859_1));
        piece.release();
        pieces++;
      }
      assertThat(got).hasToString(all.toString());
      assertThat(pieces).isLessThan(5);
      wide.rewind();
    }
    wide.release();
  }

  @Test
  void pieces_that_are_sent_one_by_one_are_kept_up_to_a_number() {
    ReplayBuffer wide = new ReplayBuffer(1_000_000);
    for (int i = 0; i < 257; i++) {
      assertThat(wide.replayable()).isTrue();
      wide.add(Unpooled.copiedBuffer("x", ISO_8859_1));
      Objects.requireNonNull(wide.next()).release();
    }
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
