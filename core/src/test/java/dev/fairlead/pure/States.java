package dev.fairlead.pure;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import java.util.List;

/** Backend states for tests. */
final class States {
  private States() {}

  /** At an address that follows from the name. */
  static Server server(String name) {
    return Server.of(name, name + ".example", 80);
  }

  static BackendState of(Server... servers) {
    return BackendState.of(Backend.builder("app").servers(List.of(servers)).build());
  }

  static BackendState allBackups(Server... servers) {
    return BackendState.of(
        Backend.builder("app").servers(List.of(servers)).allBackups().build());
  }

  static BackendState apply(BackendState state, Change... changes) {
    for (Change change : changes) {
      state = state.apply(change).state();
    }
    return state;
  }

  static ServerState get(BackendState state, String server) {
    ServerState found = state.server(server);
    if (found == null) {
      throw new AssertionError("no server " + server);
    }
    return found;
  }

  static List<String> names(List<ServerState> servers) {
    return servers.stream().map(ServerState::name).toList();
  }
}
