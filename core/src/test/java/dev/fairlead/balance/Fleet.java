package dev.fairlead.balance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A strategy over servers whose leases are taken and given back as the core does it. One thread. */
final class Fleet {
  final FakePickContext request = new FakePickContext(42);
  final List<Candidate> servers;
  private final Balancer balancer;
  private final List<Deque<Long>> starts = new ArrayList<>();
  private final Set<Candidate> down = new HashSet<>();
  private Picker picker;

  private Fleet(Balancer balancer, List<Candidate> servers) {
    this.balancer = balancer;
    this.servers = servers;
    servers.forEach(s -> starts.add(new ArrayDeque<>()));
    this.picker = balancer.prepare(Candidates.members(servers, null));
  }

  /** Servers a, b, c… of these weights. */
  static Fleet of(Balancer balancer, int... weights) {
    return limited(balancer, 0, weights);
  }

  static Fleet limited(Balancer balancer, int limit, int... weights) {
    String[] names = IntStream.range(0, weights.length)
        .mapToObj(i -> i < 26 ? String.valueOf((char) ('a' + i)) : "s" + i)
        .toArray(String[]::new);
    return new Fleet(
        balancer, Candidates.named(names).weights(weights).limit(limit).build());
  }

  Picker picker() {
    return picker;
  }

  Candidate get(int place) {
    return servers.get(place);
  }

  /** Only these get new traffic from now on. */
  void eligible(Candidate... some) {
    down.clear();
    down.addAll(servers);
    down.removeAll(Set.of(some));
    prepare(balancer);
  }

  void allEligible() {
    down.clear();
    prepare(balancer);
  }

  /** The strategy is replaced, the servers stay. */
  void prepare(Balancer next) {
    List<Candidate> eligible = servers.stream().filter(s -> !down.contains(s)).toList();
    picker = next.prepare(Candidates.members(eligible, servers, picker));
  }

  /** Picks and takes a slot; null when there is no preference. */
  @Nullable
  Candidate take() {
    Candidate server = picker.pick(request);
    if (server != null) {
      FakeLoad.of(server).hold(request.nanoTime());
      starts.get(server.index()).add(request.nanoTime());
    }
    return server;
  }

  /** Ends the oldest lease of a server as the core does: the picker is told, then the slot is free. */
  void release(Candidate server, Outcome outcome) {
    Long started = starts.get(server.index()).remove();
    FakeLoad.of(server).release(started);
    FakeLoad.of(server).inFlight(server.inFlight() + 1);
    picker.completed(server, outcome);
    FakeLoad.of(server).inFlight(server.inFlight() - 1);
  }

  void release(Candidate server) {
    release(server, Ended.ok(1_000_000));
  }

  /** The names of so many picks that are all held. */
  String held(int picks) {
    return names(picks, this::take);
  }

  /** The names of so many picks, each given back before the next. */
  String sequential(int picks) {
    return names(picks, () -> {
      Candidate server = take();
      if (server != null) {
        release(server);
      }
      return server;
    });
  }

  private static String names(int picks, Supplier<@Nullable Candidate> pick) {
    return IntStream.range(0, picks)
        .mapToObj(i -> pick.get())
        .map(server -> server == null ? "-" : server.name())
        .collect(Collectors.joining(" "));
  }

  /** How often each was picked, each given back before the next. */
  int[] counts(int picks) {
    int[] counts = new int[servers.size()];
    for (int i = 0; i < picks; i++) {
      Candidate server = take();
      if (server != null) {
        counts[server.index()]++;
        release(server);
      }
    }
    return counts;
  }

  /** How many leases each holds. */
  int[] inFlight() {
    return servers.stream().mapToInt(Candidate::inFlight).toArray();
  }

  /** How a lease ended. */
  record Ended(
      Kind kind, int status, long connectNanos, long responseNanos, long totalNanos, long nanoTime)
      implements Outcome {
    Ended(Kind kind, int status, long connectNanos, long responseNanos, long totalNanos) {
      this(kind, status, connectNanos, responseNanos, totalNanos, 0);
    }

    /** The same at another time. */
    Ended at(long nanoTime) {
      return new Ended(kind, status, connectNanos, responseNanos, totalNanos, nanoTime);
    }

    static Ended ok(long nanos) {
      return new Ended(Kind.COMPLETED, 200, 0, nanos, nanos);
    }

    static Ended error(long nanos) {
      return new Ended(Kind.COMPLETED, 503, 0, nanos, nanos);
    }

    static Ended failed(Kind kind, long nanos) {
      return new Ended(kind, -1, -1, -1, nanos);
    }
  }
}
