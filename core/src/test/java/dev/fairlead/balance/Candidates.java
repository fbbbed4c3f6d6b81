package dev.fairlead.balance;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds candidates for tests of strategies; their live readings are {@link FakeLoad}s.
 *
 * <pre>{@code
 * List<Candidate> servers = Candidates.named("a", "b", "c").weights(5, 1, 1).build();
 * Picker picker = balancer.prepare(Candidates.members(servers, null));
 * }</pre>
 */
public final class Candidates {
  private final String[] names;
  private final int[] weights;
  private final Map<String, Map<String, String>> tags = new HashMap<>();
  private int limit;

  private Candidates(String[] names) {
    this.names = names;
    this.weights = new int[names.length];
    Arrays.fill(weights, 1);
  }

  /**
   * Servers of weight 1, without a limit.
   *
   * @param names one each
   * @return the builder
   */
  public static Candidates named(String... names) {
    return new Candidates(names);
  }

  /**
   * Servers of weight 1, without a limit.
   *
   * @param count how many: {@code s1}, {@code s2}…
   * @return the builder
   */
  public static Candidates many(int count) {
    return new Candidates(
        IntStream.rangeClosed(1, count).mapToObj(i -> "s" + i).toArray(String[]::new));
  }

  /**
   * Sets the weights.
   *
   * @param each one for each server
   * @return this
   */
  public Candidates weights(int... each) {
    if (each.length != names.length) {
      throw new IllegalArgumentException(
          "weights: " + each.length + " (expected: " + names.length + ")");
    }
    System.arraycopy(each, 0, weights, 0, each.length);
    return this;
  }

  /**
   * Sets the limit of each server.
   *
   * @param leases 0 for none
   * @return this
   */
  public Candidates limit(int leases) {
    limit = leases;
    return this;
  }

  /**
   * Adds a tag to one server.
   *
   * @param name the server's name
   * @param key the tag's name
   * @param value the tag's value
   * @return this
   */
  public Candidates tag(String name, String key, String value) {
    tags.computeIfAbsent(name, n -> new HashMap<>()).put(key, value);
    return this;
  }

  /** {@return the candidates, with ids from 1 and indexes from 0} */
  public List<Candidate> build() {
    List<Candidate> built = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      built.add(new Candidate(
          names[i],
          i + 1,
          i,
          InetSocketAddress.createUnresolved(names[i], 80),
          weights[i],
          limit,
          tags.getOrDefault(names[i], Map.of()),
          new FakeLoad()));
    }
    return List.copyOf(built);
  }

  /**
   * Members of which all are eligible.
   *
   * @param servers all servers
   * @param previous the picker that is being replaced; null at the start
   * @return the members
   */
  public static Members members(List<Candidate> servers, @Nullable Picker previous) {
    return members(servers, servers, previous);
  }

  /**
   * Members of which some are eligible.
   *
   * @param eligible those, in the order of all
   * @param all all servers
   * @param previous the picker that is being replaced; null at the start
   * @return the members
   */
  public static Members members(
      List<Candidate> eligible, List<Candidate> all, @Nullable Picker previous) {
    return new Members(
        eligible, all, () -> all.stream().mapToLong(Candidate::inFlight).sum(), previous);
  }
}
