package dev.fairlead.state;

import dev.fairlead.event.Event;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is to be told of a server that has changed. */
final class Differences {
  /** The source of what the operator does. */
  static final String OPERATOR = "operator";

  private Differences() {}

  static List<Event> between(
      String name, long at, ServerState before, ServerState after, String source) {
    List<Event> events = new ArrayList<>(4);
    String server = after.name();
    Health health = after.health();
    if (before.health() != health) {
      events.add(new Event.HealthChanged(
          name, at, server, before.health(), health, source, reason(after, source)));
    }
    if (before.effectiveAdmin() != after.effectiveAdmin()) {
      events.add(new Event.AdminChanged(
          name,
          at,
          server,
          before.effectiveAdmin(),
          after.effectiveAdmin(),
          source,
          reason(after, source)));
    }
    if (before.effectiveWeight() != after.effectiveWeight()) {
      events.add(new Event.WeightChanged(
          name, at, server, before.effectiveWeight(), after.effectiveWeight()));
    }
    if (before.effectiveLimit() != after.effectiveLimit()) {
      events.add(new Event.LimitChanged(
          name, at, server, before.effectiveLimit(), after.effectiveLimit()));
    }
    Set<String> disabled = after.wish().disabled();
    if (!before.wish().disabled().equals(disabled)) {
      events.add(new Event.CheckingChanged(name, at, server, source, !disabled.contains(source)));
    }
    Warmup.tell(name, at, before, after, events);
    return events;
  }

  private static String reason(ServerState after, String source) {
    if (source.equals(OPERATOR)) {
      return after.wish().forced() == null ? "operator's wish" : "forced";
    }
    Finding finding = after.findings().get(source);
    return finding == null ? "finding taken back" : finding.reason();
  }
}
