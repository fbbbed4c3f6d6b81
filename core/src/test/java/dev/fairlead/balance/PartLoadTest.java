package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The leases of a part of a backend, counted a few servers at a time. */
class PartLoadTest {
  private final SplittableRandom random = new SplittableRandom(1);

  private List<Candidate> part(int size) {
    List<Candidate> part = Candidates.many(size).build();
    change(part);
    return part;
  }

  private void change(List<Candidate> part) {
    part.forEach(server -> FakeLoad.of(server).inFlight(random.nextInt(100)));
  }

  private static long sum(List<Candidate> part) {
    return part.stream().mapToLong(Candidate::inFlight).sum();
  }

  @Test
  void a_small_part_is_counted_anew_at_each_reading() {
    for (int size : new int[] {1, 2, 63, PartLoad.LOOKS}) {
      List<Candidate> part = part(size);
      PartLoad load = new PartLoad(part);
      for (int i = 0; i < 10; i++) {
        change(part);
        assertThat(load.getAsLong()).isEqualTo(sum(part));
      }
    }
  }

  @Test
  void a_large_part_is_right_at_the_start_and_again_once_all_were_looked_at() {
    for (int size : new int[] {65, 128, 1000, 10_000}) {
      List<Candidate> part = part(size);
      PartLoad load = new PartLoad(part);
      assertThat(load.getAsLong()).isEqualTo(sum(part));
      change(part);
      for (int i = 0; i < size / PartLoad.LOOKS; i++) {
        load.getAsLong();
      }
      assertThat(load.getAsLong()).isEqualTo(sum(part));
    }
  }

  @Test
  void threads_that_look_at_once_do_not_count_twice() {
    List<Candidate> part = part(100);
    PartLoad load = new PartLoad(part);
    List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 20_000; i++) {
            FakeLoad.of(part.get((i + 25 * thread) % 100)).inFlight(i % 7);
            load.getAsLong();
          }
        }))
        .toList();
    threads.forEach(CompletableFuture::join);
    load.getAsLong();
    load.getAsLong();
    assertThat(load.getAsLong()).isEqualTo(sum(part));
  }
}
