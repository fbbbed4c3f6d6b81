package dev.fairlead.health;

import java.util.Map;

/**
 * A probe that can be had by name: found through {@link java.util.ServiceLoader} by {@link Probes#named}, so
 * that a configuration file can name a probe of your own. On the module path a module says {@code provides
 * ProbeProvider with …}; on the class path the class is named in {@code
 * META-INF/services/dev.fairlead.health.ProbeProvider}.
 *
 * <pre>{@code
 * public final class ReplicaInStep implements ProbeProvider {
 *   public String name() {
 *     return "replica-in-step";
 *   }
 *   public Probe create(Map<String, String> parameters) {
 *     int most = Integer.parseInt(parameters.getOrDefault("seconds", "5"));
 *     return Probes.blocking(pool, target -> lagSeconds(target) <= most
 *         ? Verdict.pass("in step")
 *         : Verdict.fail("lags behind"));
 *   }
 * }
 * }</pre>
 */
public interface ProbeProvider {
  /** {@return the name by which the probe is asked for} */
  String name();

  /**
   * Makes the probe. Called when a backend is configured, not per check.
   *
   * @param parameters as configured
   * @return the probe
   * @throws IllegalArgumentException for a parameter that is wrong or not known
   */
  Probe create(Map<String, String> parameters);
}
