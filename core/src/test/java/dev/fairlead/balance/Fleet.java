package dev.fairlead.balance;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Servers with live counts, and a strategy over them; takes and gives back leases as the core does. */
final class Fleet {
  final List<Candidate> servers = new ArrayList<>();
  final Request request = new Request();
  private final Balancer balancer;
  private final Set<Candidate> down = new HashSet<>();
  private final Map<Integer, Deque<Long>> starts = new java.util.HashMap<>();
  private int ids;
  Picker picker = request1 -> null;
  private @Nullable Picker previous;

  private Fleet(Balancer balancer) {
    this.balancer = balancer;
  }

  /** Servers a, b, c… with these weights and no limits. */
  static Fleet of(Balancer balancer, int... weights) {
    return limited(balancer, 0, weights);
  }

  static Fleet limited(Balancer balancer, int limit, int... weights) {
    Fleet fleet = new Fleet(balancer);
    for (int weight : weights) {
      fleet.add(weight, limit);
    }
    fleet.prepare();
    return fleet;
  }

  /** So many servers; weights come round. */
  static Fleet large(Balancer balancer, int size, int... weights) {
    Fleet fleet = new Fleet(balancer);
    for (int i = 0; i < size; i++) {
      fleet.add(weights[i % weights.length], 0);
    }
    fleet.prepare();
    return fleet;
  }

  Candidate add(int weight, int limit) {
    int id = ids++;
    Candidate server = server(id, id, weight, limit, new Load());
    servers.add(server);
    return server;
  }

  static Candidate server(int id, int index, int weight, int limit, Candidate.Load load) {
    String name = id < 26 ? String.valueOf((char) ('a' + id)) : "s" + id;
    SocketAddress address = InetSocketAddress.createUnresolved(name, 80);
    return new Candidate(name, id, index, address, weight, limit, Map.of(), load);
  }

  void prepare() {
    List<Candidate> eligible = servers.stream().filter(s -> !down.contains(s)).toList();
    picker = balancer.prepare(new Members(
        eligible, servers, () -> servers.stream().mapToLong(Candidate::inFlight).sum(), previous));
    previous = picker;
  }

  void down(Candidate server) {
    down.add(server);
    prepare();
  }

  void up(Candidate server) {
    down.remove(server);
    prepare();
  }

  void remove(Candidate server) {
    servers.remove(server);
    prepare();
  }

  Candidate get(String name) {
    return servers.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  static Load load(Candidate server) {
    return (Load) server.load();
  }

  /** Picks and takes a slot; null when there is no preference. */
  @Nullable
  Candidate take() {
    Candidate server = picker.pick(request);
    if (server != null) {
      load(server).active.incrementAndGet();
      load(server).started.addAndGet(request.now);
      starts.computeIfAbsent(server.id(), id -> new ArrayDeque<>()).add(request.now);
    }
    return server;
  }

  /** Ends the oldest lease of a server, in the order of the core: told first, counted afterwards. */
  void release(Candidate server, Outcome outcome) {
    Long started = starts.get(server.id()).poll();
    load(server).started.addAndGet(-(started == null ? 0 : started));
    picker.completed(server, outcome);
    load(server).active.decrementAndGet();
  }

  void release(Candidate server) {
    release(server, Ended.ok(1_000_000));
  }

  /** The names of so many picks that are all held. */
  String held(int picks) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < picks; i++) {
      Candidate server = take();
      names.append(i > 0 ? " " : "").append(server == null ? "-" : server.name());
    }
    return names.toString();
  }

  /** The names of so many picks, each given back before the next. */
  String sequential(int picks) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < picks; i++) {
      Candidate server = take();
      names.append(i > 0 ? " " : "").append(server == null ? "-" : server.name());
      if (server != null) {
        release(server);
      }
    }
    return names.toString();
  }

  /** How often each was picked in so many picks, each given back before the next. */
  int[] counts(int picks) {
    int[] counts = new int[ids];
    for (int i = 0; i < picks; i++) {
      Candidate server = take();
      if (server != null) {
        counts[server.id()]++;
        release(server);
      }
    }
    return counts;
  }

  static final class Load implements Candidate.Load {
    final AtomicInteger active = new AtomicInteger();
    final AtomicLong started = new AtomicLong();
    volatile int queued;

    @Override
    public int inFlight() {
      return active.get();
    }

    @Override
    public int queued() {
      return queued;
    }

    @Override
    public long startedNanosSum() {
      return started.get();
    }
  }

  /** A request on virtual time and seeded chance. */
  static final class Request implements PickContext {
    private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 1234);
    long now = 1;
    RandomGenerator random = new Random(42);
    final Set<Candidate> tried = new HashSet<>();

    @Override
    public SocketAddress client() {
      return CLIENT;
    }

    @Override
    public boolean tried(Candidate candidate) {
      return !tried.isEmpty() && tried.contains(candidate);
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public <T> @Nullable T request(Class<T> type) {
      return null;
    }
  }

  /** How a lease ended. */
  record Ended(Kind kind, int status, long connectNanos, long responseNanos, long totalNanos)
      implements Outcome {
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
