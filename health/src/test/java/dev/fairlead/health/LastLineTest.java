package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastLineTest {
  @Test
  void it_is_the_last_one_with_something_on_it() {
    assertThat(of("")).isEmpty();
    assertThat(of("\n \n")).isEmpty();
    assertThat(of("one")).isEqualTo("one");
    assertThat(of("one\n")).isEqualTo("one");
    assertThat(of("one\r\n two \r\n\n  ")).isEqualTo("two");
    assertThat(of("one\ntw", "o\n", "drei: ß")).isEqualTo("drei: ß");
  }

  @Test
  void of_a_long_line_only_the_beginning_is_kept() {
    assertThat(of("x".repeat(200), "x".repeat(100), "y\nend")).isEqualTo("end");
    assertThat(of("a\n" + "x".repeat(300) + "y")).isEqualTo("x".repeat(300));
  }

  private static String of(String... parts) {
    LastLine line = new LastLine();
    for (String part : parts) {
      byte[] bytes = part.getBytes(UTF_8);
      line.add(bytes, bytes.length);
    }
    return line.text();
  }
}
