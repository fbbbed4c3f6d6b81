package dev.fairlead.state;

import dev.fairlead.config.Backend;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Who gets new balanced traffic: the servers of all levels where levels are in use, else primaries or
 * backups.
 *
 * @param levels first one first; none where neither priorities nor panic are in use
 * @param eligible all of them, in configuration order
 */
record Selection(List<Level> levels, List<ServerState> eligible) {

  static Selection of(Backend rules, List<ServerState> servers) {
    List<Level> levels = Levels.of(rules, servers);
    if (levels.isEmpty()) {
      return new Selection(levels, primariesOrBackups(rules, servers));
    }
    BitSet chosen = new BitSet();
    levels.forEach(level -> level.eligible().forEach(s -> chosen.set(s.index())));
    return new Selection(
        levels, servers.stream().filter(s -> chosen.get(s.index())).toList());
  }

  /** Willing primaries; without any, the first willing backup, or all of them. */
  private static List<ServerState> primariesOrBackups(Backend rules, List<ServerState> servers) {
    List<ServerState> primaries = new ArrayList<>(servers.size());
    List<ServerState> backups = new ArrayList<>();
    for (ServerState server : servers) {
      if (server.willing()) {
        (server.config().backup() ? backups : primaries).add(server);
      }
    }
    if (!primaries.isEmpty()) {
      return List.copyOf(primaries);
    }
    return rules.allBackups() || backups.isEmpty() ? List.copyOf(backups) : List.of(backups.get(0));
  }
}
