package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP answer must be like, of whatever version. All rules must hold; the first that does not is
 * named.
 *
 * @param statuses one of them
 * @param drains these decide alone: the server works, and wants no new traffic
 * @param fields rules for the head
 * @param bodies rules for the beginning of the body
 */
record HttpExpectation(
    Statuses statuses, Statuses drains, List<FieldRule> fields, List<TextRule> bodies) {
  static final HttpExpectation DEFAULT =
      new HttpExpectation(Statuses.range(200, 399), Statuses.NONE, List.of(), List.of());

  private static final int SHOWN = 60; // characters of a body that is not as expected

  HttpExpectation statuses(Statuses good) {
    return new HttpExpectation(good, drains, fields, bodies);
  }

  HttpExpectation drains(Statuses statusesOfDrain) {
    return new HttpExpectation(statuses, statusesOfDrain, fields, bodies);
  }

  HttpExpectation and(FieldRule rule) {
    return new HttpExpectation(statuses, drains, plus(fields, rule), bodies);
  }

  HttpExpectation and(TextRule rule) {
    return new HttpExpectation(statuses, drains, fields, plus(bodies, rule));
  }

  private static <T> List<T> plus(List<T> some, T one) {
    List<T> more = new ArrayList<>(some);
    more.add(one);
    return List.copyOf(more);
  }

  /**
   * Judges a head.
   *
   * @param values of the header field with a name, in whatever case
   * @return null when the body decides
   */
  @Nullable
  Verdict ofHead(int status, Function<String, List<String>> values) {
    String seen = Integer.toString(status);
    if (drains.contain(status)) {
      return Verdict.drain(seen);
    }
    if (!statuses.contain(status)) {
      return Verdict.fail(seen).expected(statuses.toString());
    }
    try {
      for (FieldRule rule : fields) {
        String broken = rule.broken(values);
        if (broken != null) {
          return Verdict.fail(seen + ", " + broken).expected(rule.toString());
        }
      }
    } catch (BoundedText.GivenUp e) {
      return Verdict.of(CheckCode.L7RSP, seen + ", " + e.getMessage());
    }
    return bodies.isEmpty() ? Verdict.pass(seen) : null;
  }

  /** Judges what has come of a body, after the head was found good. */
  Verdict ofBody(int status, String body) {
    try {
      for (TextRule rule : bodies) {
        if (rule.finds(body) == rule.negated()) {
          return Verdict.of(CheckCode.L7RSP, status + ", " + shown(body)).expected("body " + rule);
        }
      }
    } catch (BoundedText.GivenUp e) {
      return Verdict.of(CheckCode.L7RSP, status + ", " + e.getMessage());
    }
    return Verdict.pass(Integer.toString(status));
  }

  private static String shown(String body) {
    if (body.isEmpty()) {
      return "no body";
    }
    return body.length() <= SHOWN
        ? "body '%s'".formatted(body)
        : "body '%s…' (%d characters)".formatted(body.substring(0, SHOWN), body.length());
  }

  /** {@return for the end of a sentence: the rules besides the statuses} */
  String rules() {
    Stream<String> drain =
        drains.equals(Statuses.NONE) ? Stream.of() : Stream.of("drain on " + drains);
    return Stream.of(fields.stream(), bodies.stream().map(rule -> "body " + rule), drain)
        .flatMap(rules -> rules)
        .map(rule -> ", " + rule)
        .collect(Collectors.joining());
  }
}
