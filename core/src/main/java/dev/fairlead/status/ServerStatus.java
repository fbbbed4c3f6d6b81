package dev.fairlead.status;

import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One server of a backend at one moment.
 *
 * @param name its name, unique in the backend
 * @param id its number, unique in the backend and never used again while the backend lives
 * @param address where it listens, as configured
 * @param admin the operator's wish
 * @param health what the findings say together, or what the operator forces
 * @param forced what the operator forces; null: nothing
 * @param eligible whether it may get new balanced traffic now
 * @param backup whether it is a backup server
 * @param weight the configured weight, 0..256
 * @param effectiveWeight the weight in force: configured times the findings' factors
 * @param limit the limit of concurrent leases in force, 0 for none
 * @param inFlight leases held at the moment of the snapshot
 * @param queued requests that wait for this very server
 * @param findings what each source says, by the source's name
 * @param disabled the sources that do not watch it, because the operator disabled them
 * @param history since when it is what it is, and why
 * @param tags the configured tags
 */
public record ServerStatus(
    String name,
    int id,
    SocketAddress address,
    Admin admin,
    Health health,
    @Nullable Health forced,
    boolean eligible,
    boolean backup,
    int weight,
    int effectiveWeight,
    int limit,
    int inFlight,
    int queued,
    Map<String, Finding> findings,
    Set<String> disabled,
    ServerHistory history,
    Map<String, String> tags) {

  /**
   * Copies the maps.
   *
   * @param name its name
   * @param id its number
   * @param address where it listens
   * @param admin the operator's wish
   * @param health what the findings say together, or what the operator forces
   * @param forced what the operator forces; null: nothing
   * @param eligible whether it may get new balanced traffic now
   * @param backup whether it is a backup server
   * @param weight the configured weight
   * @param effectiveWeight the weight in force
   * @param limit the limit of concurrent leases in force
   * @param inFlight leases held at the moment of the snapshot
   * @param queued requests that wait for this very server
   * @param findings what each source says
   * @param disabled the sources that do not watch it
   * @param history since when it is what it is, and why
   * @param tags the configured tags
   */
  public ServerStatus {
    findings = Map.copyOf(findings);
    disabled = Set.copyOf(disabled);
    tags = Map.copyOf(tags);
  }
}
