package dev.fairlead.examples;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.BalancerProvider;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How is a strategy written as a class, and had by name, say from a configuration file? {@code
 * Balancers.named("draw")} finds it through {@code provides} in {@code module-info}; on the class path
 * through {@code META-INF/services/dev.fairlead.balance.BalancerProvider}.
 *
 * <p>Its test needs no socket: {@code BalancerContract} is in the test jar of {@code fairlead-core}.
 *
 * <pre>{@code
 * class NamedBalancerTest extends BalancerContract {
 *   @Override
 *   protected Balancer balancer() {
 *     return new NamedBalancer().create(Map.of());
 *   }
 * }
 * }</pre>
 */
public final class NamedBalancer implements BalancerProvider {
  @Override
  public String name() {
    return "draw";
  }

  @Override
  public Balancer create(Map<String, String> parameters) {
    if (!parameters.isEmpty()) {
      throw new IllegalArgumentException("parameters: " + parameters + " (expected: none)");
    }
    return members -> new Draw(members.eligible());
  }

  /** A lot for each unit of weight; called by all event loops at once, so it keeps nothing. */
  private record Draw(List<Candidate> servers) implements Picker {
    @Override
    public @Nullable Candidate pick(PickContext request) {
      int lots = 0;
      for (Candidate server : servers) {
        lots += request.usable(server) ? server.weight() : 0;
      }
      int drawn = lots == 0 ? 0 : request.random().nextInt(lots);
      for (Candidate server : servers) {
        drawn -= request.usable(server) ? server.weight() : 0;
        if (drawn < 0) {
          return server;
        }
      }
      return null; // all are full or were tried: whichever is free first
    }
  }
}
