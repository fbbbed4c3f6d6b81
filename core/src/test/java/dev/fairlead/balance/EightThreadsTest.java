package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Fleet.Ended;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Eight threads take and give back leases at once, as event loops do. */
class EightThreadsTest {
  private static final int THREADS = 8;

  private static void inParallel(IntConsumer task) {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<CompletableFuture<Void>> running = IntStream.range(0, THREADS)
          .mapToObj(i -> CompletableFuture.runAsync(() -> task.accept(i), pool))
          .toList();
      running.forEach(CompletableFuture::join);
    } finally {
      pool.shutdown();
    }
  }

  private static List<Candidate> servers(int count, int limit, int... weights) {
    int[] all = IntStream.range(0, count).map(i -> weights[i % weights.length]).toArray();
    return Candidates.many(count).weights(all).limit(limit).build();
  }

  private static @Nullable Candidate take(Picker picker, FakePickContext request) {
    Candidate server = picker.pick(request);
    if (server != null) {
      FakeLoad.of(server).hold(0);
    }
    return server;
  }

  private static void release(Picker picker, Candidate server) {
    picker.completed(server, Ended.ok(1_000_000));
    FakeLoad.of(server).release(0);
  }

  /** Each thread holds so many leases and replaces the oldest one again and again. */
  private static void churn(Picker picker, int held, int rounds) {
    inParallel(thread -> {
      FakePickContext request = new FakePickContext(thread);
      Deque<Candidate> leases = new ArrayDeque<>();
      for (int i = 0; i < held + rounds; i++) {
        Candidate server = take(picker, request.at(i * 1000L));
        if (server != null) {
          leases.add(server);
        }
        if (i >= held && !leases.isEmpty()) {
          release(picker, leases.remove());
        }
      }
    });
  }

  private static void assertEven(Balancer balancer, int count, double tolerance) {
    List<Candidate> servers = servers(count, 0, 1, 2, 4);
    Picker picker = balancer.prepare(Candidates.members(servers, null));
    int weights = servers.stream().mapToInt(Candidate::weight).sum();
    int held = 10 * weights / THREADS;
    churn(picker, held, 30_000);
    double fair = (double) held * THREADS / weights;
    assertThat(servers)
        .allSatisfy(server -> assertThat((double) server.inFlight() / server.weight())
            .as("%s, %s", balancer, server.name())
            .isBetween(fair - tolerance, fair + tolerance));
  }

  @Test
  void leases_stay_even_among_few_servers() {
    assertEven(Balancers.leastConnections(), 9, 4);
    assertEven(Balancers.haproxyLeastConnections(), 9, 4);
    assertEven(Balancers.nginxLeastConnections(), 9, 4);
    assertEven(Balancers.shortestExpectedDelay(), 9, 4);
  }

  @Test
  void leases_stay_even_among_many_servers() {
    assertEven(Balancers.leastConnections(), 99, 4);
    assertEven(Balancers.leastConnections(), 999, 4);
    assertEven(Balancers.neverQueue(), 999, 4);
    assertEven(Balancers.powerOfChoices(2), 999, 8);
  }

  @Test
  void the_tournament_is_right_again_as_soon_as_it_is_quiet() {
    for (int repeat = 0; repeat < 20; repeat++) {
      List<Candidate> servers = servers(200, 5, 1, 3);
      Balancer strategy = new Lowest("test", members -> Counts.LOAD, Lowest.Rank.TURNS, 0);
      Picker picker = strategy.prepare(Candidates.members(servers, null));
      churn(picker, 100, 2_000);
      FakePickContext request = new FakePickContext(1);
      for (int i = 0; i < servers.size(); i++) {
        Candidate server = take(picker, request);
        if (server != null) {
          release(picker, server);
        }
      }
      for (int i = 0; i < 50; i++) {
        double least = servers.stream()
            .filter(request::usable)
            .mapToDouble(s -> Counts.LOAD.of(s, 0, 0))
            .min()
            .orElse(-1);
        Candidate server = take(picker, request);
        assertThat(server == null ? -1 : Counts.LOAD.of(server, -1, 0)).isEqualTo(least);
      }
    }
  }

  static Stream<Balancer> nginx() {
    return Stream.of(
        Balancers.nginxLeastConnections(), Balancers.nginxRoundRobin(1, Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @MethodSource("nginx")
  void nginxs_scores_add_up_to_zero_also_with_eight_threads(Balancer balancer) {
    List<Candidate> servers = servers(7, 0, 5, 1, 3);
    Picker picker = balancer.prepare(Candidates.members(servers, null));
    int[][] counts = new int[THREADS][servers.size()];
    inParallel(thread -> {
      FakePickContext request = new FakePickContext(thread);
      for (int i = 0; i < 30_000; i++) {
        Candidate server = picker.pick(request);
        counts[thread][server == null ? 0 : server.index()]++;
      }
    });
    double weights = servers.stream().mapToInt(Candidate::weight).sum();
    for (Candidate server : servers) {
      int picks = Arrays.stream(counts).mapToInt(c -> c[server.index()]).sum();
      double share = 30_000.0 * THREADS * server.weight() / weights;
      assertThat((double) picks).isBetween(share - 30, share + 30);
    }
  }

  @Test
  void a_server_that_is_left_out_is_asked_by_one_thread_in_each_such_time() {
    Duration failTimeout = Duration.ofMillis(1);
    List<Candidate> servers = servers(2, 0, 1);
    Candidate failing = servers.get(1);
    Picker picker =
        Balancers.nginxRoundRobin(1, failTimeout).prepare(Candidates.members(servers, null));
    picker.completed(failing, Ended.failed(Outcome.Kind.EMPTY, 0));
    AtomicLong clock = new AtomicLong();
    Queue<Long> asked = new ConcurrentLinkedQueue<>(List.of(0L));
    inParallel(thread -> {
      FakePickContext request = new FakePickContext(thread);
      for (int i = 0; i < 200_000; i++) {
        long now = clock.addAndGet(200_000);
        if (failing.equals(picker.pick(request.at(now)))) {
          asked.add(now);
        }
      }
    });
    long[] times = asked.stream().mapToLong(Long::longValue).sorted().toArray();
    assertThat(times.length).isGreaterThan(10_000);
    long shortest = IntStream.range(1, times.length)
        .mapToLong(i -> times[i] - times[i - 1])
        .min()
        .orElseThrow();
    assertThat(shortest).isGreaterThan(failTimeout.toNanos());
  }

  @Test
  void answers_that_come_at_once_are_all_learnt_from() {
    for (Balancer balancer : new Balancer[] {
      Balancers.peakEwma(), Balancers.leastTime(LeastTime.until(Until.HEADER).inFlight())
    }) {
      List<Candidate> servers = servers(20, 0, 1);
      Picker picker = balancer.prepare(Candidates.members(servers, null));
      churn(picker, 10, 30_000);
      servers.forEach(server -> assertThat(server.inFlight()).isBetween(0, 20));
      assertThat(((Cost.Learning) picker).cost().of(servers.get(0), 0, 0))
          .isPositive()
          .isFinite();
    }
  }
}
