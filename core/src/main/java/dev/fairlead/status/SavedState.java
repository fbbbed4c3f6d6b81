package dev.fairlead.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What operators and checks have said of all servers, to be kept over a restart (HAProxy: {@code show servers
 * state} and {@code server-state-file}). {@code dev.fairlead.json.StateJson} makes text of it.
 *
 * <p>What is restored: of each server that has its backend, name and address still, the operator's wish,
 * weight and limit, each unless its configuration has changed since; the forced health and the disabled
 * sources; what each source that still exists has said, until it speaks again; and the history. Servers that
 * were added while it ran are not added again.
 *
 * @param at when it was taken
 * @param backends the servers' states, by the backend's name, then by the server's
 */
public record SavedState(Instant at, Map<String, Map<String, SavedServer>> backends) {
  /** Nothing to restore. */
  public static final SavedState NOTHING = new SavedState(Instant.EPOCH, Map.of());

  /**
   * Checks that nothing is missing.
   *
   * @param at when it was taken
   * @param backends the servers' states
   */
  public SavedState {
    Objects.requireNonNull(at, "at");
    backends = Map.copyOf(backends);
  }

  /**
   * The servers of a backend.
   *
   * @param backend its name
   * @return their states by name; none when it is not known
   */
  public Map<String, SavedServer> servers(String backend) {
    return backends.getOrDefault(backend, Map.of());
  }

  /**
   * What was set for a server.
   *
   * @param admin the wish
   * @param weight the weight, 0..256
   * @param limit the limit, 0 for none
   */
  public record Settings(Admin admin, int weight, int limit) {}

  /**
   * One server.
   *
   * @param address where it listened, as text
   * @param configured as it was configured
   * @param effective as the operator had set it at the end
   * @param forced the health that the operator forced; null: none
   * @param disabled the sources that the operator disabled
   * @param findings what each source said
   * @param since since when it was what it was
   * @param lastChange what happened then
   * @param causes why
   * @param flaps how often it has gone down
   */
  public record SavedServer(
      String address,
      Settings configured,
      Settings effective,
      @Nullable Health forced,
      Set<String> disabled,
      Map<String, Finding> findings,
      Instant since,
      String lastChange,
      List<String> causes,
      int flaps) {
    /**
     * Copies what could change.
     *
     * @param address where it listened
     * @param configured as it was configured
     * @param effective as the operator had set it
     * @param forced the health that the operator forced
     * @param disabled the sources that the operator disabled
     * @param findings what each source said
     * @param since since when it was what it was
     * @param lastChange what happened then
     * @param causes why
     * @param flaps how often it has gone down
     */
    public SavedServer {
      disabled = Set.copyOf(disabled);
      findings = Map.copyOf(findings);
      causes = List.copyOf(causes);
    }
  }
}
