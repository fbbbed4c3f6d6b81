package dev.fairlead.status;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one source (an active check, an agent, a passive detector, a registry) says of one server.
 * Each part is optional: {@code null} means that the source has no opinion on it. A source replaces
 * its own earlier finding as a whole, and never touches that of another.
 *
 * @param health up, down, or no opinion; {@link Health#UNCHECKED}: nobody can know yet, and until then the
 *     server gets no traffic
 * @param admin a wish for drain or maintenance; {@link Admin#READY} and {@code null} are the same
 * @param weightFactor what the configured weight is multiplied with, 0 or more
 * @param limit an upper bound of concurrent leases, 1 or more
 * @param reason for people: what was seen, for example {@code L7STS: 503, expected 2xx or 3xx}
 */
public record Finding(
    @Nullable Health health,
    @Nullable Admin admin,
    @Nullable Double weightFactor,
    @Nullable Integer limit,
    String reason) {

  /**
   * Checks the ranges.
   *
   * @param health up, down, not known yet, or no opinion
   * @param admin a wish for drain or maintenance
   * @param weightFactor what the configured weight is multiplied with
   * @param limit an upper bound of concurrent leases
   * @param reason what was seen, for people
   */
  public Finding {
    Objects.requireNonNull(reason, "reason");
    if (weightFactor != null && !(weightFactor >= 0 && weightFactor <= 256)) {
      throw new IllegalArgumentException("weightFactor: " + weightFactor + " (expected: 0..256)");
    }
    if (limit != null && limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
  }

  /**
   * The server works.
   *
   * @param reason what was seen
   * @return the finding
   */
  public static Finding up(String reason) {
    return new Finding(Health.UP, null, null, null, reason);
  }

  /**
   * The server does not work.
   *
   * @param reason what was seen
   * @return the finding
   */
  public static Finding down(String reason) {
    return new Finding(Health.DOWN, null, null, null, reason);
  }

  /**
   * Nobody can know yet: the server gets no traffic until this source says more, but it is not down.
   *
   * @param reason what is waited for
   * @return the finding
   */
  public static Finding awaited(String reason) {
    return new Finding(Health.UNCHECKED, null, null, null, reason);
  }

  /**
   * The server asks for no new traffic.
   *
   * @param reason what was seen
   * @return the finding
   */
  public static Finding drain(String reason) {
    return new Finding(null, Admin.DRAIN, null, null, reason);
  }

  /**
   * The server asks for maintenance.
   *
   * @param reason what was seen
   * @return the finding
   */
  public static Finding maintenance(String reason) {
    return new Finding(null, Admin.MAINTENANCE, null, null, reason);
  }

  /**
   * The same finding with a weight factor.
   *
   * @param factor what the configured weight is multiplied with, 0..256
   * @return a changed copy
   */
  public Finding withWeightFactor(double factor) {
    return new Finding(health, admin, factor, limit, reason);
  }

  /**
   * The same finding with a limit.
   *
   * @param newLimit an upper bound of concurrent leases, 1 or more
   * @return a changed copy
   */
  public Finding withLimit(int newLimit) {
    return new Finding(health, admin, weightFactor, newLimit, reason);
  }
}
