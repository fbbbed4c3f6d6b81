package dev.fairlead.balance;

import com.google.errorprone.annotations.CheckReturnValue;

/**
 * Requests of the same key go to the same server, as long as it is there: from {@link Balancers#hash}.
 * An immutable value; each method returns a changed copy.
 *
 * <pre>{@code
 * Balancer sticky = Balancers.hash(HashKeys.source(24, 64))
 *     .ring()
 *     .boundedLoad(125)
 *     .orElse(Balancers.roundRobin());
 *
 * // as HAProxy: balance source, hash-type consistent
 * HashFunction function = HashFunction.FOLD.avalanche();
 * Balancers.hash(HashKeys.source()).function(function).serverKey(ServerKey.ID).ring();
 *
 * // as HAProxy: balance hdr(x-user), hash-type map-based
 * Balancers.hash(user).function(HashFunction.SDBM).serverKey(ServerKey.ID).modulo();
 * }</pre>
 *
 * <p><b>Which mapping.</b> {@link #maglev()}, the default, spreads most evenly at the least cost.
 * {@link #ring()} moves no key that need not move, whatever happens, with shares that differ more.
 * {@link #rendezvous()} has both, but each pick asks every server: for up to a few hundred of them. {@link
 * #modulo()} is there to agree with HAProxy.
 *
 * <p><b>When not.</b> Keys are not spread by load: a few heavy keys make a few heavy servers. Use
 * {@link #boundedLoad} then, or a strategy that counts.
 *
 * <p><b>Servers not to be had.</b> One that was tried for this request is passed over. A full one is
 * waited for (HAProxy: {@code hash-preserve-affinity always}), unless {@link #maxWaiting} says otherwise.
 * When a server leaves, only its keys are spread over the others, but for {@link #modulo()}.
 */
@CheckReturnValue
public final class HashBalancer implements Balancer {
  private final HashSettings settings;

  private HashBalancer(HashSettings settings) {
    this.settings = settings;
  }

  static HashBalancer of(HashKey key, HashFunction function, ServerKey serverKey, Mapping mapping) {
    int maxWaiting = mapping.ownFunction() ? 0 : Integer.MAX_VALUE;
    return new HashBalancer(
        new HashSettings(key, function, serverKey, mapping, 0, maxWaiting, Balancers.roundRobin()));
  }

  private HashBalancer mapping(Mapping mapping) {
    return new HashBalancer(settings.mapping(mapping));
  }

  /**
   * Another hash function.
   *
   * @param next {@link HashFunction#XX64} unless set
   * @return the changed copy
   * @throws IllegalArgumentException when the mapping has one of its own
   */
  public HashBalancer function(HashFunction next) {
    if (settings.mapping().ownFunction()) {
      throw Check.bad("function", next, "none: " + settings.mapping() + " has its own");
    }
    return new HashBalancer(settings.function(next));
  }

  /**
   * By what servers are known to the mapping.
   *
   * @param next {@link ServerKey#NAME} unless set
   * @return the changed copy
   * @throws IllegalArgumentException when the mapping is another program's that goes by the order of the
   *     servers
   */
  public HashBalancer serverKey(ServerKey next) {
    if (settings.mapping().ownFunction()) {
      String goesBy = "none: " + settings.mapping() + " goes by the order of the servers";
      throw Check.bad("serverKey", next, goesBy);
    }
    return new HashBalancer(settings.serverKey(next));
  }

  /**
   * The hash modulo the sum of weights (HAProxy {@code hash-type map-based}; the same map with {@link
   * HashFunction#SDBM} and {@link ServerKey#ID}). Shares follow the weights exactly, but when a server
   * comes or goes most keys move: 399 of 600 when one of three leaves. So they do when a weight changes,
   * which HAProxy ignores until it starts again.
   *
   * <p>A pick costs O(1); when the list or its health changes, the map of Σw/gcd entries is made anew, in
   * some 40 ms for 10,000 servers of weights from 1 to 256, in less than 1 ms where all are equal. Choose
   * it to agree with HAProxy, or for a list that never changes.
   *
   * @return the changed copy
   */
  public HashBalancer modulo() {
    return mapping(Modulo.INSTANCE);
  }

