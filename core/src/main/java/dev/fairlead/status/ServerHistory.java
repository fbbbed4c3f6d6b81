package dev.fairlead.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a server came to be what it is.
 *
 * @param since when it took its present health and wish; at first, when it joined
 * @param lastChange what happened then, for example {@code health DOWN, was UP}; empty when nothing has
 *     changed yet
 * @param causes why, from the nearest cause to the farthest, for example the source {@code "check"}, then {@code L7STS: 503,
 *     3 of 3 failed}; empty when nothing has changed yet
 * @param flaps how often it has gone down since it joined (HAProxy: {@code chkdown})
 * @param checks what each source's latest check found, by the source's name
 */
public record ServerHistory(
    Instant since,
    String lastChange,
    List<String> causes,
    int flaps,
    Map<String, CheckResult> checks) {
  /**
   * Copies what could change.
   *
   * @param since when it took its present health and wish
   * @param lastChange what happened then
   * @param causes why
   * @param flaps how often it has gone down
   * @param checks what each source's latest check found
   */
  public ServerHistory {
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(lastChange, "lastChange");
    causes = List.copyOf(causes);
    checks = Map.copyOf(checks);
  }
}
