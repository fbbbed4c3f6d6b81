package dev.fairlead.internal.control;

import dev.fairlead.event.Event;
import dev.fairlead.state.Restored;
import dev.fairlead.state.ServerState;
import dev.fairlead.state.Wish;
import dev.fairlead.status.CheckResult;
import dev.fairlead.status.Health;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.SavedState.Settings;
import dev.fairlead.status.ServerHistory;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes down how servers came to be what they are. */
final class Histories {
  private Histories() {}

  /** What follows from an event; the same when it tells of nothing that is written down. */
  static ServerHistory after(ServerHistory before, Event event, Instant now) {
    if (event instanceof Event.HealthChanged change) {
      return new ServerHistory(
          now,
          "health " + change.after() + ", was " + change.before(),
          List.of(change.source(), change.reason()),
          before.flaps() + (change.after() == Health.DOWN ? 1 : 0),
          before.checks());
    } else if (event instanceof Event.AdminChanged change) {
      return new ServerHistory(
          now,
          "admin " + change.after() + ", was " + change.before(),
          List.of(change.source(), change.reason()),
          before.flaps(),
          before.checks());
    }
    return before;
  }

  static ServerHistory after(ServerHistory before, String source, CheckResult result) {
    Map<String, CheckResult> checks = new HashMap<>(before.checks());
    checks.put(source, result);
    return new ServerHistory(
        before.since(), before.lastChange(), before.causes(), before.flaps(), checks);
  }

  static ServerHistory restored(SavedServer saved) {
    return new ServerHistory(
        saved.since(), saved.lastChange(), saved.causes(), saved.flaps(), Map.of());
  }

  static SavedServer saved(ServerState server, ServerHistory history) {
    Wish wish = server.wish();
    return new SavedServer(
        Restored.address(server.config()),
        Restored.configured(server.config()),
        new Settings(wish.admin(), wish.weight(), wish.limit()),
        wish.forced(),
        wish.disabled(),
        server.findings(),
        history.since(),
        history.lastChange(),
        history.causes(),
        history.flaps());
  }

  /** Whose history an event belongs to, or an empty name. */
  static String server(Event event) {
    if (event instanceof Event.HealthChanged change) {
      return change.server();
    }
    return event instanceof Event.AdminChanged change ? change.server() : "";
  }
}
