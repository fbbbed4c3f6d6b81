package dev.fairlead.status;

import java.util.List;
import java.util.Optional;

/**
 * A backend at one moment.
 *
 * @param name its name
 * @param version rises by one with each real change of the backend's state
 * @param queued requests that wait for any of its servers
 * @param servers its servers, in configuration order
 * @param levels its priority levels, first one first; empty where neither priorities nor a panic
 *     threshold are in use
 * @param quorum whether enough servers are up; always where no quorum is set
 */
public record BackendStatus(
    String name,
    long version,
    int queued,
    List<ServerStatus> servers,
    List<LevelStatus> levels,
    boolean quorum) {

  /**
   * Copies the lists.
   *
   * @param name its name
   * @param version rises by one with each real change of the backend's state
   * @param queued requests that wait for any of its servers
   * @param servers its servers
   * @param levels its priority levels
   * @param quorum whether enough servers are up
   */
  public BackendStatus {
    servers = List.copyOf(servers);
    levels = List.copyOf(levels);
  }

  /**
   * Finds a server.
   *
   * @param serverName its name
   * @return its status, or empty when there is none of that name
   */
  public Optional<ServerStatus> server(String serverName) {
    return servers.stream().filter(s -> s.name().equals(serverName)).findFirst();
  }

  /** {@return how many servers may get new balanced traffic now} */
  public int eligible() {
    return (int) servers.stream().filter(ServerStatus::eligible).count();
  }

  /** {@return leases held on all servers at the moment of the snapshot} */
  public int inFlight() {
    return servers.stream().mapToInt(ServerStatus::inFlight).sum();
  }
}
