package dev.fairlead.virtual;

import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Finding;
import java.util.HashMap;
import java.util.Map;

/** A monitor that says of each server what the test wants it to say. */
final class Verdicts implements HealthMonitor {
  private final Map<String, Watched> servers = new HashMap<>();

  @Override
  public AutoCloseable watch(Watched server) {
    servers.put(server.name(), server);
    return () -> servers.remove(server.name(), server);
  }

  void down(String server) {
    report(server, Finding.down("told so"));
  }

  void up(String server) {
    report(server, Finding.up("told so"));
  }

  void report(String server, Finding finding) {
    Watched watched = servers.get(server);
    if (watched == null) {
      throw new AssertionError("nobody watches " + server);
    }
    watched.report(finding);
  }
}
