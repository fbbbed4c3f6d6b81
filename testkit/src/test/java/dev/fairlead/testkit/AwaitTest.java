package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AwaitTest {
  @Test
  void a_condition_is_looked_at_until_it_holds() {
    AtomicInteger looks = new AtomicInteger();

    Await.until(Duration.ofSeconds(10), () -> looks.incrementAndGet() == 3);

    assertThat(looks).hasValue(3);
  }

  @Test
  void a_condition_that_never_holds_is_named_in_the_failure() {
    assertThatThrownBy(() -> Await.until("the moon", Duration.ofMillis(20), () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the moon did not come true within PT0.02S");
  }

  @Test
  void an_interrupt_ends_the_wait_and_stays_set() {
    Thread.currentThread().interrupt();

    assertThat(Await.held(Duration.ofDays(1), () -> false)).isFalse();

    assertThat(Thread.interrupted()).isTrue();
  }
}
