package dev.fairlead.balance;

import java.time.Duration;
import java.util.Map;

/** The strategies that come with Fairlead. */
public final class Balancers {
  private Balancers() {}

  /**
   * Smooth weighted round robin: in turn, each server as often as its weight says, heavy servers spread
   * over the turn (Nginx's default; weights 5,1,1 give {@code a a b a c a a}). Servers that are full or
   * were tried are passed over; a change of the list keeps the turn.
   *
   * <p>Costs O(1) per pick while servers are free. The exact sequence is promised to one thread; the
   * shares to any number.
   *
   * @return the strategy
   */
  public static Balancer roundRobin() {
    return SmoothRoundRobin.INSTANCE;
  }

  // ---- by key, by place, in combination, by name ----

  /**
   * Requests of the same key go to the same server: a Maglev table with xxHash64, unless the result's
   * methods say otherwise. {@link HashBalancer} tells which mapping is for whom, and how to agree with
   * HAProxy.
   *
   * <p>Formula: {@code slots[xxHash64(key) % 65537]}. Costs O(1) per pick and some milliseconds when the
   * list changes. Choose it for caches and sessions kept in memory; not when a few keys make most of the
   * load, unless with {@link HashBalancer#boundedLoad}.
   *
   * @param key from {@link HashKeys}, a protocol's keys, or your own
   * @return the strategy; a request without a key is for {@link HashBalancer#orElse}
   */
  public static HashBalancer hash(HashKey key) {
    return HashBalancer.of(key, HashFunction.XX64, ServerKey.NAME, new Maglev(Maglev.USUAL_SIZE));
  }

  /**
   * Nginx's {@code hash}: {@code Σ (crc32([try] key) >> 16 & 0x7fff) % Σw} over all servers in the order
   * of declaration; while that server is down, full or tried, the key is hashed again, 20 times, then the
   * fallback decides. The same server as Nginx for every key, as long as there are no backup servers.
   *
   * <p>Costs O(log n) per pick. When a server is down only its keys move; when the list changes most do.
   * Choose it to move from Nginx; otherwise {@link #hash}.
   *
   * @param key what stands after {@code hash}
   * @return the strategy
   */
  public static HashBalancer nginxHash(HashKey key) {
    return HashBalancer.of(key, HashFunction.CRC32, ServerKey.ID, NginxTries.HASH);
  }

  /**
   * Nginx's {@code hash … consistent} (ketama, as Pingora's and Cache::Memcached::Fast's): 160 points a
   * server per unit of weight at {@code crc32(host \0 port previous-point)}, a key at {@code crc32(key)}
   * belonging to the first point from there on; servers that are down, full or tried are passed over.
   * Byte-compatible for servers given by name or IPv4 address with a port.
   *
   * <p>Costs O(log n) per pick; memory 1,280 bytes a server per unit of weight, so keep weights small.
   * Choose it to agree with Nginx; otherwise {@link HashBalancer#ring}.
   *
   * @param key what stands after {@code hash}
   * @return the strategy
   */
  public static HashBalancer nginxConsistentHash(HashKey key) {
    return HashBalancer.of(
            key,
            HashFunction.CRC32,
            ServerKey.ADDRESS_AND_PORT,
            new Ring(Ring.Kind.KETAMA, Ring.KETAMA_POINTS))
        .maxWaiting(0);
  }

  /**
   * Nginx's {@code ip_hash}: {@code h = (113·h + byte) % 6271} from 89 over the first three bytes of an
   * IPv4 address or all of an IPv6 address, modulo Σw; further tries as in {@link #nginxHash}. All clients
   * of an IPv4 /24 have one server.
   *
   * <p>Costs O(log n) per pick. Choose it to move from Nginx; otherwise {@code
   * hash(HashKeys.source(24, 64))}.
   *
   * @return the strategy
   */
  public static HashBalancer nginxIpHash() {
    return HashBalancer.of(HashKeys.source(), HashFunction.CRC32, ServerKey.ID, NginxTries.IP_HASH);
  }

  /**
   * IPVS {@code sh}: 256 buckets dealt out in the order of declaration, each server as many in a row as
   * its weight; the client's bucket is {@code ((address + port) · 2654435761) & 255}. Where IPVS would
   * drop a packet since the server is down or full, {@link HashBalancer#orElse} decides.
   *
   * <p>Costs O(1) per pick. Servers beyond the 256th bucket get nothing, and only the address's last
   * byte counts: choose it to move from IPVS; otherwise {@link #hash}.
   *
   * @param port whether the client's port counts too ({@code sh-port})
   * @param fallback whether another bucket is looked for first ({@code sh-fallback})
   * @return the strategy
   */
  public static HashBalancer ipvsSourceHash(boolean port, boolean fallback) {
    HashKey key = port ? HashKeys.sourceAndPort() : HashKeys.source();
    return HashBalancer.of(key, HashFunction.FOLD, ServerKey.ID, new IpvsBuckets(true, fallback));
  }

  /**
   * IPVS {@code dh}: as {@link #ipvsSourceHash}, by the address that the client connected to; buckets are
   * dealt out one by one, weights do not count.
   *
   * @param fallback whether another bucket is looked for when the server is down or full; otherwise
   *     {@link HashBalancer#orElse} decides at once
   * @return the strategy
   */
  public static HashBalancer ipvsDestinationHash(boolean fallback) {
    return HashBalancer.of(
        HashKeys.destination(), HashFunction.FOLD, ServerKey.ID, new IpvsBuckets(false, fallback));
  }

