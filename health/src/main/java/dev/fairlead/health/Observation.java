package dev.fairlead.health;

import dev.fairlead.spi.Check;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a check makes of traffic (HAProxy: {@code observe}, {@code error-limit}, {@code on-error}).
 *
 * @param classifier says what is an error; null where traffic is not observed
 * @param errorLimit how many errors in a row count
 * @param onError what follows
 */
record Observation(@Nullable Classifier classifier, int errorLimit, OnError onError) {
  static final Observation NONE = new Observation(null, 10, OnError.FAIL_CHECK);

  Observation {
    Check.range("errorLimit", errorLimit, 1, Integer.MAX_VALUE);
    Objects.requireNonNull(onError, "onError");
  }

  Observation of(Classifier errors) {
    return new Observation(Objects.requireNonNull(errors, "observe"), errorLimit, onError);
  }

  Observation errorLimit(int errors) {
    return new Observation(classifier, errors, onError);
  }

  Observation onError(OnError reaction) {
    return new Observation(classifier, errorLimit, reaction);
  }

  /** For the end of a sentence about the check. */
  String text() {
    return classifier == null
        ? ""
        : ", observe %s, errorLimit %d, onError %s"
            .formatted(classifier, errorLimit, onError.word());
  }
}
