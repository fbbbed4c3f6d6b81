package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every strategy has to hold. A test of a strategy extends it:
 *
 * <pre>{@code
 * class NearestTest extends BalancerContract {
 *   @Override
 *   protected Balancer balancer() {
 *     return nearest;
 *   }
 * }
 * }</pre>
 */
public abstract class BalancerContract {
  private static final int MANY = 20_000;

  /** For subclasses. */
  protected BalancerContract() {}

  /** {@return the strategy} */
  protected abstract Balancer balancer();

  /** {@return how far shares may be from what weights say, as a part of all picks; default 0.02} */
  protected double tolerance() {
    return 0.02;
  }

  /** {@return whether weights decide among idle servers; they do not for least connections} */
  protected boolean weightsDecideWhenIdle() {
    return true;
  }

  /**
   * {@return whether idle servers of equal weight get equal shares; not where the strategy prefers one
   * of them by its rule, such as the first of the list}
   */
  protected boolean spreadsWhenIdle() {
    return true;
  }

  /**
   * {@return whether a full server may be chosen while another is usable, so that the request waits for it;
   * by default not. A hash does so to keep its keys}
   */
  protected boolean waitsForFullServers() {
    return false;
  }

  /**
   * Moves the counter of a picker that counts its picks, so that its wrap can be tested. Does nothing
   * for one that does not count.
   *
   * @param picker made by the strategy
   * @param value the counter's new value; an {@code int} counter takes its lower half
   */
  protected void setCounter(Picker picker, long value) {}

  /** Picks for as many requests, each from a client of its own; nobody holds a lease. */
  private static Map<String, Integer> count(Picker picker, List<Candidate> eligible, int requests) {
    Map<String, Integer> counts = new HashMap<>();
    FakePickContext request = new FakePickContext(requests);
    for (int i = 0; i < requests; i++) {
      Candidate picked = picker.pick(request.next());
      assertThat(picked).isIn(eligible);
      counts.merge(name(picked), 1, Integer::sum);
    }
    return counts;
  }

  private static String name(@Nullable Candidate candidate) {
    return candidate == null ? "nobody" : candidate.name();
  }

  private void assertShares(Map<String, Integer> counts, List<Candidate> servers) {
    double all = counts.values().stream().mapToInt(i -> i).sum();
    double weights = servers.stream().mapToInt(Candidate::weight).sum();
    double allowed = Math.max(2, all * tolerance());
    for (Candidate server : servers) {
      double share = all * server.weight() / weights;
      assertThat((double) counts.getOrDefault(server.name(), 0))
          .as("picks of %s in %s", server.name(), counts)
          .isBetween(share - allowed, share + allowed);
    }
  }

  private static List<Candidate> some(List<Candidate> of, SplittableRandom random) {
    return of.stream().filter(c -> random.nextBoolean()).toList();
  }

  private Picker prepare(List<Candidate> servers) {
    return balancer().prepare(Candidates.members(servers, null));
  }

  @Test
  void only_an_eligible_server_is_picked_and_a_tried_or_full_one_never_while_another_is_usable() {
    SplittableRandom random = new SplittableRandom(1);
    List<Candidate> all = Candidates.many(6).weights(1, 2, 3, 4, 5, 6).limit(10).build();
    FakePickContext request = new FakePickContext(2);
    Picker picker = null;
    for (int round = 0; round < 300; round++) {
      List<Candidate> eligible = some(all, random);
      if (eligible.isEmpty()) {
        continue;
      }
      picker = balancer().prepare(Candidates.members(eligible, all, picker));
      for (int pick = 0; pick < 20; pick++) {
        all.forEach(c -> FakeLoad.of(c).inFlight(random.nextInt(12)));
        request.next().havingTried(some(all, random));
        Candidate picked = picker.pick(request);
        boolean usable = eligible.stream().anyMatch(request::usable);
        if (picked != null) {
          assertThat(eligible).contains(picked);
          assertThat(usable && request.tried(picked))
              .as("a tried one, needlessly")
              .isFalse();
          assertThat(usable && !waitsForFullServers() && picked.full())
              .as("a full one, needlessly")
              .isFalse();
        }
      }
    }
  }

  @Test
  void the_only_server_is_picked() {
    List<Candidate> one = Candidates.named("only").weights(7).build();
    assertThat(count(prepare(one), one, 100)).containsExactly(Map.entry("only", 100));
  }

  @Test
  void equal_servers_get_equal_shares() {
    assumeTrue(spreadsWhenIdle(), "it prefers one of the idle servers");
    List<Candidate> servers = Candidates.many(7).build();
    assertShares(count(prepare(servers), servers, MANY), servers);
  }

  @Test
  void weights_are_respected() {
    assumeTrue(
        weightsDecideWhenIdle() && spreadsWhenIdle(), "weights do not decide among idle servers");
    for (int[] weights : new int[][] {{5, 1, 1}, {4, 2, 1}, {256, 1}, {100, 50, 50, 200}}) {
      List<Candidate> servers = Candidates.many(weights.length).weights(weights).build();
      assertShares(count(prepare(servers), servers, MANY), servers);
    }
  }

  @Test
  void a_counter_that_wraps_does_no_harm() {
    assumeTrue(spreadsWhenIdle(), "it prefers one of the idle servers");
    List<Candidate> servers = Candidates.many(7).build();
    long[] wraps = {Integer.MAX_VALUE, 0xFFFF_FFFFL, Long.MAX_VALUE, -1};
    for (long wrap : wraps) {
      Picker picker = prepare(servers);
      setCounter(picker, wrap - MANY / 2);
      assertShares(count(picker, servers, MANY), servers);
      setCounter(picker, wrap);
      Picker next = balancer().prepare(Candidates.members(servers, picker));
      assertShares(count(next, servers, MANY), servers);
    }
  }

