package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextRuleTest {
  @Test
  void it_compares_with_case_or_as_the_regex_says() {
    assertThat(TextRule.equalTo("up").finds("up")).isTrue();
    assertThat(TextRule.equalTo("up").finds("Up")).isFalse();
    assertThat(TextRule.contains("u").finds("up")).isTrue();
    assertThat(TextRule.contains("u").finds("UP")).isFalse();
    assertThat(TextRule.regex("^u.$").finds("up")).isTrue();
    assertThat(TextRule.regex("p").finds("up")).isTrue();
    assertThat(TextRule.regex("(?i)^U").finds("up")).isTrue();
    assertThat(TextRule.regex("^p").finds("up")).isFalse();
  }

  @Test
  void it_says_what_it_wants() {
    assertThat(TextRule.equalTo("up")).hasToString("equal to 'up'");
    assertThat(TextRule.contains("up").not()).hasToString("not containing 'up'");
    assertThat(TextRule.regex("u+p").not().not()).hasToString("matching /u+p/");
  }

  @Test
  void rules_that_want_the_same_are_equal() {
    assertThat(TextRule.regex("u+p"))
        .isEqualTo(TextRule.regex("u+p"))
        .hasSameHashCodeAs(TextRule.regex("u+p"))
        .isNotEqualTo(TextRule.regex("u+p").not())
        .isNotEqualTo(TextRule.contains("u+p"))
        .isNotEqualTo(TextRule.regex("up"));
  }

  @Test
  void what_is_no_rule_is_refused() {
    assertThatThrownBy(() -> check(TextRule.regex("(up")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("regex: '(up' (expected: a regular expression; Unclosed group at 3)");
    assertThatThrownBy(() -> check(TextRule.contains("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("contains: '' (expected: at least one character)");
  }

  @Test
  void a_search_that_would_take_years_is_given_up() {
    TextRule evil = TextRule.regex("(a+)+\\1b");
    assertThatThrownBy(() -> check(evil.finds("a".repeat(60))))
        .isInstanceOf(BoundedText.GivenUp.class)
        .hasMessage("/(a+)+\\1b/ takes more than 4000000 steps");
    assertThat(evil.finds("aab")).isTrue();
  }

  @Test
  void a_search_that_would_overflow_the_stack_is_given_up() {
    assertThatThrownBy(() -> check(TextRule.regex("^(a|b)*c").finds("ab".repeat(100_000))))
        .isInstanceOf(BoundedText.GivenUp.class)
        .hasMessage("/^(a|b)*c/ is too deep for a text of 200000");
  }

  @Test
  void a_plain_search_through_the_longest_body_is_not_given_up() {
    String body = "x".repeat(HttpJudge.LONGEST_BODY);
    assertThat(TextRule.regex("y").finds(body)).isFalse();
    assertThat(TextRule.regex("status.{0,5}ok|y$").finds(body)).isFalse();
  }

  private static void check(Object made) {
    throw new AssertionError("accepted: " + made);
  }
}
