package dev.fairlead.simulator;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.HashBalancer;
import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.HashKeys;
import dev.fairlead.balance.Until;
import java.time.Duration;
import java.util.List;

/**
 * A strategy in a simulation.
 *
 * @param name in the page
 * @param balancer the strategy
 * @param limited whether servers have limits, of as many requests as their weights: {@link #SLOTS} for
 *     each unit of speed
 */
record Contestant(String name, Balancer balancer, boolean limited) {
  /** Also the weight of a server of speed 1: twice as many as it has workers. */
  static final int SLOTS = 4;

  static final HashKey KEY = HashKeys.request(Integer.class, "key", String::valueOf);

  private static final HashBalancer HASH = Balancers.hash(KEY);

  static final Contestant ROUND_ROBIN = of("roundRobin()", Balancers.roundRobin());
  static final Contestant NGINX_ROUND_ROBIN =
      of("nginxRoundRobin(1, 10 s)", Balancers.nginxRoundRobin(1, Duration.ofSeconds(10)));
  static final Contestant LEAST_CONNECTIONS =
      of("leastConnections()", Balancers.leastConnections());
  static final Contestant PEAK_EWMA = of("peakEwma()", Balancers.peakEwma());
  static final Contestant MAGLEV = of("hash(key)", HASH);
  static final Contestant BOUNDED = of("hash(key).boundedLoad(125)", HASH.boundedLoad(125));

  /** Those that look at keys. */
  static final List<Contestant> HASHES = List.of(
      of("hash(key).modulo()", HASH.modulo()),
      of("hash(key).ring()", HASH.ring()),
      of("hash(key).ring(160)", HASH.ring(160)),
      MAGLEV,
      of("hash(key).rendezvous()", HASH.rendezvous()),
      of("hash(key).ring().boundedLoad(125)", HASH.ring().boundedLoad(125)),
      BOUNDED,
      of("hash(key).boundedLoad(200)", HASH.boundedLoad(200)));

  static final List<Contestant> ALL = List.of(
      ROUND_ROBIN,
      NGINX_ROUND_ROBIN,
      LEAST_CONNECTIONS,
      of("shortestExpectedDelay()", Balancers.shortestExpectedDelay()),
      of("neverQueue()", Balancers.neverQueue()),
      of("leastTime(LAST_BYTE)", Balancers.leastTime(Until.LAST_BYTE)),
      PEAK_EWMA,
      of("random()", Balancers.random()),
      of("powerOfChoices(2)", Balancers.powerOfChoices(2)),
      new Contestant("first(), limits", Balancers.first(), true),
      new Contestant("failover(), limits", Balancers.failover(), true),
      of("overflow()", Balancers.overflow()),
      HASHES.get(0),
      HASHES.get(1),
      MAGLEV,
      HASHES.get(4),
      BOUNDED);

  private static Contestant of(String name, Balancer balancer) {
    return new Contestant(name, balancer, false);
  }
}
