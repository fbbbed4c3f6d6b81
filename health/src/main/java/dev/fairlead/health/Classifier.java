package dev.fairlead.health;

import dev.fairlead.balance.Outcome;

/**
 * Says what the end of a request, or of a session, tells of its server: the judge of all that watches
 * traffic. A function without memory, called on traffic loops, several at once: it must not block, and
 * should not allocate.
 *
 * <pre>{@code
 * Classifier ours = outcome -> outcome.status() == 420 ? Classifier.Result.ERROR
 *     : Classifier.layer7().classify(outcome);
 * }</pre>
 */
@FunctionalInterface
public interface Classifier {
  /** What an outcome tells of the server. */
  enum Result {
    /** It did its work: a row of errors ends here. */
    OK,
    /** It failed. */
    ERROR,
    /** Nothing: the client left, or the proxy ended it. It is not counted at all. */
    IGNORE
  }

  /**
   * Judges one outcome.
   *
   * @param outcome how it ended; valid during the call only
   * @return what that tells of the server
   */
  Result classify(Outcome outcome);

  /**
   * What it tells that the connection of a session of plain TCP is there, whose end may be far off. The end
   * is judged as well.
   *
   * @return default {@link Result#IGNORE}; of those below all say {@link Result#OK} but {@link #layer7}
   */
  default Result established() {
    return Result.IGNORE;
  }

  /**
   * Whether the server can be connected to (HAProxy: {@code observe layer4}). What comes after the
   * connection counts for nothing, neither good nor bad.
   *
   * @return a classifier
   */
  static Classifier layer4() {
    return ReadyClassifier.LAYER_4;
  }

  /**
   * Whether the server answers (HAProxy: {@code observe layer7}): a status of 100..499, 501 or 505 is good,
   * any other an error, and so is no answer, or one that is none. How a response goes on after its head
   * counts for nothing.
   *
   * @return a classifier
   */
  static Classifier layer7() {
    return ReadyClassifier.LAYER_7;
  }

  /**
   * Whether the server fails: a status of 500 or more, no answer, a broken one, no connection (Envoy:
   * {@code 5xx}).
   *
   * @return a classifier
   */
  static Classifier serverErrors() {
    return ReadyClassifier.SERVER_ERRORS;
  }

  /**
   * Whether the server, or what lies behind it, cannot be reached: a status of 502, 503 or 504, no answer, a
   * broken one, no connection (Envoy: {@code gateway-error}). Other statuses are good.
   *
   * @return a classifier
   */
  static Classifier gatewayErrors() {
    return ReadyClassifier.GATEWAY_ERRORS;
  }

  /**
   * What Nginx counts against {@code max_fails}: no connection, and no answer or one that is none ({@code
   * error}, {@code timeout} and {@code invalid_header} of {@code proxy_next_upstream}, which always count);
   * statuses only by choice ({@code http_500} and so on), 403 and 404 never. A response that breaks off
   * after its head is no failure there.
   *
   * @param statuses those that count as failures: of 500, 502, 503, 504 and 429; default none
   * @return a classifier
   * @throws IllegalArgumentException for another status
   */
  static Classifier nginx(int... statuses) {
    return NginxClassifier.of(statuses);
  }
}
