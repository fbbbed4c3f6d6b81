package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import java.util.Arrays;
import java.util.List;

/**
 * What Nginx calls an unsuccessful attempt.
 *
 * @param statuses those that count as one, in order
 */
record NginxClassifier(List<Integer> statuses) implements Classifier {
  private static final List<Integer> POSSIBLE = List.of(429, 500, 502, 503, 504);

  static NginxClassifier of(int... statuses) {
    for (int status : statuses) {
      if (!POSSIBLE.contains(status)) {
        throw new IllegalArgumentException(
            "status: %d (expected: 500, 502, 503, 504 or 429)".formatted(status));
      }
    }
    return new NginxClassifier(
        Arrays.stream(statuses).sorted().distinct().boxed().toList());
  }

  @Override
  public Result classify(Outcome outcome) {
    int status = outcome.status();
    if (status >= 0) {
      return counts(status) ? Result.ERROR : Result.OK;
    }
    if (outcome.answered()) {
      return Result.OK;
    }
    return ReadyClassifier.withoutStatus(outcome);
  }

  @Override
  public Result established() {
    return Result.OK;
  }

  /** By a look at each, so that nothing is boxed or iterated over. */
  private boolean counts(int status) {
    for (int i = 0; i < statuses.size(); i++) {
      if (statuses.get(i) == status) {
        return true;
      }
    }
    return false;
  }

  /** {@return for example {@code nginx http_502 http_503}} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("nginx");
    statuses.forEach(status -> text.append(" http_").append(status));
    return text.toString();
  }
}