  @Test
  void a_replaced_list_is_followed_at_once_by_all_of_its_servers() {
    assumeTrue(spreadsWhenIdle(), "it prefers one of the idle servers");
    SplittableRandom random = new SplittableRandom(3);
    List<Candidate> all = Candidates.many(8).build();
    Picker picker = null;
    for (int round = 0; round < 20; round++) {
      List<Candidate> eligible = new ArrayList<>(some(all, random));
      eligible.add(all.get(round % all.size()));
      List<Candidate> ordered = all.stream().filter(eligible::contains).toList();
      picker = balancer().prepare(Candidates.members(ordered, all, picker));
      assertThat(count(picker, ordered, 1000)).hasSize(ordered.size());
    }
  }

  @Test
  void load_is_spread_evenly_over_a_rolling_restart() {
    assumeTrue(spreadsWhenIdle(), "it prefers one of the idle servers");
    SplittableRandom random = new SplittableRandom(4);
    List<Candidate> all = Candidates.many(10).build();
    Map<String, Integer> counts = new HashMap<>();
    Picker picker = prepare(all);
    FakePickContext request = new FakePickContext(5);
    for (int step = 0; step < 2_000; step++) {
      Candidate restarting = all.get(step % all.size());
      List<Candidate> rest = all.stream().filter(c -> !c.equals(restarting)).toList();
      picker = balancer().prepare(Candidates.members(rest, all, picker));
      for (int pick = random.nextInt(1, 20); pick > 0; pick--) {
        counts.merge(name(picker.pick(request.next())), 1, Integer::sum);
      }
    }
    assertShares(counts, all);
  }

  @Test
  void outcomes_of_every_kind_are_taken() {
    List<Candidate> servers = Candidates.many(3).build();
    Picker picker = prepare(servers);
    FakePickContext request = new FakePickContext(6);
    for (Outcome.Kind kind : Outcome.Kind.values()) {
      Candidate picked = picker.pick(request.next());
      if (picked != null) {
        picker.completed(picked, new FakeOutcome(kind));
      }
    }
    assertThat(picker.pick(request.next())).isIn(servers);
  }

  /** A picker, and whom it may pick. */
  private record Prepared(Picker picker, List<Candidate> eligible) {}

  @Test
  void eight_threads_pick_at_once_while_the_list_is_replaced() {
    List<Candidate> all = Candidates.many(7).build();
    AtomicReference<Prepared> current = new AtomicReference<>(new Prepared(prepare(all), all));
    AtomicInteger working = new AtomicInteger(8);
    List<Map<String, Integer>> results = inParallel(
        8,
        () -> {
          try {
            return holdAndRelease(current);
          } finally {
            working.decrementAndGet();
          }
        },
        () -> {
          for (int i = 0; working.get() > 0; i++) {
            Candidate down = all.get(i % all.size());
            List<Candidate> rest = all.stream().filter(c -> !c.equals(down)).toList();
            Picker next =
                balancer().prepare(Candidates.members(rest, all, current.get().picker()));
            current.set(new Prepared(next, rest));
          }
        });
    assertThat(all).allMatch(server -> server.inFlight() == 0);
    Map<String, Integer> sum = new HashMap<>();
    results.forEach(r -> r.forEach((name, n) -> sum.merge(name, n, Integer::sum)));
    Picker after = balancer().prepare(Candidates.members(all, current.get().picker()));
    if (spreadsWhenIdle()) {
      assertThat(sum).hasSize(all.size());
      assertShares(count(after, all, MANY), all);
    }
  }

  /** Each lease is held for three more picks and ends with the picker in force then, as in the core. */
  private static Map<String, Integer> holdAndRelease(AtomicReference<Prepared> current) {
    Map<String, Integer> counts = new HashMap<>();
    FakePickContext request = new FakePickContext(Thread.currentThread().getId());
    Deque<Candidate> held = new ArrayDeque<>();
    for (int i = 0; i < MANY; i++) {
      Prepared prepared = current.get();
      Candidate picked = prepared.picker().pick(request.next());
      if (picked != null) {
        assertThat(prepared.eligible()).contains(picked);
        counts.merge(picked.name(), 1, Integer::sum);
        FakeLoad.of(picked).hold(0);
        held.add(picked);
      }
      while (held.size() > (i == MANY - 1 ? 0 : 3)) {
        Candidate ended = held.remove();
        current.get().picker().completed(ended, new FakeOutcome(Outcome.Kind.COMPLETED));
        FakeLoad.of(ended).release(0);
      }
    }
    return counts;
  }

  private static <T> List<T> inParallel(int threads, Supplier<T> task, Runnable meanwhile) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<T>> running = IntStream.range(0, threads)
          .mapToObj(i -> CompletableFuture.supplyAsync(task, pool))
          .toList();
      meanwhile.run();
      return running.stream().map(CompletableFuture::join).toList();
    } finally {
      pool.shutdown();
    }
  }

  private record FakeOutcome(Kind kind) implements Outcome {
    @Override
    public int status() {
      return kind == Kind.COMPLETED ? 200 : -1;
    }

    @Override
    public long connectNanos() {
      return kind == Kind.CONNECT_FAILED ? -1 : 1_000;
    }

    @Override
    public long responseNanos() {
      return kind == Kind.COMPLETED ? 1_000_000 : -1;
    }

    @Override
    public long totalNanos() {
      return 2_000_000;
    }

    @Override
    public long nanoTime() {
      return 2_000_000;
    }
  }
}
