package dev.fairlead.balance;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One strategy of each factory in {@link Balancers} and of each mapping, for tests of what all hold. */
final class EveryStrategy {
  /** Exact copies of other programs, and what is for small lists, ask every server. */
  static final Set<String> ASKING_ALL = Set.of(
      "nginxRoundRobin(int, Duration)",
      "haproxyLeastConnections()",
      "nginxLeastConnections()",
      "ipvsLeastConnections()",
      "ipvsWeightedLeastConnections()",
      "hash(HashKey).rendezvous()");

  private static final HashKey KEY = Keyed.KEY;
  private static final HashKey SOURCE = HashKeys.source(24, 64);

  private EveryStrategy() {}

  /** By the factory's name and parameters. */
  static Map<String, Balancer> all() {
    Map<String, Balancer> all = new LinkedHashMap<>();
    inTurn(all);
    least(all);
    byChance(all);
    byKey(all);
    composed(all);
    return all;
  }

  private static void inTurn(Map<String, Balancer> all) {
    all.put("roundRobin()", Balancers.roundRobin());
    all.put("haproxyRoundRobin()", Balancers.haproxyRoundRobin());
    all.put("haproxyStaticRoundRobin()", Balancers.haproxyStaticRoundRobin());
    all.put("ipvsWeightedRoundRobin()", Balancers.ipvsWeightedRoundRobin());
    Duration failTimeout = Duration.ofSeconds(10);
    all.put("nginxRoundRobin(int, Duration)", Balancers.nginxRoundRobin(2, failTimeout));
  }

  private static void least(Map<String, Balancer> all) {
    all.put("leastConnections()", Balancers.leastConnections());
    all.put("haproxyLeastConnections()", Balancers.haproxyLeastConnections());
    all.put("nginxLeastConnections()", Balancers.nginxLeastConnections());
    all.put("ipvsLeastConnections()", Balancers.ipvsLeastConnections());
    all.put("ipvsWeightedLeastConnections()", Balancers.ipvsWeightedLeastConnections());
    all.put("shortestExpectedDelay()", Balancers.shortestExpectedDelay());
    all.put("neverQueue()", Balancers.neverQueue());
    all.put(
        "leastTime(LeastTime)",
        Balancers.leastTime(LeastTime.until(Until.HEADER).inFlight()));
    all.put("leastTime(Until)", Balancers.leastTime(Until.LAST_BYTE));
    all.put("first()", Balancers.first());
    all.put("failover()", Balancers.failover());
    all.put("overflow()", Balancers.overflow());
  }

  private static void byChance(Map<String, Balancer> all) {
    LeastTime time = LeastTime.until(Until.LAST_BYTE);
    all.put("random()", Balancers.random());
    all.put("powerOfChoices(int)", Balancers.powerOfChoices(5));
    all.put("powerOfChoices(int, LeastTime)", Balancers.powerOfChoices(5, time));
    all.put("powerOfChoices(int, PeakEwma)", Balancers.powerOfChoices(3, PeakEwma.defaults()));
    all.put("peakEwma()", Balancers.peakEwma());
    all.put("peakEwma(PeakEwma)", Balancers.peakEwma(PeakEwma.defaults().until(Until.LAST_BYTE)));
  }

  private static void byKey(Map<String, Balancer> all) {
    all.put("hash(HashKey)", Balancers.hash(KEY));
    all.put("hash(HashKey).modulo()", Balancers.hash(KEY).modulo().maxWaiting(0));
    all.put("hash(HashKey).ring()", Balancers.hash(KEY).ring().boundedLoad(125));
    all.put("hash(HashKey).maglev(int)", Balancers.hash(SOURCE).maglev(20_011).boundedLoad(150));
    all.put(
        "hash(HashKey).boundedLoad(int).maxWaiting(int)",
        Balancers.hash(KEY).boundedLoad(110).maxWaiting(0));
    all.put("hash(HashKey).rendezvous()", Balancers.hash(KEY).rendezvous());
    all.put("nginxHash(HashKey)", Balancers.nginxHash(KEY));
    all.put("nginxConsistentHash(HashKey)", Balancers.nginxConsistentHash(KEY));
    all.put("nginxIpHash()", Balancers.nginxIpHash());
    all.put("ipvsSourceHash(boolean, boolean)", Balancers.ipvsSourceHash(true, true));
    all.put("ipvsDestinationHash(boolean)", Balancers.ipvsDestinationHash(true));
    all.put("lblc(HashKey)", Balancers.lblc(KEY));
    all.put("lblc(HashKey, int, Duration)", Balancers.lblc(SOURCE, 64, Duration.ofSeconds(1)));
    all.put("lblcr(HashKey)", Balancers.lblcr(KEY));
    all.put("lblcr(HashKey, int, Duration)", Balancers.lblcr(SOURCE, 64, Duration.ofSeconds(1)));
  }

  private static void composed(Map<String, Balancer> all) {
    Balancer bounded = Balancers.boundedLoad(Balancers.random(), 150);
    all.put("boundedLoad(Balancer, int)", bounded);
    all.put("zone(String, Balancer)", Balancers.zone("nowhere", Balancers.peakEwma()));
    all.put("zone(String, String, int, Balancer)", Balancers.zone("home", "yes", 1, bounded));
    all.put("subset(int, int, Balancer)", Balancers.subset(3, 1000, bounded));
  }

  /** The names and parameters of the factories, but for those by name. */
  static Set<String> factories() {
    Set<String> factories = methods(Balancers.class);
    factories.removeIf(factory -> factory.startsWith("named("));
    return factories;
  }

  /** The names and parameters of the keys. */
  static Set<String> hashKeys() {
    return methods(HashKeys.class);
  }

  private static Set<String> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .map(EveryStrategy::signature)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }
}
