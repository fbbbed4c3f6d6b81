package dev.fairlead.internal.control;

import dev.fairlead.event.Event;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.ServerState;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Health;
import dev.fairlead.status.Termination.Cause;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.function.Function;

/**
 * Ends sessions of servers that go away, and those of backups when a server comes back, where that is
 * wanted. On the control loop only, once the change is in force: nobody gets a new lease meanwhile.
 */
final class Marks {
  private final Loops loops;
  private final Function<ServerState, LiveServer> live;

  Marks(Loops loops, Function<ServerState, LiveServer> live) {
    this.loops = loops;
    this.live = live;
  }

  /** The events, and not the two states: a server may have gone and come back between them. */
  void follow(BackendState state, List<Event> events) {
    for (Event event : events) {
      if (event instanceof Event.HealthChanged e) {
        marked(state, e.server(), e.before() == Health.DOWN, e.after() == Health.DOWN);
      } else if (event instanceof Event.AdminChanged e) {
        Admin away = Admin.MAINTENANCE;
        marked(state, e.server(), e.before() == away, e.after() == away);
      } else if (event instanceof Event.QuorumGained) {
        state.eligible().stream().findFirst().ifPresent(server -> relieve(state, server));
      }
    }
  }

  private void marked(BackendState state, String name, boolean wasAway, boolean isAway) {
    ServerState server = state.server(name);
    if (server == null || wasAway == isAway) {
      return;
    }
    if (isAway && server.config().closesSessionsWhenDown()) {
      revoke(loops, live.apply(server), Cause.DOWN);
    } else if (wasAway && state.eligible().stream().anyMatch(s -> s.id() == server.id())) {
      relieve(state, server);
    }
  }

  /** A server takes new traffic again: where it is no backup itself, backups may go. */
  private void relieve(BackendState state, ServerState server) {
    if (server.config().closesBackupSessionsWhenUp() && !server.config().backup()) {
      state.servers().stream()
          .filter(other -> other.config().backup())
          .forEach(backup -> revoke(loops, live.apply(backup), Cause.UP));
    }
  }

  /** Asks for all leases of a server, on the loops where they are held. */
  static void revoke(Loops loops, LiveServer server, Cause why) {
    for (EventLoop loop : loops.all()) {
      int index = loops.index(loop);
      loop.execute(() -> server.leases(index).revokeAll(why));
    }
  }
}
