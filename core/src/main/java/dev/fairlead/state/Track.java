package dev.fairlead.state;

import dev.fairlead.config.Server;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server of a load balancer, as another one names it that tracks it.
 *
 * @param backend its backend's name
 * @param server its name
 */
public record Track(String backend, String server) {

  /** What a server tracks, or null. */
  public static @Nullable Track of(String backend, Server server) {
    String text = server.track();
    if (text == null) {
      return null;
    }
    int slash = text.indexOf('/');
    return slash < 0
        ? new Track(backend, text)
        : new Track(text.substring(0, slash), text.substring(slash + 1));
  }

  /**
   * What a server's state says to those that track it: up or down, and the wish to drain or to rest,
   * which HAProxy passes on, too. Null: nothing, since nobody has said anything of it.
   */
  public static @Nullable Finding finding(String backend, ServerState tracked) {
    boolean silent = tracked.health() == Health.UNCHECKED && tracked.healthy();
    Health health = silent ? null : tracked.health();
    Admin wish = tracked.effectiveAdmin() == Admin.READY ? null : tracked.effectiveAdmin();
    if (health == null && wish == null) {
      return null;
    }
    String reason = "%s/%s is %s".formatted(backend, tracked.name(), wish == null ? health : wish);
    return new Finding(health, wish, null, null, reason + why(tracked));
  }

  private static String why(ServerState tracked) {
    for (Finding finding : tracked.findings().values()) {
      if (tracked.wish().forced() == null && finding.health() == Health.DOWN) {
        return ": " + finding.reason();
      }
    }
    return "";
  }

  /** Servers that track each other in a circle, each circle once, as text; of all backends by name. */
  public static List<String> circles(Map<String, ? extends Collection<Server>> backends) {
    Map<Track, @Nullable Track> next = new HashMap<>();
    backends.forEach((backend, servers) -> servers.forEach(
        server -> next.put(new Track(backend, server.name()), of(backend, server))));
    List<String> circles = new ArrayList<>();
    Set<Track> seen = new LinkedHashSet<>();
    for (Track start : next.keySet()) {
      List<Track> way = new ArrayList<>();
      Track at = start;
      while (at != null && seen.add(at)) {
        way.add(at);
        at = next.get(at);
      }
      int from = at == null ? -1 : way.indexOf(at);
      if (from >= 0) {
        circles.add("servers track each other: " + way.subList(from, way.size()));
      }
    }
    return circles;
  }

  /** Servers of a backend that track one that is not there. */
  public static List<String> unknown(
      String backend, Map<String, ? extends Collection<Server>> backends) {
    List<String> unknown = new ArrayList<>();
    for (Server server : servers(backends, backend)) {
      Track track = of(backend, server);
      if (track != null
          && servers(backends, track.backend).stream()
              .noneMatch(s -> s.name().equals(track.server))) {
        unknown.add("server '%s' of backend '%s' tracks '%s' (expected: a server that is there)"
            .formatted(server.name(), backend, track));
      }
    }
    return unknown;
  }

  private static Collection<Server> servers(
      Map<String, ? extends Collection<Server>> backends, String backend) {
    Collection<Server> found = backends.get(backend);
    return found == null ? List.of() : found;
  }

  @Override
  public String toString() {
    return backend + "/" + server;
  }
}