  /**
   * IPVS {@code lblc}, least connections by locality: a key stays with its server, unless that is not to
   * be had, or has more in flight than its weight while another has less than half of its weight; then it
   * moves to the server with the least in flight per weight, of equals to one by its hash. Weights are capacities here: give a server
   * the number of requests that it serves well at once. Remembers 16,384 keys for a day.
   *
   * <p>Costs O(1) per pick for a known key; a new or moving one scans up to 256 servers, or looks at 32 by
   * chance. Choose it where caches are warm by key and keys are few and unequal; for many and equal ones
   * {@link #hash} needs no memory.
   *
   * @param key the locality: for IPVS {@link HashKeys#destination}, or any other
   * @return the strategy; requests without a key go to the least loaded server
   */
  public static Balancer lblc(HashKey key) {
    return lblc(key, Locality.USUAL_ENTRIES, Locality.USUAL_EXPIRY);
  }

  /**
   * {@link #lblc(HashKey)} with other bounds.
   *
   * @param key the locality
   * @param entries how many keys are remembered, 8 or more, rounded up to a power of two; 8 bytes each
   * @param expiry after how long without use a key is forgotten
   * @return the strategy
   */
  public static Balancer lblc(HashKey key, int entries, Duration expiry) {
    return new Locality(key, false, entries, expiry);
  }

  /**
   * IPVS {@code lblcr}: as {@link #lblc(HashKey)}, but an overloaded server stays with the key and another
   * joins it, up to four; of them the least loaded is taken. A set that did not change for the expiry
   * gives its most loaded server up. For keys that are too heavy for one server.
   *
   * @param key the locality
   * @return the strategy
   */
  public static Balancer lblcr(HashKey key) {
    return lblcr(key, Locality.USUAL_ENTRIES, Locality.USUAL_EXPIRY);
  }

  /**
   * {@link #lblcr(HashKey)} with other bounds.
   *
   * @param key the locality
   * @param entries how many pairs of key and server are remembered, 8 or more, rounded up to a power of
   *     two; 8 bytes each
   * @param expiry after how long a pair without use is forgotten, and a set gives a server up
   * @return the strategy
   */
  public static Balancer lblcr(HashKey key, int entries, Duration expiry) {
    return new Locality(key, true, entries, expiry);
  }

  /**
   * Any strategy with bounded load: a server that holds {@code ⌈(in flight + 1) · percent / 100⌉} times its
   * share of the weights, rounded down but 1 at least, is not chosen (HAProxy {@code
   * hash-balance-factor}, there for {@code random} too). The strategy is asked up to four times, then
   * the next server in the list within its bound is taken.
   *
   * <p>Costs a reading of the backend's load more per pick. Choose it for random strategies; hashes have
   * {@link HashBalancer#boundedLoad}, which keeps each key's own order; strategies that count need none.
   *
   * @param inner the strategy
   * @param percent of the mean load, more than 100
   * @return the strategy
   */
  public static Balancer boundedLoad(Balancer inner, int percent) {
    return new BoundedLoad(inner, percent);
  }

  /**
   * The home zone first: {@link #zone(String, String, int, Balancer)} by the tag {@code zone}, as long as
   * one of its servers is eligible.
   *
   * @param home the zone of this load balancer
   * @param inner chooses at home, and among the others
   * @return the strategy
   */
  public static Balancer zone(String home, Balancer inner) {
    return zone("zone", home, 1, inner);
  }

  /**
   * The servers of the home zone first; one of another zone when the one chosen at home is full or was
   * tried; when all are taken, the request waits for whichever is free first. Overflow so needs limits
   * ({@code maxConnections}). With fewer than {@code least} eligible servers at home all servers are one,
   * so that the rest of a zone is not run over.
   *
   * <p>Costs what the strategy costs, twice in overflow. Choose it to save latency and traffic between
   * zones where each zone has about the load it has servers for; not when load is unequal between zones.
   *
   * @param tag the servers' tag that names their zone
   * @param home the zone of this load balancer
   * @param least how many servers at home are enough, 1 or more
   * @param inner chooses at home, and among the others
   * @return the strategy
   */
  public static Balancer zone(String tag, String home, int least, Balancer inner) {
    return new Zone(tag, home, least, inner);
  }

  /**
   * A part of a large fleet, so that many load balancers need not all be connected with all servers:
   * Google's deterministic subsetting (Site Reliability Engineering, chapter 20). Servers, by name, are
   * shuffled with the seed {@code client / pieces} and cut into {@code pieces = ⌊n / size⌋}; this client has
   * number {@code client % pieces}. So every server has the same number of clients, give or take one, as
   * long as clients are numbered without gaps. Servers that are not eligible are replaced by the next ones.
   *
   * <p>Costs nothing per pick. When the number of servers changes, most parts change. Choose 20 or more
   * servers a part; not for fewer servers than some hundred.
   *
   * @param client the number of this load balancer among its like, from 0
   * @param size how many servers it uses
   * @param inner chooses among them
   * @return the strategy
   */
  public static Balancer subset(int client, int size, Balancer inner) {
    return new Subset(client, size, inner);
  }

  /**
   * A strategy by its name, without parameters: {@link #named(String, Map)}.
   *
   * @param name of a {@link BalancerProvider}
   * @return the strategy
   */
  public static Balancer named(String name) {
    return named(name, Map.of());
  }

  /**
   * A strategy by its name, from the {@link BalancerProvider}s that the thread's context class loader
   * finds.
   *
   * @param name of a provider
   * @param parameters for the provider
   * @return the strategy
   * @throws IllegalArgumentException when there is no such provider, naming those that there are; or what
   *     the provider throws
   */
  public static Balancer named(String name, Map<String, String> parameters) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? Balancers.class.getClassLoader() : context;
    return Named.create(name, parameters, loader);
  }
}
