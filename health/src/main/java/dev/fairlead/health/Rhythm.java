package dev.fairlead.health;

import dev.fairlead.spi.Check;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to ask, and how many answers count: the numbers of a {@link HealthCheck}, checked.
 *
 * @param every between two checks of a server that is fully up
 * @param fastEvery the same while it is going up or down; null: as {@code every}
 * @param downEvery the same while it is down; null: as {@code every}
 * @param timeout for a whole check; null: as {@code every}
 * @param spread the first checks begin within it, at random; null: at once
 */
record Rhythm(
    Duration every,
    @Nullable Duration fastEvery,
    @Nullable Duration downEvery,
    @Nullable Duration timeout,
    int rise,
    int fall,
    int jitter,
    @Nullable Duration spread,
    InitialState initialState) {
  static final Rhythm DEFAULT =
      new Rhythm(Duration.ofSeconds(2), null, null, null, 2, 3, 0, null, InitialState.UP);

  private static final int MOST_VERDICTS = 10_000;

  Rhythm {
    interval("every", every);
    interval("fastEvery", fastEvery);
    interval("downEvery", downEvery);
    interval("timeout", timeout);
    interval("spread", spread);
    Check.range("rise", rise, 1, MOST_VERDICTS);
    Check.range("fall", fall, 1, MOST_VERDICTS);
    Check.range("jitter", jitter, 0, 50);
    Objects.requireNonNull(initialState, "initialState");
  }

  Rhythm every(Duration time) {
    return new Rhythm(
        time, fastEvery, downEvery, timeout, rise, fall, jitter, spread, initialState);
  }

  Rhythm fastEvery(Duration time) {
    Objects.requireNonNull(time, "fastEvery");
    return new Rhythm(every, time, downEvery, timeout, rise, fall, jitter, spread, initialState);
  }

  Rhythm downEvery(Duration time) {
    Objects.requireNonNull(time, "downEvery");
    return new Rhythm(every, fastEvery, time, timeout, rise, fall, jitter, spread, initialState);
  }

  Rhythm timeout(Duration time) {
    Objects.requireNonNull(time, "timeout");
    return new Rhythm(every, fastEvery, downEvery, time, rise, fall, jitter, spread, initialState);
  }

  Rhythm rise(int count) {
    return new Rhythm(
        every, fastEvery, downEvery, timeout, count, fall, jitter, spread, initialState);
  }

  Rhythm fall(int count) {
    return new Rhythm(
        every, fastEvery, downEvery, timeout, rise, count, jitter, spread, initialState);
  }

  Rhythm jitter(int percent) {
    return new Rhythm(
        every, fastEvery, downEvery, timeout, rise, fall, percent, spread, initialState);
  }

  Rhythm initialState(InitialState state) {
    return new Rhythm(every, fastEvery, downEvery, timeout, rise, fall, jitter, spread, state);
  }

  Rhythm spread(Duration time) {
    Objects.requireNonNull(time, "spread");
    return new Rhythm(every, fastEvery, downEvery, timeout, rise, fall, jitter, time, initialState);
  }

  /** How long a whole check may take. */
  Duration patience() {
    return timeout == null ? every : timeout;
  }

  Hysteresis start() {
    return Hysteresis.initial(rise, fall, initialState);
  }

  /** Before the first check. */
  long nanosToFirst(RandomGenerator random) {
    return spread == null ? 0 : (long) (spread.toNanos() * random.nextDouble());
  }

  /**
   * From the beginning of the first check to the second: anywhere within the interval, so that servers that
   * were first asked together are not asked together ever after.
   */
  long nanosAfterFirst(Hysteresis now, RandomGenerator random) {
    return Math.max(1, (long) (interval(now).toNanos() * (1 - random.nextDouble())));
  }

  /**
   * How soon to ask a server whose traffic fails; {@link Long#MAX_VALUE} where it is asked no sooner than
   * otherwise.
   */
  long nanosAfterErrors() {
    return fastEvery == null ? Long.MAX_VALUE : fastEvery.toNanos();
  }

  /** From the beginning of one check to that of the next. */
  long nanosAfter(Hysteresis now, RandomGenerator random) {
    long nanos = interval(now).toNanos();
    if (jitter == 0) {
      return nanos;
    }
    return nanos + (long) (nanos * (jitter / 100.0) * (2 * random.nextDouble() - 1));
  }

  private Duration interval(Hysteresis now) {
    Duration other;
    if (now.fullyUp()) {
      other = every;
    } else {
      other = now.fullyDown() ? downEvery : fastEvery;
    }
    return other == null ? every : other;
  }

  /** {@return the numbers, in full where an operator counts on them, else only what is not default} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("every ").append(text(every));
    if (fastEvery != null) {
      text.append(", fastEvery ").append(text(fastEvery));
    }
    if (downEvery != null) {
      text.append(", downEvery ").append(text(downEvery));
    }
    text.append(", timeout ").append(text(patience()));
    text.append(", rise ").append(rise).append(", fall ").append(fall);
    if (jitter > 0) {
      text.append(", jitter ").append(jitter).append('%');
    }
    if (spread != null) {
      text.append(", spread ").append(text(spread));
    }
    if (initialState != InitialState.UP) {
      text.append(", initialState ").append(initialState);
    }
    return text.toString();
  }

  /** {@return for example {@code 30 s}, {@code 1500 ms}} */
  static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  private static void interval(String field, @Nullable Duration time) {
    if (time == null) {
      return;
    }
    if (Check.positive(field, time).toMillis() < 1) {
      throw new IllegalArgumentException(
          "%s: %s (expected: at least 1 ms, at most 365 days)".formatted(field, time));
    }
  }
}
