package dev.fairlead.event;

import dev.fairlead.status.Health;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes events to {@code System.Logger}: state and listening events to {@code dev.fairlead.events},
 * ends of sessions and exchanges at DEBUG to {@code dev.fairlead.access}. A load balancer has one by
 * itself; the texts may be used elsewhere.
 */
public final class EventLog implements Consumer<Event> {
  /** The logger of access lines; they are built only while its level is DEBUG or lower. */
  public static final System.Logger ACCESS = System.getLogger("dev.fairlead.access");

  private static final int MANY = 20;
  private static final System.Logger EVENTS = System.getLogger("dev.fairlead.events");

  /** A log. It has no state of its own. */
  public EventLog() {}

  @Override
  public void accept(Event event) {
    if (event instanceof Event.SessionClosed end) {
      if (end.backend() != null) {
        ACCESS.log(System.Logger.Level.DEBUG, AccessFormat.tcp(end));
      }
    } else if (event instanceof Event.ExchangeClosed end) {
      ACCESS.log(System.Logger.Level.DEBUG, AccessFormat.http(end));
    } else if (event instanceof Event.ConnectionRefused refused) {
      ACCESS.log(System.Logger.Level.DEBUG, AccessFormat.refused(refused));
    } else if (event instanceof Event.ComponentFailed failed) {
      EVENTS.log(System.Logger.Level.ERROR, describe(failed), failed.failure());
    } else if (!(event instanceof Event.Traffic)) {
      EVENTS.log(level(event), describe(event));
    }
  }

  private static System.Logger.Level level(Event event) {
    boolean bad = event instanceof Event.AcceptPaused
        || event instanceof Event.CheckWarned
        || event instanceof Event.CertificatesKept
        || event instanceof Event.ServerCertificatesKept
        || event instanceof Event.CertificateExpires
        || event instanceof Event.PanicBegan
        || event instanceof Event.QuorumLost
        || (event instanceof Event.HealthChanged change && change.after() == Health.DOWN)
        || (event instanceof Event.EligibleChanged change && change.servers().isEmpty());
    return bad ? System.Logger.Level.WARNING : System.Logger.Level.INFO;
  }

