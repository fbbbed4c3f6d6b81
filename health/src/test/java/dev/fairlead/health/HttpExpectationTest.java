package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is good in an answer, and what an operator reads of one that is not. */
class HttpExpectationTest {
  private static List<String> fields(String name) {
    return Map.of("X-Role", List.of("standby"), "X-Tag", List.of("red", "blue"))
        .getOrDefault(name, List.of());
  }

  private static HttpExpectation status(String text) {
    return HttpExpectation.DEFAULT.statuses(Statuses.parse("expectStatus", text));
  }

  private static String head(int status, HttpExpectation expected) {
    return Objects.requireNonNull(expected.ofHead(status, HttpExpectationTest::fields), "verdict")
        .toString();
  }

  private static String field(String name, TextRule rule) {
    return head(200, HttpExpectation.DEFAULT.and(new FieldRule(name, true, rule)));
  }

  private static String field(String name, boolean wanted) {
    return head(200, HttpExpectation.DEFAULT.and(new FieldRule(name, wanted, null)));
  }

  private static String body(String body, TextRule... rules) {
    HttpExpectation expected = HttpExpectation.DEFAULT;
    for (TextRule rule : rules) {
      expected = expected.and(rule);
    }
    assertThat(expected.ofHead(200, HttpExpectationTest::fields))
        .as("waits for the body")
        .isNull();
    return expected.ofBody(200, body).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200            | 200 | L7OK: 200",
        "200-299        | 299 | L7OK: 299",
        "200-299        | 300 | L7STS: 300, expected 200..299",
        "204, 301 - 303 | 302 | L7OK: 302",
        "204, 301 - 303 | 304 | L7STS: 304, expected 204, 301..303",
        "!500-599       | 404 | L7OK: 404",
        "! 404,500-599  | 404 | L7STS: 404, expected not 404, 500..599",
      })
  void statuses_are_sets_and_ranges_and_all_others(String statuses, int status, String verdict) {
    assertThat(head(status, status(statuses))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "20", "2xx", "200,", "200-", "-200", "200..299", "200 204"})
  void what_is_no_set_of_statuses_is_refused(String statuses) {
    assertThatThrownBy(() -> head(200, status(statuses)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expectStatus: '" + statuses
            + "' (expected: statuses such as '200,204,301-303' or '!500-599')");
  }

  @Test
  void a_range_that_runs_backwards_is_refused() {
    assertThatThrownBy(() -> head(200, status("299-200")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("status: 200 (expected: 299..599)");
  }

  @Test
  void a_header_must_be_there_or_must_not() {
    assertThat(field("X-Role", true)).isEqualTo("L7OK: 200");
    assertThat(field("X-Load", true))
        .isEqualTo("L7STS: 200, no header X-Load, expected header X-Load");
    assertThat(field("X-Load", false)).isEqualTo("L7OK: 200");
    assertThat(field("X-Tag", false))
        .isEqualTo("L7STS: 200, header X-Tag: 'red', 'blue', expected no header X-Tag");
  }

  @Test
  void one_value_of_a_header_must_be_as_the_rule_says() {
    assertThat(field("X-Tag", TextRule.equalTo("blue"))).isEqualTo("L7OK: 200");
    assertThat(field("X-Tag", TextRule.contains("e"))).isEqualTo("L7OK: 200");
    assertThat(field("X-Role", TextRule.equalTo("primary")))
        .isEqualTo(
            "L7STS: 200, header X-Role: 'standby', expected header X-Role equal to 'primary'");
    assertThat(field("X-Load", TextRule.regex("^\\d$")))
        .isEqualTo("L7STS: 200, no header X-Load, expected header X-Load matching /^\\d$/");
  }

  @Test
  void no_value_of_a_header_may_be_as_a_negated_rule_says() {
    assertThat(field("X-Role", TextRule.equalTo("primary").not())).isEqualTo("L7OK: 200");
    assertThat(field("X-Load", TextRule.equalTo("9").not())).isEqualTo("L7OK: 200");
    assertThat(field("X-Tag", TextRule.regex("^b").not()))
        .isEqualTo(
            "L7STS: 200, header X-Tag: 'red', 'blue', expected header X-Tag not matching /^b/");
  }

  @Test
  void the_body_must_be_as_all_rules_say() {
    TextRule ok = TextRule.contains("ok");
    TextRule noError = TextRule.regex("(?i)error").not();
    assertThat(body("all ok", ok, noError)).isEqualTo("L7OK: 200");
    assertThat(body("ok but ERROR 7", ok, noError))
        .isEqualTo("L7RSP: 200, body 'ok but ERROR 7', expected body not matching /(?i)error/");
    assertThat(body("", ok, noError))
        .isEqualTo("L7RSP: 200, no body, expected body containing 'ok'");
    assertThat(body("", noError)).isEqualTo("L7OK: 200");
    assertThat(body("x".repeat(5000), ok))
        .isEqualTo("L7RSP: 200, body '" + "x".repeat(60)
            + "…' (5000 characters), expected body containing 'ok'");
  }

  @Test
  void the_first_rule_that_does_not_hold_is_named() {
    HttpExpectation both = HttpExpectation.DEFAULT
        .and(new FieldRule("X-Load", true, null))
        .and(new FieldRule("X-Role", false, null));
    assertThat(head(200, both)).endsWith("expected header X-Load");
    assertThat(head(503, both)).endsWith("expected 200..399");
  }

  @Test
  void a_status_for_draining_decides_alone() {
    HttpExpectation expected =
        status("200").and(TextRule.contains("ok")).drains(Statuses.each("drainOn", 404, 410));
    assertThat(head(404, expected)).isEqualTo("L7OKC: 404");
    assertThat(head(410, expected)).isEqualTo("L7OKC: 410");
    assertThat(head(503, expected)).isEqualTo("L7STS: 503, expected 200");
  }

  @Test
  void many_field_lines_together_cost_no_more_than_one() {
    HttpExpectation expected =
        HttpExpectation.DEFAULT.and(new FieldRule("X", true, TextRule.regex("(x+x+)+\\1y")));
    String line = "x".repeat(11);
    assertThat(ofField(expected, List.of(line))).startsWith("L7STS: 200, header X: 'xxx");
    assertThat(ofField(expected, Collections.nCopies(20_000, line)))
        .isEqualTo("L7RSP: 200, /(x+x+)+\\1y/ takes more than 4000000 steps");
  }

  private static String ofField(HttpExpectation expected, List<String> lines) {
    return Objects.requireNonNull(expected.ofHead(200, name -> lines)).toString();
  }

  @Test
  void a_regex_without_end_fails_the_check_and_is_named() {
    TextRule evil = TextRule.regex("(.+)+\\1;");
    assertThat(body("x".repeat(60), evil))
        .isEqualTo("L7RSP: 200, /(.+)+\\1;/ takes more than 4000000 steps");
    assertThat(Objects.requireNonNull(HttpExpectation.DEFAULT
                .and(new FieldRule("X", true, evil))
                .ofHead(200, name -> List.of("x".repeat(60))))
            .toString())
        .isEqualTo("L7RSP: 200, /(.+)+\\1;/ takes more than 4000000 steps");
  }

  @Test
  void the_probe_says_what_it_asks_and_expects() {
    HttpProbe probe = Probes.http("POST", "/health")
        .host("app.example")
        .header("X-Check", "yes")
        .body("deep")
        .expectStatus("!500-599")
        .expectHeader("X-Role", TextRule.equalTo("primary"))
        .expectHeader("Date")
        .expectNoHeader("X-Maintenance")
        .expectBody(TextRule.contains("ok"))
        .drainOn(404);
    assertThat(probe)
        .hasToString("http POST /health expecting not 500..599, host app.example, sending X-Check,"
            + " sending 4 characters, header X-Role equal to 'primary', header Date,"
            + " no header X-Maintenance, body containing 'ok', drain on 404")
        .isEqualTo(Probes.http("POST", "/health")
            .host("app.example")
            .header("X-Check", "yes")
            .body("deep")
            .expectStatus("! 500 - 599")
            .expectHeader("X-Role", TextRule.equalTo("primary"))
            .expectHeader("Date")
            .expectNoHeader("X-Maintenance")
            .expectBody(TextRule.contains("ok"))
            .drainOn(404))
        .isNotEqualTo(probe.drainOn(410))
        .isNotEqualTo(probe.body("deeper"))
        .isNotEqualTo(probe.expectBody(TextRule.contains("ok").not()));
  }
}
