package dev.fairlead.spi;

/**
 * Watches one server until closed; speaks by findings. Active checks, agents, passive detectors,
 * registries and tests are all monitors. An immutable value; one may watch many servers.
 */
@FunctionalInterface
public interface HealthMonitor {
  /**
   * Begins to watch. Called on the control loop, before any listener opens; must not block.
   *
   * @param server the server
   * @return ends the watch; closed on the control loop
   */
  AutoCloseable watch(Watched server);
}
