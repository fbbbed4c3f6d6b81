package dev.fairlead.balance;

import java.util.Map;

/**
 * A strategy that can be had by name: found through {@link java.util.ServiceLoader} by {@link
 * Balancers#named}, so that a configuration file can name a strategy of your own. On the module path a
 * module says {@code provides BalancerProvider with …}; on the class path the class is named in {@code
 * META-INF/services/dev.fairlead.balance.BalancerProvider}.
 *
 * <pre>{@code
 * public final class StickyToUser implements BalancerProvider {
 *   public String name() {
 *     return "sticky-to-user";
 *   }
 *   public Balancer create(Map<String, String> parameters) {
 *     String header = parameters.getOrDefault("header", "x-user");
 *     return Balancers.hash(HttpKeys.header(header)).boundedLoad(150);
 *   }
 * }
 * }</pre>
 */
public interface BalancerProvider {
  /** {@return the name by which the strategy is asked for} */
  String name();

  /**
   * Makes the strategy. Called when a backend is configured, not per request.
   *
   * @param parameters as configured
   * @return the strategy
   * @throws IllegalArgumentException for a parameter that is wrong or not known
   */
  Balancer create(Map<String, String> parameters);
}