  /**
   * An event in one line, for people.
   *
   * @param event any event
   * @return a line without its end
   */
  public static String describe(Event event) {
    if (event instanceof Event.ServerAdded e) {
      return "%s/%s added at %s".formatted(e.backend(), e.server(), e.address());
    } else if (event instanceof Event.ServerRemoved e) {
      return "%s/%s removed".formatted(e.backend(), e.server());
    } else if (event instanceof Event.HealthChanged e) {
      return "%s/%s is %s, was %s (%s: %s)"
          .formatted(e.backend(), e.server(), e.after(), e.before(), e.source(), e.reason());
    } else if (event instanceof Event.AdminChanged e) {
      return "%s/%s is set to %s, was %s (%s: %s)"
          .formatted(e.backend(), e.server(), e.after(), e.before(), e.source(), e.reason());
    } else if (event instanceof Event.CheckingChanged e) {
      return "%s/%s: checks of '%s' are %s"
          .formatted(e.backend(), e.server(), e.source(), e.enabled() ? "enabled" : "disabled");
    } else if (event instanceof Event.CheckWarned e) {
      return "%s/%s: %s warns: %s".formatted(e.backend(), e.server(), e.source(), e.warning());
    } else if (event instanceof Event.WeightChanged e) {
      return "%s/%s has weight %d, had %d"
          .formatted(e.backend(), e.server(), e.after(), e.before());
    } else if (event instanceof Event.LimitChanged e) {
      return "%s/%s takes %s, took %s"
          .formatted(e.backend(), e.server(), limit(e.after()), limit(e.before()));
    } else if (event instanceof Event.SlowStartBegan e) {
      return "%s/%s starts slowly, over %s".formatted(e.backend(), e.server(), e.over());
    } else if (event instanceof Event.SlowStartEnded e) {
      return e.started()
          ? "%s/%s has started".formatted(e.backend(), e.server())
          : "%s/%s went away while it started".formatted(e.backend(), e.server());
    } else if (event instanceof Event.PanicBegan e) {
      return "%s panics on level %d: %d of %d servers are healthy"
          .formatted(e.backend(), e.priority(), e.healthy(), e.servers());
    } else if (event instanceof Event.PanicEnded e) {
      return "%s no longer panics on level %d".formatted(e.backend(), e.priority());
    } else if (event instanceof Event.QuorumLost e) {
      return "%s has lost its quorum: weight %d of %d is up"
          .formatted(e.backend(), e.weight(), e.quorum());
    } else if (event instanceof Event.QuorumGained e) {
      return "%s has its quorum again: weight %d of %d is up"
          .formatted(e.backend(), e.weight(), e.quorum());
    } else if (event instanceof Event.EligibleChanged e) {
      return e.servers().isEmpty()
          ? "%s has no server left".formatted(e.backend())
          : "%s uses %s%s"
              .formatted(e.backend(), shortened(e.servers()), e.backups() ? " (backup)" : "");
    } else if (event instanceof Event.FrontendOpened e) {
      return "%s listens on %s".formatted(e.frontend(), e.addresses());
    } else if (event instanceof Event.FrontendClosed e) {
      return "%s no longer listens".formatted(e.frontend());
    } else if (event instanceof Event.AcceptPaused e) {
      return "%s pauses accepting: %s".formatted(e.frontend(), e.reason());
    } else if (event instanceof Event.AcceptResumed e) {
      return "%s accepts again".formatted(e.frontend());
    } else if (event instanceof Event.CertificatesChanged e) {
      return "%s serves %s"
          .formatted(
              e.frontend(),
              e.certificates().stream()
                  .map(c -> "%s until %s".formatted(c.certificate(), c.notAfter()))
                  .toList());
    } else if (event instanceof Event.CertificatesKept e) {
      return "%s keeps its certificates: %s".formatted(e.frontend(), e.reason());
    } else if (event instanceof Event.ServerCertificatesChanged e) {
      return "%s has read anew what TLS to its servers needs".formatted(e.backend());
    } else if (event instanceof Event.ServerCertificatesKept e) {
      return "%s keeps what TLS to its servers needs: %s".formatted(e.backend(), e.reason());
    } else if (event instanceof Event.CertificateExpires e) {
      return "%s serves %s, which ends at %s"
          .formatted(
              e.frontend(), e.certificate().certificate(), e.certificate().notAfter());
    } else if (event instanceof Event.ComponentFailed e) {
      return "%s %s failed for %s: %s".formatted(e.role(), e.className(), e.where(), e.failure());
    } else if (event instanceof Event.SessionOpened e) {
      return "%s session %d opened by %s".formatted(e.frontend(), e.session(), e.client());
    } else if (event instanceof Event.SessionClosed e) {
      return AccessFormat.tcp(e);
    } else if (event instanceof Event.ConnectionRefused e) {
      return AccessFormat.refused(e);
    } else if (event instanceof Event.ExchangeOpened e) {
      return "%s exchange %d/%d opened".formatted(e.frontend(), e.session(), e.exchange());
    } else if (event instanceof Event.ExchangeClosed e) {
      return AccessFormat.http(e);
    }
    throw new AssertionError("no text for " + event.getClass());
  }

  /** A fleet of ten thousand would make a line of a hundred thousand characters, each time. */
  private static String shortened(List<String> servers) {
    return servers.size() <= MANY
        ? String.join(", ", servers)
        : "%d servers: %s, …"
            .formatted(servers.size(), String.join(", ", servers.subList(0, MANY)));
  }

  private static String limit(int limit) {
    return limit == 0 ? "any number" : "at most " + limit;
  }
}
