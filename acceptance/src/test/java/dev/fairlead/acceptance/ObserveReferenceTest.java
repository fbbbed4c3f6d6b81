package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Checks;
import dev.fairlead.acceptance.Plan.Observed;
import dev.fairlead.health.OnError;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many errors in traffic take a server down whose checks pass, by HAProxy's observe layer7. */
final class ObserveReferenceTest {
  private static final Checks SELDOM = new Checks("/alive", Duration.ofMinutes(1), 2, 3);

  @ParameterizedTest
  @CsvSource({
    // reaction, errors that take it down with a limit of 4
    "HAPROXY,  MARK_DOWN,    4",
    "FAIRLEAD, MARK_DOWN,    4",
    "HAPROXY,  SUDDEN_DEATH, 8",
    "FAIRLEAD, SUDDEN_DEATH, 8",
    "HAPROXY,  FAIL_CHECK,   12",
    "FAIRLEAD, FAIL_CHECK,   12",
  })
  void so_many_errors_in_a_row_take_it_down(Proxy proxy, OnError reaction, int errors) {
    try (ToldOrigin a = new ToldOrigin();
        ProxyUnderTest running =
            proxy.start(Plan.http(a.as("a")).checks(SELDOM).observed(new Observed(4, reaction)))) {
      Waits.until("the first check", () -> a.checks() == 1);
      a.answer(501); // a good one, as 404 is
      ask(running, 20);
      a.answer(500);
      ask(running, 3);
      a.answer(404);
      ask(running, 1);
      assertThat(running.up("a")).isTrue();

      a.answer(503);
      ask(running, errors - 1);
      assertThat(running.up("a")).isTrue();
      ask(running, 1);
      Waits.until("a is down", () -> !running.up("a"));
      assertThat(a.requests()).isEqualTo(24 + errors);
    }
  }

  private static void ask(ProxyUnderTest proxy, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(RawClient.get(proxy.port(), "/").status()).isNotZero();
    }
  }
}
