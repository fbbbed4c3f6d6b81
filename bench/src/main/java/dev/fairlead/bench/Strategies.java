package dev.fairlead.bench;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.HashBalancer;
import dev.fairlead.balance.HashKeys;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.LeastTime;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Until;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Strategies by the names under which {@link PickBenchmark} knows them. */
final class Strategies {
  private static final Map<String, Supplier<Balancer>> BY_NAME = Map.ofEntries(
      // in turn
      Map.entry("roundRobin", Balancers::roundRobin),
      Map.entry("haproxyRoundRobin", Balancers::haproxyRoundRobin),
      Map.entry("haproxyStaticRoundRobin", Balancers::haproxyStaticRoundRobin),
      Map.entry("ipvsWeightedRoundRobin", Balancers::ipvsWeightedRoundRobin),
      Map.entry("nginxRoundRobin", () -> Balancers.nginxRoundRobin(1, Duration.ofSeconds(10))),
      // the least
      Map.entry("leastConnections", Balancers::leastConnections),
      Map.entry("haproxyLeastConnections", Balancers::haproxyLeastConnections),
      Map.entry("nginxLeastConnections", Balancers::nginxLeastConnections),
      Map.entry("ipvsLeastConnections", Balancers::ipvsLeastConnections),
      Map.entry("ipvsWeightedLeastConnections", Balancers::ipvsWeightedLeastConnections),
      Map.entry("shortestExpectedDelay", Balancers::shortestExpectedDelay),
      Map.entry("neverQueue", Balancers::neverQueue),
      Map.entry("leastTime", () -> Balancers.leastTime(Until.HEADER)),
      Map.entry(
          "leastTimeInFlight",
          () -> Balancers.leastTime(LeastTime.until(Until.HEADER).inFlight())),
      // at random
      Map.entry("random", Balancers::random),
      Map.entry("powerOfTwoChoices", () -> Balancers.powerOfChoices(2)),
      Map.entry("powerOfFiveChoices", () -> Balancers.powerOfChoices(5)),
      Map.entry("peakEwma", Balancers::peakEwma),
      // the first that has room
      Map.entry("first", Balancers::first),
      Map.entry("failover", Balancers::failover),
      Map.entry("overflow", Balancers::overflow),
      // by key, each request with another one
      Map.entry("modulo", () -> hash().modulo()),
      Map.entry("ring", () -> hash().ring()),
      Map.entry("maglev", Strategies::hash),
      Map.entry("maglevBounded", () -> hash().boundedLoad(125)),
      Map.entry("rendezvous", () -> hash().rendezvous()),
      Map.entry("ketama", () -> Balancers.nginxConsistentHash(Strategies::key)),
      Map.entry("nginxHash", () -> Balancers.nginxHash(Strategies::key)),
      Map.entry("nginxIpHash", Balancers::nginxIpHash),
      Map.entry("ipvsSourceHash", () -> Balancers.ipvsSourceHash(false, true)),
      Map.entry("ipvsDestinationHash", () -> Balancers.ipvsDestinationHash(true)),
      // by place, and around others
      Map.entry("lblc", () -> Balancers.lblc(HashKeys.destination())),
      Map.entry("lblcr", () -> Balancers.lblcr(HashKeys.destination())),
      Map.entry("zone", () -> Balancers.zone("home", Balancers.roundRobin())),
      Map.entry("subset", () -> Balancers.subset(7, 3, Balancers.leastConnections())),
      Map.entry("boundedRandom", () -> Balancers.boundedLoad(Balancers.random(), 150)),
      Map.entry(
          "twoChoicesLeastTime", () -> Balancers.powerOfChoices(2, LeastTime.until(Until.HEADER))));

  private Strategies() {}

  private static HashBalancer hash() {
    return Balancers.hash(Strategies::key);
  }

  private static boolean key(PickContext request, KeySink into) {
    long key = request.random().nextLong();
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      into.write((int) (key >>> shift));
    }
    return true;
  }

  static Balancer named(String name) {
    Supplier<Balancer> strategy = BY_NAME.get(name);
    if (strategy == null) {
      throw new IllegalArgumentException(
          "strategy: %s (expected: one of %s)".formatted(name, BY_NAME.keySet()));
    }
    return strategy.get();
  }
}
