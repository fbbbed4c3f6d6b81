package dev.fairlead.state;

import dev.fairlead.config.Server;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Health;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator wants of one server, apart from what the checks say.
 *
 * @param admin whether it shall take traffic
 * @param weight its weight, before factors
 * @param limit its limit, 0 for none
 * @param forced what its health shall count as, whatever the findings say; null: what they say
 * @param disabled the sources that shall not watch it
 */
public record Wish(
    Admin admin, int weight, int limit, @Nullable Health forced, Set<String> disabled) {

  static Wish of(Server config) {
    return new Wish(config.admin(), config.weight(), config.maxConnections(), null, Set.of());
  }

  /** What the operator said while it ran outlives a new configuration that says nothing new of it. */
  Wish adapted(Server before, Server after) {
    return new Wish(
        before.admin() == after.admin() ? admin : after.admin(),
        before.weight() == after.weight() ? weight : after.weight(),
        before.maxConnections() == after.maxConnections() ? limit : after.maxConnections(),
        forced,
        disabled);
  }

  Wish admin(Admin next) {
    return new Wish(next, weight, limit, forced, disabled);
  }

  Wish weight(int next) {
    return new Wish(admin, next, limit, forced, disabled);
  }

  Wish limit(int next) {
    return new Wish(admin, weight, next, forced, disabled);
  }

  Wish forced(@Nullable Health next) {
    return new Wish(admin, weight, limit, next, disabled);
  }

  Wish checking(String source, boolean enabled) {
    Set<String> next = new HashSet<>(disabled);
    if (enabled) {
      next.remove(source);
    } else {
      next.add(source);
    }
    return new Wish(admin, weight, limit, forced, Set.copyOf(next));
  }
}
