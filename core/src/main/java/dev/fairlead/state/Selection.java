package dev.fairlead.state;

import dev.fairlead.config.Backend;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Who gets new balanced traffic: the servers of all levels where levels are in use, else primaries or
 * backups. While the quorum is lost, backups come first, and primaries go on where there are none.
 *
 * @param levels first one first; none where neither priorities nor panic are in use
 * @param eligible all of them, in configuration order
 * @param quorum whether enough are up
 */
record Selection(List<Level> levels, List<ServerState> eligible, Quorum quorum) {

  static Selection of(Backend rules, List<ServerState> servers, boolean quorumBefore) {
    Quorum quorum = Quorum.of(rules, servers, quorumBefore);
    List<Level> levels = Levels.of(rules, servers);
    if (levels.isEmpty()) {
      return new Selection(levels, primariesOrBackups(rules, servers, quorum.held()), quorum);
    }
    BitSet chosen = new BitSet();
    levels.forEach(level -> level.eligible().forEach(s -> chosen.set(s.index())));
    return new Selection(
        levels, servers.stream().filter(s -> chosen.get(s.index())).toList(), quorum);
  }

  /** Willing primaries; without any, or too few, the first willing backup, or all of them. */
  private static List<ServerState> primariesOrBackups(
      Backend rules, List<ServerState> servers, boolean quorum) {
    List<ServerState> primaries = new ArrayList<>(servers.size());
    List<ServerState> backups = new ArrayList<>();
    for (ServerState server : servers) {
      if (server.willing()) {
        (server.config().backup() ? backups : primaries).add(server);
      }
    }
    if (backups.isEmpty() || (quorum && !primaries.isEmpty())) {
      return List.copyOf(primaries);
    }
    return rules.allBackups() ? List.copyOf(backups) : List.of(backups.get(0));
  }
}
