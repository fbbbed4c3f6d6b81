package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RoomTest {
  private final Room room = new Room();
  private final List<String> entered = new ArrayList<>();

  private boolean enter(int limit, String who) {
    return room.enter(limit, () -> entered.add(who));
  }

  @Test
  void no_more_are_in_than_may_be_and_the_others_come_in_their_order() {
    assertThat(enter(2, "a")).isTrue();
    assertThat(enter(2, "b")).isTrue();
    assertThat(room.crowded()).isFalse();
    assertThat(enter(2, "c")).isFalse();
    assertThat(enter(2, "d")).isFalse();
    assertThat(room.crowded()).isTrue();

    room.leave();
    assertThat(entered).containsExactly("c");
    room.leave();
    assertThat(entered).containsExactly("c", "d");
    assertThat(room.crowded()).isFalse();
  }

  @Test
  void nobody_overtakes_who_waits() {
    enter(1, "a");
    enter(1, "b");

    assertThat(room.tryEnter(100)).isFalse();
    assertThat(enter(100, "c")).isFalse();
    room.leave();
    assertThat(entered).containsExactly("b", "c");
  }

  @Test
  void who_gives_up_is_not_let_in_and_stands_in_nobodys_way() {
    Runnable small = () -> entered.add("small");
    enter(2, "a");
    enter(2, "b");
    room.enter(1, small);
    enter(3, "large");
    room.giveUp(small);

    assertThat(entered).containsExactly("large");
    room.leave();
    assertThat(entered).containsExactly("large");
  }

  @Test
  void many_threads_keep_the_limit_and_none_is_forgotten() throws Exception {
    int threads = 8;
    int rounds = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        all.add(pool.submit(() -> {
          for (int i = 0; i < rounds; i++) {
            CountDownLatch in = new CountDownLatch(1);
            if (!room.enter(3, in::countDown)) {
              in.await();
            }
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            inside.decrementAndGet();
            room.leave();
          }
          return null;
        }));
      }
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(room.crowded()).isFalse();
    assertThat(room.tryEnter(1)).isTrue();
  }
}