  /**
   * A consistent ring with 16 points a server per unit of weight, a key belonging to the nearest point
   * on either side (HAProxy {@code hash-type consistent}; the same ring with {@code SDBM.avalanche()}
   * and {@link ServerKey#ID}). A server that leaves gives its keys to all others, one that comes takes
   * some of each, no other key ever moves; with 16 points shares differ by a quarter or so.
   *
   * <p>A pick costs O(log n), a new list some milliseconds for 10,000 servers of equal weight, some 20 with
   * weights from 1 to 256; points of servers that a change of the list leaves alone are taken over. Where
   * points times weights come to more than 1,048,576, every server keeps a half of them, a quarter and so
   * on, 1 at least; only a list that grows or shrinks across that mark moves more keys than it must. With
   * {@link ServerKey#ID} the ring is HAProxy's up to 16,777,216 points of 16 bytes, and only beyond thinned
   * in the same way. Choose it when no key may move without need.
   *
   * @return the changed copy
   */
  public HashBalancer ring() {
    return ring(Ring.USUAL_POINTS);
  }

  /**
   * {@link #ring()} with another number of points: more of them make shares more even and the ring
   * larger. Large weights need few.
   *
   * @param points points of a server per unit of weight, 1..4096
   * @return the changed copy
   */
  public HashBalancer ring(int points) {
    Check.range("points", points, 1, 4096);
    return mapping(new Ring(Ring.Kind.NEAREST, points));
  }

  /**
   * {@link #maglev(int)} with 65,537 slots, enough for some hundred servers.
   *
   * @return the changed copy
   */
  public HashBalancer maglev() {
    return maglev(Maglev.USUAL_SIZE);
  }

  /**
   * Google's Maglev table (Eisenbud and others, NSDI 2016): {@code server = slots[hash % size]}, filled by the servers in turns, so that
   * with equal weights the numbers of slots differ by one. It is made from all configured servers and
   * stays while their health changes: the slots of a server that is down belong to the next one that is
   * up, and come back with it. When the list changes, hardly more keys move than must (one of 10 servers
   * leaves: 0.2 % more; one of 1,000: 0.6 %).
   *
   * <p>A pick costs O(1), one read. Choose at least 100 slots a server for shares within 1 %. With more
   * servers than slots the next greater prime is taken.
   *
   * @param tableSize slots, a prime up to 5,000,011
   * @return the changed copy
   */
  public HashBalancer maglev(int tableSize) {
    return mapping(new Maglev(tableSize));
  }

  /**
   * Rendezvous hashing, or highest random weight (Thaler and Ravishankar, 1998; weights after Resch, 2015):
   * each server has a score {@code −w / ln u(key, server)}
   * for each key, the greatest wins. Shares follow the weights, and no key moves without need.
   *
   * <p>A pick computes every server's score, O(n): with different weights some 0.5 µs for 100 servers, 3 µs
   * for 1,000, 30 µs for 10,000. Choose it for up to a few hundred servers, beyond those {@link #ring()} or
   * {@link #maglev()}.
   *
   * @return the changed copy
   */
  public HashBalancer rendezvous() {
    return mapping(Rendezvous.INSTANCE);
  }

  /**
   * Bounds each server's load (HAProxy {@code hash-balance-factor}): a server that holds its share of
   * {@code ⌈(in flight + 1) · percent / 100⌉} already, by weight and rounded down, but 1 at least, is
   * passed over for the next one in the key's order. At low load every key keeps its server. Where some
   * hundred are passed over, the key goes on elsewhere in the table, then anywhere; or it has no preference
   * in the end, where {@link #maxWaiting} passes over full ones too, which may be all.
   *
   * <p>The bound holds exactly for picks that come one after the other; loops that pick at the same
   * moment may each exceed it by one.
   *
   * @param percent of the mean load, more than 100; 125 to 200 is sensible
   * @return the changed copy
   */
  public HashBalancer boundedLoad(int percent) {
    Check.range("boundedLoad", percent, 101, 1_000_000);
    return new HashBalancer(settings.factor(percent));
  }

  /**
   * How many requests may wait for a full server before its keys go on to the next one (HAProxy {@code
   * hash-preserve-affinity}): any number ({@code always}, the default), 0 ({@code maxconn}), or the
   * server's own {@code maxQueue} ({@code maxqueue}). When all are taken, a request waits for any server.
   *
   * @param most 0 or more; {@link Integer#MAX_VALUE} for any number
   * @return the changed copy
   */
  public HashBalancer maxWaiting(int most) {
    Check.atLeast("maxWaiting", most, 0);
    return new HashBalancer(settings.maxWaiting(most));
  }

  /**
   * What decides for a request without a key, for example without the header that is hashed.
   *
   * @param next round robin unless set
   * @return the changed copy
   */
  public HashBalancer orElse(Balancer next) {
    return new HashBalancer(settings.fallback(next));
  }

  @Override
  public Picker prepare(Members members) {
    return settings.prepare(members);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HashBalancer that && settings.equals(that.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
