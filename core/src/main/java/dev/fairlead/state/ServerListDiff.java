package dev.fairlead.state;

import dev.fairlead.config.Server;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The changes that lead from the servers of a state to a list from outside. */
public final class ServerListDiff {
  private ServerListDiff() {}

  /**
   * Servers that left first, then those with another configuration, then new ones. A server stays when
   * name and address are the same, TLS and PROXY header too; one that moved is a new server.
   *
   * @throws IllegalArgumentException when the list names a server twice
   */
  public static List<Change> between(BackendState state, List<Server> wanted) {
    Set<String> names = new HashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    for (Server server : wanted) {
      if (!names.add(server.name())) {
        twice.add(server.name());
      }
    }
    if (!twice.isEmpty()) {
      throw new IllegalArgumentException(
          "servers: names used twice: %s (expected: each name once)".formatted(twice));
    }
    List<Change> removals = new ArrayList<>();
    List<Change> rest = new ArrayList<>();
    for (ServerState server : state.servers()) {
      if (!names.contains(server.name())) {
        removals.add(new Change.Remove(server.name()));
      }
    }
    for (Server server : wanted) {
      ServerState present = state.server(server.name());
      if (present == null) {
        rest.add(new Change.Add(server));
      } else if (!reachedAlike(present.config(), server)) {
        removals.add(new Change.Remove(server.name()));
        rest.add(new Change.Add(server));
      } else if (!present.config().equals(server)) {
        rest.add(new Change.Update(server));
      }
    }
    removals.addAll(rest);
    return removals;
  }

  private static boolean reachedAlike(Server before, Server after) {
    return before.address().equals(after.address())
        && Objects.equals(before.tls(), after.tls())
        && Objects.equals(before.proto(), after.proto())
        && Objects.equals(before.sendProxy(), after.sendProxy());
  }
}
