package dev.fairlead.state;

import dev.fairlead.config.Server;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import java.util.Map;

/**
 * One server in a {@link BackendState}: the operator's wishes, and apart from them what each source of
 * findings says.
 *
 * @param config as configured; weight, limit and wish in it are the ones at the start
 * @param id unique in the backend, never used again
 * @param index dense, stable while the server stays, used again after it left
 * @param admin the operator's wish
 * @param weight the operator's weight
 * @param limit the operator's limit, 0 for none
 * @param findings by source
 */
public record ServerState(
    Server config,
    int id,
    int index,
    Admin admin,
    int weight,
    int limit,
    Map<String, Finding> findings) {

  static ServerState of(Server config, int id, int index) {
    return new ServerState(
        config, id, index, config.admin(), config.weight(), config.maxConnections(), Map.of());
  }

  public String name() {
    return config.name();
  }

  /** Down as soon as one source says so. */
  public Health health() {
    boolean spoken = false;
    for (Finding finding : findings.values()) {
      if (finding.health() == Health.DOWN) {
        return Health.DOWN;
      }
      spoken |= finding.health() != null;
    }
    return spoken ? Health.UP : Health.UNCHECKED;
  }

  /** The least willing of the operator's wish and the sources' wishes. */
  public Admin effectiveAdmin() {
    Admin least = admin;
    for (Finding finding : findings.values()) {
      Admin wish = finding.admin();
      if (wish != null && wish.compareTo(least) > 0) {
        least = wish;
      }
    }
    return least;
  }

  /** The operator's weight times all factors; at least 1 unless one of them is 0. */
  public int effectiveWeight() {
    double product = weight;
    for (Finding finding : findings.values()) {
      if (finding.weightFactor() != null) {
        product *= finding.weightFactor();
      }
    }
    return product <= 0 ? 0 : (int) Math.max(1, Math.min(256, Math.round(product)));
  }

  /** The smallest of all limits, 0 for none. */
  public int effectiveLimit() {
    int least = limit;
    for (Finding finding : findings.values()) {
      Integer other = finding.limit();
      if (other != null && (least == 0 || other < least)) {
        least = other;
      }
    }
    return least;
  }

  /** Whether it may get new balanced traffic, backups' turn aside. */
  public boolean willing() {
    return effectiveAdmin() == Admin.READY && health() != Health.DOWN && effectiveWeight() > 0;
  }

  /** Whether it may still get traffic that is bound to it: draining and weight 0 do not matter. */
  public boolean acceptsSticky() {
    return effectiveAdmin() != Admin.MAINTENANCE && health() != Health.DOWN;
  }

  ServerState withConfig(Server next) {
    return new ServerState(
        next,
        id,
        index,
        config.admin() == next.admin() ? admin : next.admin(),
        config.weight() == next.weight() ? weight : next.weight(),
        config.maxConnections() == next.maxConnections() ? limit : next.maxConnections(),
        findings);
  }

  ServerState withAdmin(Admin next) {
    return new ServerState(config, id, index, next, weight, limit, findings);
  }

  ServerState withWeight(int next) {
    return new ServerState(config, id, index, admin, next, limit, findings);
  }

  ServerState withLimit(int next) {
    return new ServerState(config, id, index, admin, weight, next, findings);
  }

  ServerState withFindings(Map<String, Finding> next) {
    return new ServerState(config, id, index, admin, weight, limit, Map.copyOf(next));
  }

  ServerStatus status(boolean eligible, int inFlight, int queued) {
    return new ServerStatus(
        name(),
        id,
        config.address(),
        effectiveAdmin(),
        health(),
        eligible,
        config.backup(),
        weight,
        effectiveWeight(),
        effectiveLimit(),
        inFlight,
        queued,
        findings,
        config.tags());
  }
}
