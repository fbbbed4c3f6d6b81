package dev.fairlead.state;

import dev.fairlead.config.Backend;
import dev.fairlead.event.Event;
import dev.fairlead.status.Admin;
import java.util.List;

/**
 * Whether enough servers are up, by keepalived's rule: lost below quorum − hysteresis, gained from quorum
 * + hysteresis on, and in between as it was.
 *
 * @param held whether it is there
 * @param weight the sum of the weights of servers that are up, backups aside
 */
record Quorum(boolean held, int weight) {

  static Quorum of(Backend rules, List<ServerState> servers, boolean before) {
    int weight = 0;
    for (ServerState server : servers) {
      if (!server.config().backup() && server.effectiveAdmin() == Admin.READY && server.healthy()) {
        weight += server.fullWeight(); // one that starts slowly is up
      }
    }
    int margin = rules.quorumHysteresis();
    return new Quorum(weight >= rules.quorum() + (before ? -margin : margin), weight);
  }

  /** Tells of a loss or a gain. */
  static void tell(Backend rules, long version, Quorum before, Quorum after, List<Event> into) {
    if (before.held && !after.held) {
      into.add(new Event.QuorumLost(rules.name(), version, after.weight, rules.quorum()));
    } else if (!before.held && after.held) {
      into.add(new Event.QuorumGained(rules.name(), version, after.weight, rules.quorum()));
    }
  }
}
