package dev.fairlead.balance;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A balancing strategy: an immutable value that prepares a {@link Picker} for each new snapshot of the
 * servers. One value may serve many backends.
 *
 * <p><b>Who calls what.</b> {@link #prepare} is called on the control loop, whenever the set of eligible
 * servers, a weight or a limit changes, one call at a time for each backend; it may take its time. The
 * picker it returns is called by all event loops at once and is never changed from outside. What must
 * survive a change (a turn, a ring) is read from {@link Members#previous()}; counts of what is in flight
 * live on the servers and survive by themselves.
 *
 * <p><b>What a strategy need not do.</b> It never sees a server that is down, draining, of weight 0 or a
 * backup out of turn; it does not take slots, wait, connect or retry. It returns a choice and does
 * nothing.
 *
 * <p>A strategy without memory is one lambda:
 *
 * <pre>{@code
 * Comparator<Candidate> homeFirst = comparing(s -> !"eu-1".equals(s.tags().get("zone")));
 * Balancer nearest = Balancer.of((servers, request) -> servers.stream()
 *     .filter(request::usable)
 *     .min(homeFirst.thenComparingInt(Candidate::inFlight)).orElse(null));
 * }</pre>
 */
@FunctionalInterface
public interface Balancer {
  /**
   * Prepares a picker for a snapshot.
   *
   * @param members the servers
   * @return the picker, in force until the next call
   */
  Picker prepare(Members members);

  /**
   * A strategy without memory.
   *
   * @param rule chooses among the eligible servers, in configuration order; null: no preference
   * @return the strategy
   */
  static Balancer of(BiFunction<List<Candidate>, PickContext, @Nullable Candidate> rule) {
    Objects.requireNonNull(rule, "rule");
    return members -> {
      List<Candidate> eligible = members.eligible();
      return request -> rule.apply(eligible, request);
    };
  }
}
