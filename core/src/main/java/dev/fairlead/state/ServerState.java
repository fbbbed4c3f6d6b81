package dev.fairlead.state;

import dev.fairlead.config.Server;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerHistory;
import dev.fairlead.status.ServerStatus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One server in a {@link BackendState}: the operator's wishes, and apart from them what each source of
 * findings says.
 *
 * @param config as configured; weight, limit and wish in it are the ones at the start
 * @param id unique in the backend, never used again
 * @param index dense, stable while the server stays, used again after it left
 * @param wish what the operator wants
 * @param findings by source
 * @param warmup its slow start, while that is under way
 */
public record ServerState(
    Server config,
    int id,
    int index,
    Wish wish,
    Map<String, Finding> findings,
    @Nullable Warmup warmup) {

  static ServerState of(Server config, int id, int index) {
    return new ServerState(config, id, index, Wish.of(config), Map.of(), null);
  }

  public String name() {
    return config.name();
  }

  /** What the operator forces; else down as soon as one source says so. */
  public Health health() {
    if (wish.forced() != null) {
      return wish.forced();
    }
    boolean spoken = false;
    for (Finding finding : findings.values()) {
      if (finding.health() == Health.DOWN) {
        return Health.DOWN;
      }
      spoken |= finding.health() != null;
    }
    return spoken && !awaited() ? Health.UP : Health.UNCHECKED;
  }

  /** Whether a source says that nobody can know yet. */
  private boolean awaited() {
    return findings.values().stream().anyMatch(f -> f.health() == Health.UNCHECKED);
  }

  /** Whether its health lets it serve: not down, and nobody waits for a first verdict. */
  boolean healthy() {
    Health health = health();
    return health != Health.DOWN && (health == Health.UP || !awaited());
  }

  /** The least willing of the operator's wish and the sources' wishes. */
  public Admin effectiveAdmin() {
    Admin least = wish.admin();
    for (Finding finding : findings.values()) {
      Admin wish = finding.admin();
      if (wish != null && wish.compareTo(least) > 0) {
        least = wish;
      }
    }
    return least;
  }

  /** What it has of {@link #fullWeight} now; at least 1 unless that is 0. */
  public int effectiveWeight() {
    return Warmup.part(fullWeight(), warmup);
  }

  /** The same as strategies see it, in a unit that is common to the backend. */
  int weightIn(int unit) {
    return Warmup.part(fullWeight() * unit, warmup);
  }

  /** The operator's weight times all factors; at least 1 unless one of them is 0. */
  int fullWeight() {
    double product = wish.weight();
    for (Finding finding : findings.values()) {
      if (finding.weightFactor() != null) {
        product *= finding.weightFactor();
      }
    }
    return product <= 0 ? 0 : (int) Math.max(1, Math.min(256, Math.round(product)));
  }

  /** The smallest of all limits, as far as it has started; 0 for none. */
  public int effectiveLimit() {
    int least = wish.limit();
    for (Finding finding : findings.values()) {
      Integer other = finding.limit();
      if (other != null && (least == 0 || other < least)) {
        least = other;
      }
    }
    return Warmup.part(least, warmup);
  }

  /** Whether it may get new balanced traffic, backups' turn aside. */
  public boolean willing() {
    return effectiveAdmin() == Admin.READY && healthy() && effectiveWeight() > 0;
  }

  /** Whether it may still get traffic that is bound to it: draining and weight 0 do not matter. */
  public boolean acceptsSticky() {
    return effectiveAdmin() != Admin.MAINTENANCE && healthy();
  }

  ServerState withConfig(Server next) {
    return new ServerState(next, id, index, wish.adapted(config, next), findings, warmup);
  }

  ServerState withWish(Wish next) {
    return new ServerState(config, id, index, next, findings, warmup);
  }

  ServerState withFindings(Map<String, Finding> next) {
    return new ServerState(config, id, index, wish, Map.copyOf(next), warmup);
  }

  ServerState withWarmup(@Nullable Warmup next) {
    return new ServerState(config, id, index, wish, findings, next);
  }

  /** The source is heard again, or no longer: then what it has said is taken back. */
  ServerState withChecking(String source, boolean enabled) {
    Map<String, Finding> left = new HashMap<>(findings);
    if (!enabled) {
      left.remove(source);
    }
    return withWish(wish.checking(source, enabled)).withFindings(left);
  }

  ServerStatus status(boolean eligible, Readings now) {
    return new ServerStatus(
        name(),
        id,
        config.address(),
        effectiveAdmin(),
        health(),
        wish.forced(),
        eligible,
        config.backup(),
        wish.weight(),
        effectiveWeight(),
        effectiveLimit(),
        now.inFlight(),
        now.queued(),
        findings,
        wish.disabled(),
        now.history(),
        config.tags());
  }

  /**
   * What lives of a server, at one moment.
   *
   * @param inFlight leases held
   * @param queued requests that wait for this very server
   * @param history how it came to be what it is
   */
  public record Readings(int inFlight, int queued, ServerHistory history) {}
}
