package dev.fairlead.state;

import dev.fairlead.config.SlowStart;
import dev.fairlead.event.Event;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Health;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slow start under way. It begins with the very change by which a server comes back: it was down or in
 * maintenance, and now is neither. So a server that nobody has called down yet has none, and one that
 * goes away in the middle starts anew.
 *
 * @param since the version of the state with which it began, by which it is known
 * @param share of weight and limit, 0..1
 */
public record Warmup(long since, double share) {
  /** So that 0.29 of 100 is 29. */
  private static final double TINY = 1e-9;

  /** A server after a change, with what follows for its slow start. */
  static ServerState follow(ServerState before, ServerState after, long version) {
    SlowStart rule = after.config().slowStart();
    if (rule == null || away(after)) {
      return after.withWarmup(null);
    }
    double first = rule.share(0);
    return away(before) && first < 1 ? after.withWarmup(new Warmup(version, first)) : after;
  }

  private static boolean away(ServerState server) {
    return server.health() == Health.DOWN || server.effectiveAdmin() == Admin.MAINTENANCE;
  }

  /** A server whose share changed: without a slow start once it has all. */
  static ServerState step(ServerState server, Warmup now, double share) {
    return server.withWarmup(share >= 1 ? null : new Warmup(now.since, share));
  }

  /** Tells of a beginning or an end. */
  static void tell(
      String backend, long version, ServerState before, ServerState after, List<Event> into) {
    Warmup was = before.warmup();
    Warmup is = after.warmup();
    SlowStart rule = after.config().slowStart();
    if (is != null && rule != null && is.since == version) {
      into.add(new Event.SlowStartBegan(backend, version, after.name(), rule.over()));
    } else if (was != null && is == null) {
      into.add(new Event.SlowStartEnded(backend, version, after.name(), !away(after)));
    }
  }

  /** The share of a number that a server has: no part of nothing, and else one at least. */
  static int part(int number, @Nullable Warmup warmup) {
    return warmup == null || number == 0
        ? number
        : Math.max(1, (int) Math.min(number, Math.floor(number * warmup.share + TINY)));
  }
}
