package dev.fairlead.http.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RejectionTest {
  @Test
  void the_page_of_response_codes_shows_this_table() throws IOException {
    List<String> shown = Files.readAllLines(Path.of("../docs/response-codes.md")).stream()
        .filter(line -> line.matches("\\| \\d{3} \\|.*"))
        .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
        .map(cells -> cells.get(1) + " " + cells.get(2) + " " + cells.get(3))
        .toList();
    assertThat(shown)
        .containsExactlyElementsOf(Arrays.stream(Rejection.values())
            .map(r -> r.status() + " " + r.termination() + " " + r)
            .toList());
  }

  @ParameterizedTest
  @EnumSource
  void an_answer_is_a_whole_response_with_its_status_and_length(Rejection rejection) {
    ByteBuf out = Unpooled.buffer();
    OwnAnswers.write(out, rejection, new byte[0], true, false);
    String text = out.toString(ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    assertThat(text)
        .startsWith("HTTP/1.1 " + rejection.status() + " " + rejection.reason() + "\r\n")
        .contains("\r\nContent-Length: " + (text.length() - body) + "\r\n")
        .contains("\r\nConnection: close\r\n");
    out.clear();
    OwnAnswers.write(out, rejection, new byte[0], false, true);
    assertThat(out.toString(ISO_8859_1)).endsWith("\r\n\r\n").doesNotContain("close");
  }

  @ParameterizedTest
  @EnumSource
  void every_refusal_has_its_answer(Refusal refusal) {
    assertThat(Rejection.of(refusal).status())
        .isEqualTo(refusal == Refusal.INTERNAL_ERROR ? 500 : 503);
  }
}
