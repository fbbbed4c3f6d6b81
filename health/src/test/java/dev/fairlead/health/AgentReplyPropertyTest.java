package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever an agent says. */
class AgentReplyPropertyTest {
  private static final List<String> WORDS = List.of(
      "up",
      "down",
      "fail",
      "stopped",
      "ready",
      "drain",
      "maint",
      "75%",
      "0%",
      "weight:5",
      "maxconn:9",
      "maxconn:0",
      "WEIGHT:7%",
      "50%x",
      "weight:999",
      "hello");

  @Property
  void no_bytes_break_it_and_what_comes_of_them_is_one_line(@ForAll byte[] bytes) {
    AgentReply reply = AgentReply.parse(new String(bytes, ISO_8859_1)).after(AgentReply.NOTHING);
    assertThat(reply.finding(100).reason()).doesNotMatch("(?s).*\\p{Cc}.*").hasSizeLessThan(320);
  }

  @Property
  void words_in_between_that_are_not_understood_change_nothing(
      @ForAll("lines") List<String> words, @ForAll("separators") String separator) {
    String line = String.join(separator, words);
    String disturbed = "what? " + String.join(separator + "when?" + separator, words) + ",why?";
    assertThat(AgentReply.parse(disturbed).means(AgentReply.parse(line))).isTrue();
  }

  @Property
  void saying_it_in_one_line_or_in_several_comes_to_the_same(@ForAll("lines") List<String> words) {
    AgentReply known = AgentReply.NOTHING;
    for (String word : words) {
      known = AgentReply.parse(word).after(known);
    }
    assertThat(known)
        .isEqualTo(AgentReply.parse(String.join(" ", words)).after(AgentReply.NOTHING));
  }

  @Provide
  Arbitrary<List<String>> lines() {
    return Arbitraries.of(WORDS).list().ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> separators() {
    return Arbitraries.of(" ", ",", "\t", ", ", " ,\t");
  }
}
