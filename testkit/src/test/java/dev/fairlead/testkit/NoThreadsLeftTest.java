package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NoThreadsLeftTest {
  private final Set<Thread> before = NoThreadsLeft.alive();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void let_all_threads_end() {
    end.countDown();
  }

  @Test
  void a_daemon_thread_of_netty_is_found_and_named() {
    startDaemon(new FastThreadLocalThread(this::untilEnd, "lost-loop"));

    assertThatThrownBy(this::checkNow)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("lost-loop");
  }

  @Test
  void a_non_daemon_thread_is_found() {
    new Thread(this::untilEnd, "lost-worker").start();

    assertThatThrownBy(this::checkNow)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("lost-worker");
  }

  @Test
  void a_daemon_thread_of_somebody_else_is_tolerated() {
    startDaemon(new Thread(this::untilEnd, "jdk-something"));

    assertThatCode(this::checkNow).doesNotThrowAnyException();
  }

  @Test
  void the_global_executor_of_netty_is_tolerated() {
    GlobalEventExecutor.INSTANCE.execute(() -> {});

    assertThatCode(this::checkNow).doesNotThrowAnyException();
  }

  @Test
  void a_thread_that_ends_in_time_is_waited_for() {
    new Thread(this::untilEnd, "slow-to-end").start();
    startDaemon(new Thread(end::countDown, "jdk-ender"));

    assertThatCode(() -> NoThreadsLeft.check(before, Duration.ofSeconds(5)))
        .doesNotThrowAnyException();
  }

  private void checkNow() {
    NoThreadsLeft.check(before, Duration.ofMillis(20));
  }

  private static void startDaemon(Thread thread) {
    thread.setDaemon(true);
    thread.start();
  }

  private void untilEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
