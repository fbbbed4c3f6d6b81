package dev.fairlead.state;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.status.Admin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The priority levels of a backend's servers. A server that is in maintenance, drains or has no weight is
 * no part of its level: neither does it lower the level's health, nor does it get traffic in panic.
 */
final class Levels {
  private Levels() {}

  /** The levels, first one first; none where neither priorities nor panic are in use. */
  static List<Level> of(Backend rules, List<ServerState> servers) {
    if (!used(rules, servers)) {
      return List.of();
    }
    Map<Integer, List<ServerState>> ready = new TreeMap<>();
    for (ServerState server : servers) {
      List<ServerState> level =
          ready.computeIfAbsent(server.config().priority(), p -> new ArrayList<>());
      if (server.effectiveAdmin() == Admin.READY && server.effectiveWeight() > 0) {
        level.add(server);
      }
    }
    return made(rules, List.copyOf(ready.keySet()), List.copyOf(ready.values()));
  }

  private static boolean used(Backend rules, List<ServerState> servers) {
    return !servers.isEmpty()
        && (rules.panicThreshold() > 0
            || servers.stream().anyMatch(s -> s.config().priority() > 0));
  }

  private static List<Level> made(
      Backend rules, List<Integer> priorities, List<List<ServerState>> ready) {
    int size = priorities.size();
    int[] members = new int[size];
    int[] healthy = new int[size];
    int[] health = new int[size];
    for (int i = 0; i < size; i++) {
      members[i] = ready.get(i).size();
      healthy[i] = healthy(ready.get(i)).size();
      health[i] = Spill.health(healthy[i], members[i]);
    }
    boolean[] panic = new boolean[size];
    boolean whole = Spill.whole(health);
    boolean everywhere = true;
    for (int i = 0; i < size; i++) {
      panic[i] = !whole && Spill.panic(healthy[i], members[i], rules.panicThreshold());
      everywhere &= panic[i] || members[i] == 0;
      if (panic[i] && rules.failsInPanic()) {
        health[i] = 0;
      }
    }
    boolean anybody = Arrays.stream(members).sum() > 0;
    int[] loads = everywhere && anybody ? Spill.parts(members) : Spill.loads(health);
    List<Level> levels = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      List<ServerState> eligible = !panic[i]
          ? healthy(ready.get(i))
          : rules.failsInPanic() ? List.of() : List.copyOf(ready.get(i));
      levels.add(
          new Level(priorities.get(i), loads[i], panic[i], healthy[i], members[i], eligible));
    }
    return List.copyOf(levels);
  }

  private static List<ServerState> healthy(List<ServerState> level) {
    return level.stream().filter(ServerState::healthy).toList();
  }

  /**
   * Refuses a server that is a backup where levels are in use, or the other way round.
   *
   * @throws IllegalArgumentException when it does not go together with the others
   */
  static void check(Backend rules, List<ServerState> others, Server server) {
    boolean levels = server.priority() > 0
        || rules.panicThreshold() > 0
        || others.stream().anyMatch(s -> s.config().priority() > 0);
    boolean backups =
        server.backup() || others.stream().anyMatch(s -> s.config().backup());
    if (levels && backups) {
      throw new IllegalArgumentException(
          "server '%s' of backend '%s': %s (expected: either backups, or priorities and panic)"
              .formatted(
                  server.name(),
                  rules.name(),
                  server.backup() ? "backup" : "priority " + server.priority()));
    }
  }

  /** Tells of panic that begins or ends. */
  static void tell(
      String backend, long version, List<Level> before, List<Level> after, List<Event> into) {
    for (Level level : after) {
      if (level.panic() && !panic(before, level.priority())) {
        into.add(new Event.PanicBegan(
            backend, version, level.priority(), level.healthy(), level.ready()));
      }
    }
    for (Level level : before) {
      if (level.panic() && !panic(after, level.priority())) {
        into.add(new Event.PanicEnded(backend, version, level.priority()));
      }
    }
  }

  private static boolean panic(List<Level> levels, int priority) {
    return levels.stream().anyMatch(l -> l.priority() == priority && l.panic());
  }
}
