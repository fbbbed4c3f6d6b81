package dev.fairlead.balance;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The strategies that come with Fairlead.
 *
 * <p>All of them pass over servers that were tried, all but {@link #hash} over those that are full (there
 * a key waits for its server, unless {@link HashBalancer#maxWaiting} says otherwise), and give no preference
 * where none is left; counts of what is in flight live on the servers, and what a strategy remembers of them goes on
 * when the list changes. A pick takes no lock and allocates nothing. Where several threads pick at once,
 * an exact sequence is promised to each only as far as it is alone; shares and limits hold for all.
 *
 * <p>A pick that meets nobody who is free asks some 256 servers, all where there are no more, and has no
 * preference then: the core takes any server that is free, or else the request waits for whichever is free
 * first. So no pick takes longer than some µs, however full a fleet is, but for those that say so.
 *
 * <p>Those named after another program choose as that program does, for a move without surprises:
 * {@link #haproxyRoundRobin()}, {@link #haproxyStaticRoundRobin()}, {@link #haproxyLeastConnections()},
 * {@link #nginxRoundRobin(int, Duration)}, {@link #nginxLeastConnections()},
 * {@link #ipvsWeightedRoundRobin()}, {@link #ipvsLeastConnections()},
 * {@link #ipvsWeightedLeastConnections()}.
 */
public final class Balancers {
  private Balancers() {}

  // In turn.

  /**
   * Smooth weighted round robin, the default: in turn, each server as often as its weight says, heavy
   * servers spread over the turn. Nginx's sequence: weights 5,1,1 give {@code a a b a c a a}. Servers that
   * are full or were tried are passed over; a change of the list keeps the turn, and who joins has its place
   * in it: a server that comes and goes faster than the turn goes round may miss its own.
   *
   * <p><b>Cost:</b> O(1) while servers are free, one atomic addition; where they are full, it goes on to the
   * next, up to 256 times in a fleet of more, in 1 µs or so. Preparing computes Σw/gcd steps; where that is
   * more than 20 million additions, steps in order of deadlines with the same shares. Weights that did not
   * change are not computed again.
   *
   * <p><b>When:</b> requests of about equal cost, servers of known strength. <b>When not:</b> requests of
   * very different length, or servers that slow down: {@link #leastConnections()} or {@link #peakEwma()}.
   *
   * @return the strategy
   */
  public static Balancer roundRobin() {
    return new RoundRobin("roundRobin", SmoothOrder::of);
  }

  /**
   * HAProxy's {@code balance roundrobin}: weights 5,1,1 give {@code a a a b a a c}, 3,2,1 give
   * {@code a b a c a b}. A server of weight w stands on a timeline every Σw/w steps; at equal places the
   * heavier first. Computed for one window of HAProxy's (at most 16·Σw steps) and repeated; windows longer
   * than 262,144 steps are cut after Σw/gcd. A change of the list keeps the turn, and a server that comes back
   * has its turns at once, where HAProxy lets it wait in large farms.
   *
   * <p><b>Cost:</b> a pick as {@link #roundRobin()}; to prepare O(steps), some 20 ms for 10,000 servers of
   * weights from 1 to 256. <b>When:</b> a move from HAProxy has to keep the order; otherwise {@link
   * #roundRobin()} is smoother.
   *
   * @return the strategy
   */
  public static Balancer haproxyRoundRobin() {
    return new RoundRobin("haproxyRoundRobin", HaproxyOrder::of);
  }

  /**
   * HAProxy's {@code balance static-rr}, a map of Σw/gcd slots that begins with the first server: weights
   * 5,1,1 give {@code a a a b a a c}, 3,2,1 give {@code a a b a b c}.
   *
   * <p><b>Cost:</b> a pick as {@link #roundRobin()}; to prepare O(Σw · log n), some 40 ms for 10,000
   * servers of weights from 1 to 256. <b>When:</b> a move from HAProxy has to keep the order. Here a change
   * of weight takes effect at once, in HAProxy it is ignored.
   *
   * @return the strategy
   */
  public static Balancer haproxyStaticRoundRobin() {
    return new RoundRobin("haproxyStaticRoundRobin", HaproxyStaticOrder::of);
  }

  /**
   * Nginx's round robin with its passive checks, {@code max_fails} and {@code fail_timeout}: the sequence
   * of {@link #roundRobin()}, as long as nobody fails. A failure takes {@code weight / maxFails} from a
   * server's weight, which grows again by one with each pick. A server that has failed {@code maxFails}
   * times is left out for {@code failTimeout}; after that it gets one request in each {@code failTimeout},
   * until it answers one.
   *
   * <p>A failure is what ends before a response has begun: no connection, or not in time; no answer, or
   * not in time, or a broken one (Nginx's {@code error}, {@code timeout} and {@code invalid_header}; for
   * TCP, no connection). A status is never one. Unlike Nginx, which counts in whole seconds, times are
   * exact; a request that the client breaks off says nothing of the server; and where all that are free
   * are left out, one of them is asked all the same, where Nginx answers 502. So a server that is alone is
   * always asked.
   *
   * <p><b>Cost:</b> asks every server: some 0.9 µs for 100, 90 µs for 10,000. <b>When:</b> a move from Nginx has to keep the order
   * and what follows a failure. <b>When not:</b> otherwise: {@link #roundRobin()} with health checks or
   * outlier detection, which tell of what they do, or {@link #peakEwma()}.
   *
   * @param maxFails failures until a server is left out; 0: none are counted (Nginx's default: 1)
   * @param failTimeout for how long it is left out, 1 ms to 1 day (Nginx's default: 10 s)
   * @return the strategy
   */
  public static Balancer nginxRoundRobin(int maxFails, Duration failTimeout) {
    return new NginxRoundRobin(maxFails, failTimeout);
  }

  /**
   * IPVS {@code wrr}, interleaved: a level steps down from the greatest weight by the divisor of all, and
   * at each level every server of at least that weight has a turn: weights 4,3,2 give
   * {@code a a b a b c a b c}.
   *
   * <p><b>Cost:</b> as {@link #roundRobin()}. <b>When:</b> a move from LVS has to keep the order. <b>When
   * not:</b> otherwise: heavy servers get their turns in one row.
   *
   * @return the strategy
   */
  public static Balancer ipvsWeightedRoundRobin() {
    return new RoundRobin("ipvsWeightedRoundRobin", InterleavedOrder::of);
  }

  // The least.

  /**
   * The server with the least to do: the lowest (in flight + queued + 1) / weight, 0 for an idle one
   * (HAProxy's key, exact instead of rounded); where several are equal, they take turns by weight (as in
   * Nginx). So weights count under load and also when all servers are idle, where HAProxy ignores them.
   *
   * <p><b>Cost:</b> up to 16 servers all are asked; above, O(log n) at a pick and at the end of a lease: with
   * both some 0.2 µs for 100, 0.4 µs for 10,000. There, between threads, the choice may for a moment be the second best; whatever a race or a
   * sticky request leaves behind is right again within n picks.
   *
   * <p><b>When:</b> requests or sessions of different length: long queries, downloads, WebSockets, TCP.
   * <b>When not:</b> several balancers in front of many servers, where all see the same best one:
   * {@link #powerOfChoices(int) powerOfChoices(2)}; servers that fail fast: add health checks.
   *
   * @return the strategy
   */
  public static Balancer leastConnections() {
    return new Lowest(
        "leastConnections()", members -> Counts.LOAD_WITH_ONE_MORE, Lowest.Rank.TURNS);
  }

  /**
   * HAProxy's {@code balance leastconn} (2.x): the lowest {@code ⌊(load + 1) · 4096 / (16 · weight)⌋} of
   * served and queued, 0 for an idle server whatever its weight; of equals the one that came to its key
   * first. Weights 5,1,1 with requests held give {@code a b c a a a a a a a a b}.
   *
   * <p><b>Cost:</b> asks every server: some 0.5 µs for 100, 40 µs for 10,000. <b>When:</b> a move from HAProxy has to keep the order;
   * otherwise {@link #leastConnections()}.
   *
   * @return the strategy
   */
  public static Balancer haproxyLeastConnections() {
    return new HaproxyLeastConnections();
  }

  /**
   * Nginx's {@code least_conn}: the lowest in flight / weight; of equals by smooth weighted round robin
   * among them. Weights 5,1,1 with requests held give {@code a b c a a a a a c b a a}.
   *
   * <p><b>Cost:</b> asks every server, twice where several are equal: some 0.6 µs for 100, 80 µs for
   * 10,000. <b>When:</b> a move from Nginx
   * has to keep the order; otherwise {@link #leastConnections()}.
   *
   * @return the strategy
   */
  public static Balancer nginxLeastConnections() {
    return new NginxLeastConnections();
  }

  /**
   * IPVS {@code lc}: the fewest in flight, whatever the weight, of equals the first. IPVS also counts
   * connections that have ended lately; a proxy has none.
   *
   * <p><b>Cost:</b> asks every server: some 0.5 µs for 100, 50 µs for 10,000. <b>When:</b> a move from LVS has to keep the order. <b>When
   * not:</b> otherwise: idle servers at the end of the list stay idle.
   *
   * @return the strategy
   */
  public static Balancer ipvsLeastConnections() {
    return new Lowest(
        "ipvsLeastConnections()", members -> Counts.ACTIVE, Lowest.Rank.FIRST, Integer.MAX_VALUE);
  }

  /**
   * IPVS {@code wlc}, the kernel's default: the lowest in flight / weight, of equals the first. Weights
   * 3,2,1 with requests held give {@code a b c a b a a b c a}.
   *
   * <p><b>Cost:</b> asks every server: some 0.5 µs for 100, 50 µs for 10,000. <b>When:</b> a move from LVS has to keep the order; otherwise
   * {@link #leastConnections()}.
   *
   * @return the strategy
   */
  public static Balancer ipvsWeightedLeastConnections() {
    return new Lowest(
        "ipvsWeightedLeastConnections()",
        members -> Counts.ACTIVE_BY_WEIGHT,
        Lowest.Rank.FIRST,
        Integer.MAX_VALUE);
  }

  /**
   * Shortest expected delay (IPVS {@code sed}): the lowest (in flight + 1) / weight, of equals the first.
   * Weights 3,2,1 with requests held give {@code a b a a b c a b a a}.
   *
   * <p><b>Cost:</b> as {@link #leastConnections()}. <b>When:</b> few long requests on servers of very
   * different strength: a strong busy server is taken before a weak idle one. <b>When not:</b> little
   * traffic: the strongest gets it all.
   *
   * @return the strategy
   */
  public static Balancer shortestExpectedDelay() {
    return new Lowest(
        "shortestExpectedDelay()", members -> Counts.EXPECTED_DELAY, Lowest.Rank.FIRST);
  }

  /**
   * Never queue (IPVS {@code nq}): the first idle server; where none is idle, the
   * {@linkplain #shortestExpectedDelay() shortest expected delay}. Weights 3,2,1 with requests held give
   * {@code a b c a a b a b a a}.
   *
   * <p><b>Cost:</b> as {@link #leastConnections()}. <b>When:</b> a request must not wait while somebody is
   * idle, however weak. <b>When not:</b> little traffic: the first servers get most of it;
   * {@link #leastConnections()} takes turns.
   *
   * @return the strategy
   */
  public static Balancer neverQueue() {
    return new Lowest("neverQueue()", members -> Counts.NEVER_QUEUE, Lowest.Rank.FIRST);
  }

  /**
   * Least time (Nginx): the lowest average answer time · (in flight + 1) / weight; where several are
   * equal, they take turns by weight.
   *
   * <p><b>Cost:</b> as {@link #leastConnections()}; above 16 servers, a cost that changes with time alone
   * is read again at least once within n picks.
   *
   * <p><b>When:</b> servers of unknown or changing speed behind one balancer. <b>When not:</b> answers
   * that take long because of what is asked, not because of the server; many balancers at once, which
   * would all go to the same best one: {@link #powerOfChoices(int, LeastTime)} or {@link #peakEwma()}.
   *
   * @param settings what is measured and how
   * @return the strategy
   */
  public static Balancer leastTime(LeastTime settings) {
    Objects.requireNonNull(settings, "settings");
    return new Lowest("leastTime(" + settings + ")", settings::cost, Lowest.Rank.TURNS);
  }

  /**
   * {@link #leastTime(LeastTime)} with {@link LeastTime#until(Until)}.
   *
   * @param until the end of what is measured
   * @return the strategy
   */
  public static Balancer leastTime(Until until) {
    return leastTime(LeastTime.until(until));
  }

  // At random.

  /**
   * Random by weight (HAProxy's {@code random(1)}, but by exact weights).
   *
   * <p><b>Cost:</b> O(log n), O(1) with equal weights; no memory that threads share. Where sixteen draws
   * find none that is free, 256 servers are asked one by one, in 1 µs or so. <b>When:</b> many short
   * requests, many balancers. <b>When not:</b> few requests or servers: chance spreads unevenly;
   * {@link #powerOfChoices(int) powerOfChoices(2)} is nearly as cheap and far more even.
   *
   * @return the strategy
   */
  public static Balancer random() {
    return new Choices("random()", 1, members -> Counts.NONE);
  }

  /**
   * The power of choices: draws n different servers by weight and takes the one with the lowest
   * (in flight + queued) / weight; of equals the one drawn first. Two different ones, as in Nginx
   * ({@code random two least_conn}) and Finagle; HAProxy, Envoy and IPVS may draw the same one twice.
   *
   * <p><b>Cost:</b> n times {@link #random()}. <b>When:</b> many servers, several balancers: nearly as even
   * as {@link #leastConnections()}, without all going to the same server. <b>When not:</b> few servers
   * behind one balancer.
   *
   * @param choices how many, 2 to 5; two is usual, each more gains less
   * @return the strategy
   */
  public static Balancer powerOfChoices(int choices) {
    Expect.range("choices", choices, 2, 5);
    return new Choices("powerOfChoices(" + choices + ")", choices, members -> Counts.LOAD);
  }

  /**
   * The power of choices by {@linkplain #leastTime(LeastTime) least time} (Nginx's
   * {@code random two least_time}).
   *
   * <p><b>Cost:</b> as {@link #powerOfChoices(int)}. <b>When:</b> servers of unknown or changing speed,
   * several balancers. <b>When not:</b> few servers behind one balancer: {@link #leastTime(LeastTime)}.
   *
   * @param choices how many, 2 to 5
   * @param settings what is measured and how
   * @return the strategy
   */
  public static Balancer powerOfChoices(int choices, LeastTime settings) {
    Expect.range("choices", choices, 2, 5);
    Objects.requireNonNull(settings, "settings");
    return new Choices(
        "powerOfChoices(%d, leastTime: %s)".formatted(choices, settings), choices, settings::cost);
  }

  /**
   * The power of choices by {@linkplain #peakEwma(PeakEwma) Peak EWMA}, which itself makes two.
   *
   * <p><b>Cost:</b> as {@link #powerOfChoices(int)}, and one exponential for each choice. <b>When:</b> many
   * servers of which some are slow at any time. <b>When not:</b> otherwise: two are enough.
   *
   * @param choices how many, 2 to 5
   * @param settings what is measured and how
   * @return the strategy
   */
  public static Balancer powerOfChoices(int choices, PeakEwma settings) {
    Expect.range("choices", choices, 2, 5);
    Objects.requireNonNull(settings, "settings");
    return new Choices(
        "powerOfChoices(%d, peakEwma: %s)".formatted(choices, settings), choices, settings::cost);
  }

  /**
   * Peak EWMA with two choices (Finagle): draws two different servers by weight and takes the one with
   * the lower answer time · (in flight + 1) / weight, where the answer time is an average that jumps up
   * with every slow answer and fades with time; failures count as slow answers.
   *
   * <p><b>Cost:</b> as {@link #powerOfChoices(int)}, and one exponential for each choice.
   *
   * <p><b>When:</b> HTTP and calls, whose answers tell of the server: it avoids a slow, failing or
   * pausing server within a few requests, with any number of balancers. <b>When not:</b> answer times that
   * depend on what is asked far more than on the server; sessions that last for hours.
   *
   * @param settings what is measured and how
   * @return the strategy
   */
  public static Balancer peakEwma(PeakEwma settings) {
    Objects.requireNonNull(settings, "settings");
    return new Choices("peakEwma(" + settings + ")", 2, settings::cost);
  }

  /**
   * {@link #peakEwma(PeakEwma)} with {@link PeakEwma#defaults()}.
   *
   * @return the strategy
   */
  public static Balancer peakEwma() {
    return peakEwma(PeakEwma.defaults());
  }

  // The first that has room.

  /**
   * The first server of the list with a free slot (HAProxy's {@code balance first}, with the order of the
   * list for HAProxy's id): fills one after the other, so that the last ones may be switched off. Needs
   * limits on the servers; without one the first server gets everything. Weights do not count.
   *
   * <p><b>Cost:</b> as {@link #leastConnections()}. <b>When:</b> long sessions on machines that are paid
   * for by the hour. <b>When not:</b> otherwise: the first servers always run at their limits.
   *
   * @return the strategy
   */
  public static Balancer first() {
    return new Lowest("first()", members -> Counts.NONE, Lowest.Rank.FIRST);
  }

  /**
   * Failover (IPVS {@code fo}): the heaviest server, of equals the first; the next one only while that
   * one is down, draining or full.
   *
   * <p><b>Cost:</b> as {@link #leastConnections()}. <b>When:</b> one server does the work and others stand
   * by in an order. <b>When not:</b> the others are to share: mark them as backup instead.
   *
   * @return the strategy
   */
  public static Balancer failover() {
    return new Lowest("failover()", members -> Counts.NONE, Lowest.Rank.HEAVIEST);
  }

  /**
   * Overflow (IPVS {@code ovf}): the heaviest server that has fewer in flight than its weight, of equals
   * the first: the weight is the capacity. IPVS lets one more through; this does not. Where all have as
   * many as they should, there is no preference: whichever is not at its limit.
   *
   * <p><b>Cost:</b> as {@link #leastConnections()}. <b>When:</b> the strongest server is to be used up before
   * the next one gets anything. <b>When not:</b> weights above 256 would be needed: {@link #first()} with
   * limits.
   *
   * @return the strategy
   */
  public static Balancer overflow() {
    return new Lowest("overflow()", members -> Counts.NONE_BELOW_WEIGHT, Lowest.Rank.HEAVIEST);
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
   * fallback decides. The same server as Nginx for every key, as long as there are no backup servers. As
   * in Nginx, an empty key is none: the fallback decides.
   *
   * <p>Costs O(log n) per pick. When a server is down only its keys move; when the list changes most do.
   * Choose it to move from Nginx; otherwise {@link #hash}.
   *
   * @param key what stands after {@code hash}
   * @return the strategy
   */
  public static HashBalancer nginxHash(HashKey key) {
    return HashBalancer.of(new NginxKey(key), HashFunction.CRC32, ServerKey.ID, NginxTries.HASH);
  }

  /**
   * Nginx's {@code hash … consistent} (ketama, as Pingora's and Cache::Memcached::Fast's): 160 points a
   * server per unit of weight at {@code crc32(host \0 port previous-point)}, a key at {@code crc32(key)}
   * belonging to the first point from there on; servers that are down, full or tried are passed over. As
   * in Nginx, an empty key is none: the fallback decides.
   * Byte-compatible for servers given by name or address with a port, an IPv6 address in brackets and its
   * shortest form: {@code [2001:db8::1]:443}; Nginx hashes what is written.
   *
   * <p>Costs O(log n) per pick, and 2,560 bytes a server per unit of weight; 10,000 servers of weight 1 take
   * some 30 ms for a new list, 10 ms when one joins, 5 ms when one is down: keep weights small. Beyond
   * 16,777,216 points, which are 104,857 units of weight in all, every server keeps the first half of its
   * points, a quarter and so on: shares hold, but the ring is not Nginx's any more. Choose it to agree with
   * Nginx; otherwise {@link HashBalancer#ring}.
   *
   * @param key what stands after {@code hash}
   * @return the strategy
   */
  public static HashBalancer nginxConsistentHash(HashKey key) {
    return HashBalancer.of(
            new NginxKey(key),
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
   * <p>Costs O(1) per pick for a known key; a new or moving one, and one whose server is overloaded, scans
   * up to 256 servers, in 1 µs or so. Beyond 256 servers it looks at 32 drawn by chance instead: the least
   * loaded of those is taken, and a server that idles may be missed. Choose it where caches are warm by key
   * and keys are few and unequal; for many and equal ones {@link #hash} needs no memory.
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
   * gives its most loaded server up.
   *
   * <p>Costs as {@link #lblc(HashKey)}; beyond 256 servers it looks at 32 drawn by chance, too. Choose it where some keys are too heavy for one server; not where
   * each has room on one, which would only fill more caches with the same.
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
   * the next server in the list that is free and within its bound is taken; where there is none, the
   * strategy's first choice.
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
   * <p>Costs what the strategy costs, twice in overflow; with bounded load within, a reading of 64 servers'
   * loads more, from which that of a larger zone is kept up. Choose it to save latency and traffic between
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
   * deterministic subsetting, after Google (Site Reliability Engineering, chapter 20) and Twitter's
   * deterministic aperture. Servers stand in a circle ordered by hashes of their names; a client takes
   * {@code size} in a row, from {@code ⌊n · fraction(client · 1.618…)⌋} on. Clients are numbered without
   * gaps: then every server has as many of some hundred clients as any other, give or take three, where
   * parts drawn by chance would differ by the square root. A server that comes or goes replaces one or two
   * in each part; one that is not eligible is replaced by the next one in the circle, until it is back. Where all of a part are full or were tried,
   * there is no preference: a request goes to a free server of the others before it waits.
   *
   * <p>Costs nothing per pick, and some 3 ms for 10,000 servers when the list or its health changes. Choose
   * 20 or more servers a part, and parts of which every server is in several; not for fewer servers than
   * some hundred.
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
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(parameters, "parameters");
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? Balancers.class.getClassLoader() : context;
    return Named.create(name, parameters, loader);
  }
}
