package dev.fairlead.state;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.status.Finding;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.SavedState.Settings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Brings back what was said of a server before a restart. What its configuration says anew wins. */
public final class Restored {
  private Restored() {}

  /** Whether what was saved is of this server. */
  public static boolean isOf(SavedServer saved, Server config) {
    return saved.address().equals(address(config));
  }

  /** A server's address as it is saved. */
  public static String address(Server config) {
    return String.valueOf(config.address());
  }

  /** What a server is configured with. */
  public static Settings configured(Server config) {
    return new Settings(config.admin(), config.weight(), config.maxConnections());
  }

  static ServerState apply(SavedServer saved, ServerState fresh, Backend backend) {
    Server config = fresh.config();
    if (!isOf(saved, config)) {
      return fresh;
    }
    Set<String> sources = new HashSet<>(backend.monitors().keySet());
    if (config.healthCheck() != null) {
      sources.add(Backend.CHECK);
    }
    if (config.track() != null) {
      sources.remove(Backend.CHECK);
      sources.add(Backend.TRACK);
    }
    Set<String> disabled = new HashSet<>(saved.disabled());
    disabled.retainAll(sources);
    Map<String, Finding> findings = new HashMap<>(saved.findings());
    findings.keySet().retainAll(sources);
    findings.keySet().removeAll(disabled);
    Settings before = saved.configured();
    Settings now = configured(config);
    Settings then = saved.effective();
    Wish wish = new Wish(
        before.admin() == now.admin() ? then.admin() : now.admin(),
        before.weight() == now.weight() ? then.weight() : now.weight(),
        before.limit() == now.limit() ? then.limit() : now.limit(),
        saved.forced(),
        Set.copyOf(disabled));
    return fresh.withWish(wish).withFindings(findings);
  }
}
